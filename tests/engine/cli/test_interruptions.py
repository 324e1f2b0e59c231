"""The whole command as a process of its own: interrupted, robbed of its engine, out of disk space."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from PIL import Image

from engine.pictures.provenance import read_recipe
from tests.engine.processes import DEADLINE_S, alive, pids

ROOT = Path(__file__).parents[3]


class Started:
    """`salon imagine` with an engine of its own."""

    def __init__(self, folder: Path, *arguments: str, preexec: Callable[[], None] | None = None) -> None:
        self.folder = folder
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SALON_")}
        environment |= {"SALON_ENGINE__DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.engine.cli.faked", "imagine", *arguments],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=preexec,
        )

    def said(self, words: str) -> None:
        """Wait for a line on standard error."""
        assert self.process.stderr is not None
        assert any(words in line for line in self.process.stderr), f"it never said {words!r}"

    def ended(self) -> tuple[int, str, str]:
        out, errors = self.process.communicate(timeout=DEADLINE_S)
        return self.process.returncode, out, errors

    def leftovers(self) -> list[str]:
        return [path.name for path in (self.folder / "pictures").glob("*")]


@pytest.fixture
def start(tmp_path: Path):
    started = []

    def begin(*arguments: str, **options) -> Started:
        started.append(Started(tmp_path, *arguments, **options))
        return started[-1]

    yield begin
    for one in started:
        one.process.kill()
        one.process.wait()


def test_ctrl_c_cancels_cleanly(start, tmp_path: Path) -> None:
    salon = start("endless", "-n", "16")
    salon.said("Painting.")
    salon.process.send_signal(signal.SIGINT)
    code, out, errors = salon.ended()
    assert (code, out) == (130, "")
    assert errors.splitlines()[-1] == "Cancelled."
    assert "Traceback" not in errors
    assert salon.leftovers() == []
    assert not any(alive(pid) for pid in pids(tmp_path))


def test_a_killed_engine_is_replaced_and_the_picture_painted(start, tmp_path: Path) -> None:
    salon = start("a mortal owl", "-n", "1", "--seed", "9")
    salon.said("Painting.")
    (victim,) = pids(tmp_path)
    psutil.Process(victim).kill()
    salon.said("painting again from seed 9")
    code, out, _ = salon.ended()
    assert code == 0
    assert "pictures/a-mortal-owl-9-1.png" in out
    assert read_recipe((tmp_path / "pictures/a-mortal-owl-9-1.png").read_bytes()).seed == 9
    assert len(pids(tmp_path)) == 2


def test_an_engine_that_dies_twice_is_given_up(start) -> None:
    code, out, errors = start("kill", "-n", "1").ended()
    assert (code, out) == (69, "")
    assert errors.count("painting again") == 1
    assert "no link" not in errors  # the client's log is not for people
    assert "Traceback" not in errors


def test_a_full_disk_leaves_nothing_half_written(start) -> None:
    """The limit lets through the pictures of 8 pixels but not their sheet."""
    limit = 6_000

    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    salon = start("an owl", "-n", "4", "--seed", "2", preexec=small_disk)
    code, _, errors = salon.ended()
    assert code == 73
    assert "sheet.png cannot be written" in errors.splitlines()[-1]
    assert sorted(salon.leftovers()) == [f"an-owl-2-{number}.png" for number in (1, 2, 3, 4)]
    for name in salon.leftovers():
        with Image.open(salon.folder / "pictures" / name) as whole:
            whole.load()
