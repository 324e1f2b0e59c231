"""What outlives a run of the sandbox: JSON documents in one SQLite file, uploads as files beside it."""

import json
import sqlite3
from pathlib import Path
from typing import Any

Document = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    kind TEXT NOT NULL, id INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id)
) WITHOUT ROWID
"""


class Store:
    """A folder with `sandbox.sqlite3` and `uploads/`.

    Writes are synchronous: they are small, the event loop waits a fraction of a millisecond, and a killed sandbox loses
    nothing that it has answered.
    """

    def __init__(self, folder: Path) -> None:
        self._uploads = folder / "uploads"
        self._uploads.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(folder / "sandbox.sqlite3", isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute(_SCHEMA)

    def load(self, kind: str) -> list[Document]:
        """Return all documents of a kind in the order of their ids."""
        rows = self._database.execute("SELECT body FROM documents WHERE kind = ? ORDER BY id", (kind,))
        return [json.loads(body) for (body,) in rows]

    def save(self, kind: str, identifier: int, document: Document) -> None:
        """Write a document in place of the one with its id."""
        self._database.execute(
            "INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
            (kind, identifier, json.dumps(document)),
        )

    def delete(self, kind: str, identifier: int) -> None:
        """Forget a document, if there is one."""
        self._database.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, identifier))

    def write_upload(self, identifier: int, content: bytes) -> None:
        """Keep the bytes of an attachment."""
        self.upload_path(identifier).write_bytes(content)

    def delete_upload(self, identifier: int) -> None:
        """Forget the bytes of an attachment."""
        self.upload_path(identifier).unlink(missing_ok=True)

    def upload_path(self, identifier: int) -> Path:
        """Return where the bytes of an attachment lie."""
        return self._uploads / str(identifier)

    def close(self) -> None:
        """Close the database."""
        self._database.close()
