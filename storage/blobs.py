"""Pictures by the SHA-256 of their bytes, in a local folder or wherever fsspec can write."""

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec  # type: ignore[import-untyped]

from storage.errors import BlobMissing
from storage.files import PARTIAL, whole

_LOCAL = ("file", "local")


class Blobs:
    """A store of immutable files. Whoever deletes from it, or adds and then names what was added, holds `changing`.

    Otherwise one might delete what another is about to name.
    """

    def __init__(self, url: str) -> None:
        """Use a folder or any fsspec URL, such as `s3://bucket/folder`.

        Raises:
            ValueError: the protocol is not known here.
            ImportError: its library is not installed.
        """
        self.changing = asyncio.Lock()
        self._files, root = fsspec.core.url_to_fs(url)
        self._root = str(root)
        protocol = self._files.protocol
        names = (protocol,) if isinstance(protocol, str) else protocol
        self._folder = Path(self._root) if set(names) & set(_LOCAL) else None

    async def put(self, data: bytes) -> str:
        """Store a file, on the disk when this returns, and return its hash. What is there already is not written."""
        return await asyncio.to_thread(self._put, data)

    async def get(self, sha256: str) -> bytes:
        """Return a file.

        Raises:
            BlobMissing: it is not there.
        """
        return await asyncio.to_thread(self.read, sha256)

    async def delete(self, hashes: list[str]) -> None:
        """Delete files; those that are not there do not matter."""
        await asyncio.to_thread(self._delete, hashes)

    async def sweep(self, named: set[str]) -> int:
        """Delete every file that is not named, unfinished ones included; return how many. Hold `changing`."""
        return await asyncio.to_thread(self._sweep, named)

    def read(self, sha256: str) -> bytes:
        """Return a file; it waits for the disk.

        Raises:
            BlobMissing: it is not there.
        """
        try:
            data: bytes = self._files.cat_file(self._place(sha256))
        except FileNotFoundError as error:
            raise BlobMissing(f"The picture {sha256} is missing from the blob store.") from error
        return data

    def write(self, data: bytes) -> str:
        """Store a file and return its hash; it waits for the disk."""
        return self._put(data)

    def names(self) -> Iterator[str]:
        """List the hashes of all files."""
        for place in self._find():
            name = PurePosixPath(place).name
            if not name.startswith(PARTIAL):
                yield name

    def _put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        place = self._place(sha256)
        if self._files.exists(place):
            return sha256
        if self._folder is None:
            self._files.pipe_file(place, data)
            return sha256
        path = Path(place)
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path) as partial:
            partial.write_bytes(data)
        return sha256

    def _delete(self, hashes: list[str]) -> None:
        for sha256 in hashes:
            self._remove(self._place(sha256))

    def _sweep(self, named: set[str]) -> int:
        stray = [place for place in self._find() if PurePosixPath(place).name not in named]
        for place in stray:
            self._remove(place)
        return len(stray)

    def _remove(self, place: str) -> None:
        try:
            self._files.rm_file(place)
        except FileNotFoundError:
            return

    def _find(self) -> list[str]:
        found: list[Any] = self._files.find(self._root)
        return [str(place) for place in found]

    def _place(self, sha256: str) -> str:
        return f"{self._root}/{sha256[:2]}/{sha256}"
