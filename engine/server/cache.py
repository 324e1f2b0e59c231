"""Input pictures by content hash, on disk, within a limit. Only a cache: what it lacks, the client sends again."""

import hashlib
import logging
import os
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)


def digest(data: bytes) -> str:
    """Return the SHA-256 of some bytes in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


class InputCache:
    """A folder of files named by their SHA-256; the least recently used ones go first.

    Several engines may share the folder. A disk that refuses is logged, and costs nothing but the caching. Methods
    may be called from any thread.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        """Keep at most `limit_bytes` in `folder`, which is made when first needed."""
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._size: int | None = None

    def get(self, sha256: str) -> bytes | None:
        """Return what was put under this hash, or None where it is gone or was damaged since."""
        path = self._folder / sha256
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        if digest(data) == sha256:
            return data
        log.warning("a cached picture was damaged on disk; it is removed")
        with suppress(OSError):
            path.unlink()
        return None

    def put(self, sha256: str, data: bytes) -> None:
        """Keep some bytes whose hash was verified."""
        try:
            with self._lock:
                self._write(self._folder / sha256, data)
        except OSError as error:
            log.warning("an input picture is not cached: %s", error)

    def _write(self, path: Path, data: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(prefix="part-", dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(part).replace(path)
        except OSError:
            Path(part).unlink(missing_ok=True)
            raise
        if self._size is not None:
            self._size += len(data)
        if self._size is None or self._size > self._limit_bytes:
            self._size = self._evict()

    def _evict(self) -> int:
        """Delete the oldest files, unfinished ones of dead engines among them, and return the size of what stays."""
        files: list[tuple[float, int, Path]] = []
        for path in self._folder.iterdir():
            with suppress(OSError):  # another engine may have deleted it
                status = path.stat()
                files.append((status.st_mtime, status.st_size, path))
        size = sum(length for _, length, _ in files)
        for _, length, path in sorted(files):
            if size <= self._limit_bytes:
                break
            with suppress(OSError):
                path.unlink()
            size -= length
        return size
