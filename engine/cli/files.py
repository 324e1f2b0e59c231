"""Files of the command line: names that are safe anywhere, reading with a bound, writing whole or not at all."""

import os
import re
import stat
import tempfile
import unicodedata
from contextlib import suppress
from pathlib import Path

from engine.api.errors import CannotWrite, UnreadablePicture
from engine.cli.console import shown_path

MAX_FILE_BYTES = 256 * 1024 * 1024
_SLUG_CHARS = 48


def slug(text: str) -> str:
    """Make a short file name out of any text: lower-case ASCII words joined by hyphens, or `picture`."""
    plain = unicodedata.normalize("NFKD", text[:1000]).encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if len(words) > _SLUG_CHARS:
        words = words[: _SLUG_CHARS + 1].rpartition("-")[0] or words[:_SLUG_CHARS]
    return words or "picture"


class Names:
    """The names of one request's files in a folder: `<stem>-1.png`, or `<stem>-v2-1.png` where the stem is taken.

    Nothing is overwritten, not even what another process writes meanwhile under the same stem.
    """

    def __init__(self, folder: Path, stem: str) -> None:
        """Choose the first number that no file of the folder begins with."""
        self._folder = folder
        self._stem = stem
        self._number = 0
        self._advance()

    def write(self, ending: str, data: bytes) -> Path:
        """Write a new file whose name ends so, and return its path.

        Raises:
            CannotWrite: naming the file and the reason; nothing is left behind.
        """
        while not write_whole(path := self._folder / f"{self._numbered()}-{ending}", data, replace=False):
            self._advance()
        return path

    def _advance(self) -> None:
        taken = {path.name for path in self._folder.glob(f"{self._stem}-*")} if self._folder.is_dir() else set()
        self._number += 1
        while any(name.startswith(f"{self._numbered()}-") for name in taken):
            self._number += 1

    def _numbered(self) -> str:
        return self._stem if self._number == 1 else f"{self._stem}-v{self._number}"


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be written to, before minutes are spent on painting; nothing is created yet.

    Raises:
        CannotWrite: naming the part of the path that is in the way.
    """
    try:
        existing = next((path for path in (folder, *folder.absolute().parents) if _is_there(path)), folder)
        if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
            raise CannotWrite(f"{shown_path(existing)} is no folder to write to; choose another with --out.")
    except (OSError, ValueError) as error:
        raise CannotWrite(
            f"{shown_path(folder)} cannot be a folder: {_reason(error)}; choose another with --out."
        ) from error


def data_folder_complaint(folder: Path) -> str | None:
    """Say in a sentence why nothing can be written to the engine's data folder, or None where all is well."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"Salon can write here.\n")
    except (OSError, ValueError) as error:
        return (
            f"The data folder {shown_path(folder)} cannot be written to ({_reason(error)}), so that no log and no "
            "cache is kept; name another with SALON_ENGINE__DATA_DIR."
        )
    return None


def read_bytes(path: Path) -> bytes:
    """Read a picture file.

    Raises:
        UnreadablePicture: it is not there, is no file, or is far too large.
    """
    try:
        # Devices and pipes have no size, may never end, and may wait for a writer for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadablePicture(f"{shown_path(path)} is not a file; name a picture.")
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UnreadablePicture(f"{shown_path(path)} cannot be read: {_reason(error)}.") from error
    if len(data) > MAX_FILE_BYTES:
        raise UnreadablePicture(f"{shown_path(path)} has more than {MAX_FILE_BYTES >> 20} MiB, too many for a picture.")
    return data


def write_whole(path: Path, data: bytes, *, replace: bool = True) -> bool:
    """Write a file so that it is there whole or not at all, even if the power fails.

    Returns:
        False, with nothing written, where the name is taken and must not be replaced.

    Raises:
        CannotWrite: naming the file and the reason; nothing is left behind.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".tmp", delete=False) as file:
            temporary = Path(file.name)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        if replace:
            temporary.replace(path)
        elif not _claimed(path, temporary):
            return False
        _sync_folder(path.parent)
        return True
    except (OSError, ValueError) as error:
        raise CannotWrite(
            f"{shown_path(path)} cannot be written: {_reason(error)}; "
            "free some space or choose another folder with --out."
        ) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()


def _claimed(path: Path, temporary: Path) -> bool:
    """Give a finished file its name unless another file has it, decided by the file system alone."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:
        # FAT and some network shares have no hard links.
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            return False
        temporary.replace(path)
    return True


def _is_there(path: Path) -> bool:
    """Tell whether a path leads to something, if only to a broken link.

    Raises:
        OSError: for another reason than that nothing is there, such as a name that is too long.
    """
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _reason(error: OSError | ValueError) -> str:
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return text[:1].lower() + text[1:]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """Make the new name durable too; some systems cannot open folders, and lose no more than the name."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
