"""Files that are either there as a whole or not at all, whatever dies meanwhile."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PARTIAL = ".partial-"
"""How the names of unfinished files begin."""


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Yield the name of a file to be written; it takes its real name once it is on the disk."""
    partial = path.with_name(f"{PARTIAL}{secrets.token_hex(8)}")
    try:
        yield partial
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        partial.replace(path)
        sync_folder(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def keep_private() -> None:
    """Let nobody else on the machine read what this process and its children make from now on."""
    os.umask(0o077)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder outlast a power cut, where the system lets folders be synced."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
