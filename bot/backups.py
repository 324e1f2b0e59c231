"""`salon backup` and `salon restore`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.settings import load_settings
from storage.backup import back_up as write_backup
from storage.backup import expire, name_at
from storage.backup import restore as restore_backup
from storage.blobs import Blobs
from storage.errors import BackupRefused, DatabaseRefused
from storage.lock import Lock


def back_up(target: Path | None) -> str:
    """Write a backup into a file or folder; return what to tell.

    Raises:
        SettingsRefused: a setting makes no sense.
        DatabaseRefused: there is no database yet.
        BackupRefused: the target cannot be written.
    """
    settings, now = load_settings(), datetime.now(UTC)
    if not settings.database.exists():
        raise DatabaseRefused(f"There is nothing to back up yet: {settings.database} does not exist.")
    file = target or settings.backups
    if target is None or target.is_dir():
        file = file / name_at(now)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        summary = write_backup(settings.database, Blobs(settings.blobs), file)
        expire(settings.backups, timedelta(days=settings.storage.backup_days), now)
    except OSError as error:
        raise BackupRefused(f"{file} cannot be written ({error.strerror}); choose another place.") from error
    lost = f" {summary.missing} pictures were missing from the store." if summary.missing else ""
    return f"{file}: the database and {summary.pictures} pictures.{lost}"


def restore(source: Path) -> str:
    """Put a backup back; return what to tell.

    Raises:
        SettingsRefused: a setting makes no sense.
        DatabaseTaken: the bot is running.
        BackupRefused: the file is no sound backup; nothing was changed.
    """
    settings, now = load_settings(), datetime.now(UTC)
    lock = Lock(settings.database)
    lock.acquire(now)
    try:
        summary = restore_backup(source, settings.database, Blobs(settings.blobs), now)
    finally:
        lock.release()
    lost = f" {summary.missing} pictures are not in it." if summary.missing else ""
    return f"Restored the database and {summary.pictures} pictures from {source}.{lost}"
