"""One bot per database."""

import json
import os
import socket
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from storage.errors import DatabaseRefused, DatabaseTaken


class Lock:
    """Held while a process uses a database. The system takes it back when the process ends, however it ends."""

    def __init__(self, database: Path) -> None:
        """Name the database; `acquire` locks it."""
        self._database = database
        self._lock = FileLock(database.with_name(database.name + ".lock"), timeout=0)
        # Beside the lock, for whoever opens that file to lock it empties it.
        self._owner = database.with_name(database.name + ".owner")

    def acquire(self, now: datetime) -> None:
        """Take the lock.

        Raises:
            DatabaseTaken: naming who has it.
            DatabaseRefused: nothing can be written beside it.
        """
        folder = self._database.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._take(now)
        except OSError as error:
            raise DatabaseRefused(
                f"The data folder {folder} cannot be written ({error.strerror or error}); "
                "set SALON_DATA_DIR to one that Salon can write to."
            ) from error

    def _take(self, now: datetime) -> None:
        try:
            self._lock.acquire()
        except Timeout as error:
            raise DatabaseTaken(
                f"The database {self._database} is in use by {self._named()}; stop that one first."
            ) from error
        said = {"pid": os.getpid(), "host": socket.gethostname(), "since": f"{now:%Y-%m-%d %H:%M:%S} UTC"}
        self._owner.write_text(json.dumps(said), encoding="utf-8")

    def release(self) -> None:
        """Give the lock back."""
        self._owner.unlink(missing_ok=True)
        self._lock.release()

    def _named(self) -> str:
        try:
            owner = json.loads(self._owner.read_text(encoding="utf-8"))
            return f"process {owner['pid']} on {owner['host']}, which runs since {owner['since']}"
        except (OSError, ValueError, KeyError):
            return "another Salon"
