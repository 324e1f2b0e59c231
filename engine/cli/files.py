"""Files of the command line: names that are safe anywhere, reading with a bound, writing whole or not at all."""

import os
import re
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


def free_stem(folder: Path, stem: str) -> str:
    """Return the stem, numbered where files in the folder begin with it already."""
    taken = {path.name for path in folder.glob(f"{stem}-*")} if folder.is_dir() else set()
    number = 1
    while any(name.startswith(f"{_numbered(stem, number)}-") for name in taken):
        number += 1
    return _numbered(stem, number)


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be written to, before minutes are spent on painting; nothing is created yet.

    Raises:
        CannotWrite: naming the part of the path that is in the way.
    """
    existing = next((path for path in (folder, *folder.absolute().parents) if os.path.lexists(path)), folder)
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        raise CannotWrite(f"{shown_path(existing)} is no folder to write to; choose another with --out.")


def read_bytes(path: Path) -> bytes:
    """Read a picture file.

    Raises:
        UnreadablePicture: it is not there, is no file, or is far too large.
    """
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise UnreadablePicture(f"{shown_path(path)} has {size / 2**20:.0f} MiB, too many for a picture.")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise UnreadablePicture(f"{shown_path(path)} cannot be read: {_reason(error)}.") from error


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, even if the power fails.

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
        temporary.replace(path)
        temporary = None
        _sync_folder(path.parent)
    except (OSError, ValueError) as error:
        raise CannotWrite(
            f"{shown_path(path)} cannot be written: {_reason(error)}; "
            "free some space or choose another folder with --out."
        ) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()


def _numbered(stem: str, number: int) -> str:
    return stem if number == 1 else f"{stem}-v{number}"


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
