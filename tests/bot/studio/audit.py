"""What the database and the blobs of a bot that has ended must agree about, whatever it went through."""

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """A job as the database has it."""

    id: int
    interaction_id: int
    state: str
    error: str | None
    private: bool
    pictures: int
    outcome: str
    """What became of the letter that tells its end."""


def audited(folder: Path) -> dict[int, Entry]:
    """Return the jobs by id. Each has ended and was told of, every row has its file, and every file its row."""
    with closing(sqlite3.connect(folder / "salon.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        shown = Counter(row[0] for row in database.execute("SELECT job_id FROM artworks"))
        jobs = database.execute("SELECT id, interaction_id, state, error_key, private FROM jobs").fetchall()
        letters = database.execute("SELECT job_id, kind, settled_at, outcome FROM outbox").fetchall()
        named = [row[0] for row in database.execute("SELECT sha256 FROM blobs")]
        used = {
            row[0]
            for row in database.execute("SELECT blob FROM artworks UNION SELECT thumbnail FROM artworks")
            if row[0]
        }
    assert {state for _, _, state, _, _ in jobs} <= {"done", "failed"}
    assert all(settled is not None for _, _, settled, _ in letters)
    # One letter tells of each end, and none of anything else.
    assert Counter((job, kind) for job, kind, _, _ in letters) == Counter((row[0], row[2]) for row in jobs)
    files = [path.name for path in (folder / "blobs").rglob("*") if path.is_file()]
    assert sorted(files) == sorted(named)
    assert used == set(named)
    outcomes = {job: outcome for job, _, _, outcome in letters}
    return {
        number: Entry(number, interaction, state, error, bool(private), shown[number], outcomes[number])
        for number, interaction, state, error, private in jobs
    }


def unfinished(folder: Path) -> int:
    """Return how many jobs and letters are still under way."""
    with closing(sqlite3.connect(folder / "salon.db")) as database:
        jobs = database.execute("SELECT count(*) FROM jobs WHERE state IN ('queued', 'leased', 'running')")
        letters = database.execute("SELECT count(*) FROM outbox WHERE settled_at IS NULL")
        return int(jobs.fetchone()[0] + letters.fetchone()[0])
