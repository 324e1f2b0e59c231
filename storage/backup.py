"""Backups of the database and its pictures, and the way back."""

import hashlib
import os
import shutil
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from storage.blobs import Blobs
from storage.database import BUSY_S
from storage.errors import BackupRefused, BlobMissing
from storage.files import sync_folder, whole

_DATABASE = "salon.db"
_BLOBS = "blobs/"
_PREFIX, _SUFFIX = "salon-", ".zip"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a backup holds."""

    pictures: int
    missing: int
    """Pictures that the database names and the store did not have."""


def snapshot(source: Path, target: Path) -> None:
    """Copy a database that may be in use, as it is at one moment, and check the copy.

    Raises:
        BackupRefused: the copy is not sound, so the source is damaged.
    """
    with whole(target) as partial:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_S)) as old,
            closing(sqlite3.connect(partial)) as new,
        ):
            old.backup(new)
            # A copy in WAL mode could not be read from a folder that cannot be written.
            new.execute("PRAGMA journal_mode = DELETE")
        _check(partial)


def name_at(now: datetime) -> str:
    """Return what a backup of that moment is called."""
    return f"{_PREFIX}{now:%Y%m%d-%H%M%S}{_SUFFIX}"


def back_up(database: Path, blobs: Blobs, target: Path) -> Summary:
    """Write a backup: a ZIP with the database and every picture that it names. Salon may be running.

    Raises:
        BackupRefused: the database is damaged.
        OSError: the target cannot be written.
    """
    copy = target.with_name(target.name + ".db")
    missing = 0
    try:
        snapshot(database, copy)
        with whole(target) as partial, zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            archive.write(copy, _DATABASE, zipfile.ZIP_DEFLATED)
            hashes = _named(copy)
            for sha256 in hashes:
                try:
                    # Deleted since the snapshot: then nobody will miss it.
                    archive.writestr(_BLOBS + sha256, blobs.read(sha256))
                except BlobMissing:
                    missing += 1
    finally:
        copy.unlink(missing_ok=True)
    return Summary(pictures=len(hashes) - missing, missing=missing)


def restore(source: Path, database: Path, blobs: Blobs, now: datetime) -> Summary:
    """Put back a backup. The present database, if any, is put aside beside itself. Salon must not be running.

    Raises:
        BackupRefused: the file is no sound backup; nothing was changed.
    """
    fetched = database.with_name(f"{database.name}.restored")
    try:
        with zipfile.ZipFile(source) as archive:
            _check_archive(archive)
            database.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(_DATABASE) as packed, fetched.open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked)
            _check(fetched)
            stored = {name.removeprefix(_BLOBS) for name in archive.namelist() if name.startswith(_BLOBS)}
            for sha256 in sorted(stored):
                blobs.write(archive.read(_BLOBS + sha256))
    except (OSError, zipfile.BadZipFile) as error:
        fetched.unlink(missing_ok=True)
        raise BackupRefused(f"{source} cannot be restored: {error}.") from error
    except BackupRefused:
        fetched.unlink(missing_ok=True)
        raise
    named = set(_named(fetched))
    _swap(fetched, database, now)
    return Summary(pictures=len(stored), missing=len(named - stored))


def expire(folder: Path, keep: timedelta, now: datetime) -> list[Path]:
    """Delete the backups in a folder that are older than `keep`, copies made before upgrades too; return which."""
    oldest = (now - keep).timestamp()
    old = [
        path
        for pattern in (f"{_PREFIX}*{_SUFFIX}", "before-*.db")
        for path in folder.glob(pattern)
        if path.stat().st_mtime < oldest
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return old


def _swap(new: Path, database: Path, now: datetime) -> None:
    with new.open("rb") as file:
        os.fsync(file.fileno())
    aside = f".before-restore-{now:%Y%m%d-%H%M%S}"
    for suffix in ("-wal", "-shm", ""):
        old = database.with_name(database.name + suffix)
        if old.exists():
            old.rename(database.with_name(database.name + aside + suffix))
    new.rename(database)
    sync_folder(database.parent)


def _check(path: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise BackupRefused(f"The copy of the database is not sound: {error}.") from error
    if found != "ok":
        raise BackupRefused(f"The copy of the database is not sound: {found.splitlines()[0]}.")


def _check_archive(archive: zipfile.ZipFile) -> None:
    if _DATABASE not in archive.namelist():
        raise BackupRefused(f"{archive.filename} is no backup of Salon: it holds no {_DATABASE}.")
    for name in archive.namelist():
        if name.startswith(_BLOBS) and hashlib.sha256(archive.read(name)).hexdigest() != name.removeprefix(_BLOBS):
            raise BackupRefused(f"{archive.filename} is damaged: the picture {name} is not what its name says.")
    if (broken := archive.testzip()) is not None:
        raise BackupRefused(f"{archive.filename} is damaged: {broken} cannot be read.")


def _named(path: Path) -> list[str]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return [row[0] for row in connection.execute("SELECT sha256 FROM blobs ORDER BY sha256")]
