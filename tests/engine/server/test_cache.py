"""The cache of input pictures: it may forget, but never lies, grows past its limit, or breaks what it serves."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from engine.server.cache import InputCache, digest


def put(cache: InputCache, data: bytes) -> str:
    cache.put(digest(data), data)
    return digest(data)


def test_what_was_put_is_there_for_another_engine_too(tmp_path):
    name = put(InputCache(tmp_path / "inputs", 1000), b"picture")
    assert InputCache(tmp_path / "inputs", 1000).get(name) == b"picture"
    assert InputCache(tmp_path / "inputs", 1000).get(digest(b"other")) is None


def test_what_was_damaged_on_disk_is_forgotten(tmp_path):
    cache = InputCache(tmp_path, 1000)
    name = put(cache, b"picture")
    (tmp_path / name).write_bytes(b"pictur")
    assert cache.get(name) is None
    assert not (tmp_path / name).exists()


def test_the_least_recently_used_goes_first(tmp_path):
    cache = InputCache(tmp_path, 250)
    names = [put(cache, bytes([n]) * 100) for n in range(2)]
    for age, name in ((200, names[0]), (100, names[1])):
        os.utime(tmp_path / name, (age, age))
    assert cache.get(names[0])
    put(cache, b"\x02" * 100)
    assert cache.get(names[0])
    assert cache.get(names[1]) is None


@given(st.lists(st.binary(max_size=60), max_size=12))
def test_it_never_exceeds_its_limit(pieces):
    with tempfile.TemporaryDirectory() as folder:
        cache = InputCache(Path(folder), 100)
        for piece in pieces:
            put(cache, piece)
            assert sum(path.stat().st_size for path in Path(folder).iterdir()) <= 100


def test_a_full_disk_costs_only_the_caching(tmp_path):
    code = """
import resource, signal, sys
from pathlib import Path
from engine.server.cache import InputCache, digest
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
cache = InputCache(Path(sys.argv[1]), 10**6)
for data in (b"x" * 5000, b"small"):
    cache.put(digest(data), data)
    print(cache.get(digest(data)))
"""
    command = [sys.executable, "-c", code, tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["None", "b'small'"]
    assert "not cached" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [digest(b"small")]
