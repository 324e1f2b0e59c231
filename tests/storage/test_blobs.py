import hashlib
import subprocess
import sys

import pytest

from storage.blobs import Blobs
from storage.errors import BlobMissing
from storage.files import PARTIAL
from tests.storage.stores import run


@pytest.fixture(params=["folder", "fsspec"])
def blobs(request, tmp_path):
    return Blobs(str(tmp_path / "blobs") if request.param == "folder" else f"memory://{tmp_path}/blobs")


def test_a_file_comes_back_by_its_hash(blobs):
    async def story():
        sha256 = await blobs.put(b"picture")
        assert sha256 == hashlib.sha256(b"picture").hexdigest()
        assert await blobs.put(b"picture") == sha256
        assert await blobs.get(sha256) == b"picture"
        assert list(blobs.names()) == [sha256]
        await blobs.delete([sha256, "00" * 32])
        with pytest.raises(BlobMissing):
            await blobs.get(sha256)

    run(story())


def test_the_sweep_takes_what_nobody_names(blobs):
    async def story():
        named, stray = await blobs.put(b"named"), await blobs.put(b"stray")
        assert await blobs.sweep({named}) == 1
        assert list(blobs.names()) == [named]
        assert stray not in blobs.names()

    run(story())


def test_an_empty_store_has_no_names(blobs):
    assert list(blobs.names()) == []


def test_a_write_that_dies_leaves_nothing_that_counts(tmp_path):
    """The process may write 4 kB only: as on a full disk, but with a real signal-safe limit of the system."""
    code = """
import resource, signal, sys
from storage.blobs import Blobs
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    Blobs(sys.argv[1]).write(bytes(100_000))
except OSError as error:
    sys.exit(error.errno)
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "blobs")], check=False)
    assert done.returncode == 27  # EFBIG
    assert not [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]


def test_what_a_kill_leaves_half_written_is_swept(tmp_path):
    blobs = Blobs(str(tmp_path))
    sha256 = blobs.write(b"whole")
    half = tmp_path / sha256[:2] / f"{PARTIAL}123"
    half.write_bytes(b"ha")
    assert list(blobs.names()) == [sha256]
    assert run(blobs.sweep({sha256})) == 1
    assert not half.exists()
