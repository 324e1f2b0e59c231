"""Why something could not be stored or opened. Each message is one sentence that says what to do."""

from typing import ClassVar


class StorageError(Exception):
    """The storage failed."""

    exit_code: ClassVar[int] = 70
    """Of a command that ends because of it; as in sysexits.h."""

    def __init__(self, message: str = "") -> None:
        """Keep the sentence shown to the person; without one, the class's own docstring serves."""
        super().__init__(message or (self.__doc__ or "").strip())

    @property
    def message(self) -> str:
        """The sentence shown to the person."""
        return str(self.args[0])


class DatabaseTaken(StorageError):
    """Another bot uses this database."""

    exit_code = 75


class DatabaseBusy(StorageError):
    """The database is locked by another program; try again in a moment."""

    exit_code = 75


class DiskFull(StorageError):
    """There is no room left on the disk; free some space."""

    exit_code = 73


class DatabaseRefused(StorageError):
    """The database cannot be used as it is."""

    exit_code = 78


class BlobMissing(StorageError):
    """A picture that the database names is not in the blob store."""


class BackupRefused(StorageError):
    """The file is no backup that can be restored."""

    exit_code = 65
