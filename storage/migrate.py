"""Making the database, and bringing an old one up to date."""

import logging
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from storage.backup import snapshot
from storage.database import BUSY_S, check_sqlite, explained
from storage.errors import DatabaseRefused

log = logging.getLogger(__name__)


def migrate(path: Path, backups: Path, now: datetime) -> None:
    """Make the database if there is none, else check it and take the steps that it lacks, after a backup.

    A step that fails undoes all of them.

    Raises:
        DatabaseRefused: SQLite is too old, the file is damaged, or a newer Salon made it.
        DatabaseBusy: another program holds its lock.
        DiskFull: there is no room for the backup or the steps.
    """
    if warning := check_sqlite():
        # Salon writes by one connection alone, so this is for who looks for it: `salon doctor` tells it too.
        log.debug("%s", warning)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        _migrate(path, backups, now)
    except sqlite3.DatabaseError as error:
        raise explained(error) or error from error


def head() -> str:
    """Return the number of the newest step."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def version(path: Path) -> str | None:
    """Return the number of the last step that a database took; None for an empty one."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
            return None
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(found[0]) if found else None


def _migrate(path: Path, backups: Path, now: datetime) -> None:
    # An empty file is what a first start leaves when it is killed.
    current = _checked_version(path) if path.exists() else None
    if current == head():
        return
    if current is not None:
        if current not in known():
            raise DatabaseRefused(
                f"The database {path} was made by a newer Salon (its step is {current}); install that version again."
            )
        backups.mkdir(parents=True, exist_ok=True)
        copy = backups / f"before-{head()}-{now:%Y%m%d-%H%M%S}.db"
        snapshot(path, copy)
        log.warning("upgrading the database; %s is a copy of how it was", copy)
    _take_steps(path)


def _checked_version(path: Path) -> str | None:
    with closing(sqlite3.connect(path, timeout=BUSY_S)) as connection:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise DatabaseRefused(
            f"The database {path} is damaged ({found.splitlines()[0]}); restore a backup with `salon restore FILE`."
        )
    return version(path)


def _take_steps(path: Path) -> None:
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(path, timeout=BUSY_S, isolation_level=None),
        poolclass=NullPool,
    )

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    config = _config()
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except OperationalError as error:
        raise explained(error.orig) or error from error


def known() -> list[str]:
    """Return the numbers of all steps."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
