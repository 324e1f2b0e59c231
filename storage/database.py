"""The only connections to the database: one that writes, some that only read.

One connection of aiosqlite does not keep tasks apart: what one task wrote vanishes when another rolls back. Here a
transaction has the writing connection to itself, from its BEGIN IMMEDIATE to its end.
"""

import asyncio
import errno
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from storage.errors import DatabaseBusy, DatabaseRefused, DiskFull, StorageError

T = TypeVar("T")

log = logging.getLogger(__name__)

BUSY_S = 5.0
"""How long a statement waits for a lock that another program holds."""
TURN_S = 15.0
"""How long a transaction waits for those before it."""
READERS = 4
OLDEST_SQLITE = (3, 38, 0)
SOUND_SQLITE = (3, 51, 3)
"""Before this, two connections that write or checkpoint at the same moment may damage a WAL database. Ours is one."""

_WRITER_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA cache_size = -32768",
)
_READER_PRAGMAS = ("PRAGMA foreign_keys = ON", "PRAGMA query_only = ON")


def check_sqlite(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> str:
    """Return a warning about this version of SQLite, empty where there is none.

    Raises:
        DatabaseRefused: it is too old.
    """
    name, oldest, sound = (".".join(map(str, numbers)) for numbers in (version, OLDEST_SQLITE, SOUND_SQLITE))
    if version < OLDEST_SQLITE:
        raise DatabaseRefused(f"SQLite {name} is too old; use a Python that has SQLite {oldest} or newer.")
    if version < SOUND_SQLITE:
        return (
            f"SQLite {name} may damage a database that several programs write to: let none but Salon write to it, "
            f"or use SQLite {sound} or newer."
        )
    return ""


class Database:
    """The open database. Every failure of a transaction that a person can do something about is a `StorageError`."""

    def __init__(self, path: Path) -> None:
        """Name the file; it is opened by the first transaction. `storage.migrate` makes or upgrades it before."""
        self.path = path
        self._writer = _engine(path, "rw", 1, "BEGIN IMMEDIATE", _WRITER_PRAGMAS)
        self._readers = _engine(path, "ro", READERS, "BEGIN DEFERRED", _READER_PRAGMAS)
        self._open = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._open += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._open -= 1
            if not self._open:
                self._idle.set()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that may write; it is committed at the end, or undone if an exception leaves it.

        A task that is cancelled inside undoes its own transaction. Once the commit has begun it is brought to its end.

        Raises:
            DatabaseBusy: another program holds the lock.
            DiskFull: nothing was written.
        """
        with _explained(), self._counted():
            async with self._writer.connect() as connection:
                await _finish(connection.begin())
                try:
                    yield connection
                except BaseException:
                    await _finish(connection.rollback())
                    raise
                await _finish(connection.commit())

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that sees one state of the database, and cannot change it."""
        with _explained(), self._counted():
            async with self._readers.connect() as connection, connection.begin():
                yield connection

    async def close(self) -> None:
        """Close every connection; the writer last, since it then folds the write-ahead log into the file.

        Transactions under way are brought to their end first, for a connection in use would not be closed.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(BUSY_S):
                await self._idle.wait()
        await self._readers.dispose()
        await self._writer.dispose()


def _engine(path: Path, mode: str, connections: int, begin: str, pragmas: tuple[str, ...]) -> AsyncEngine:
    engine = create_async_engine(
        # As a URI, which alone can say that a missing file is not to be made; its path is percent-encoded.
        URL.create("sqlite+aiosqlite", database=path.absolute().as_uri(), query={"mode": mode, "uri": "true"}),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=TURN_S,
        connect_args={"timeout": BUSY_S},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # or Python would begin transactions by itself, deferred ones
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


async def _finish(work: Awaitable[T]) -> T:
    """Await to the end even if the task is cancelled meanwhile; the cancellation comes afterwards."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseBusy from error
    except DBAPIError as error:
        raise explained(error.orig) or error from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DiskFull from error
        raise


def explained(error: BaseException | None) -> StorageError | None:
    """Return what to tell a person about a failure of SQLite, or None where that is a bug of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseBusy()
    if primary in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return DiskFull()
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return DatabaseRefused(
            "The database is damaged; stop Salon and restore a backup with `salon restore` (`salon restore --help`)."
        )
    return None
