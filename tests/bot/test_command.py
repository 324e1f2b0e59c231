import os
from pathlib import Path

import pytest

from bot.command import salon


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "env" / "bin"
    folder.mkdir(parents=True)
    for name in ("python", "salon"):
        (folder / name).touch(mode=0o755)
    monkeypatch.setattr("sys.executable", str(folder / "python"))
    monkeypatch.setenv("PATH", os.defpath)
    monkeypatch.chdir(tmp_path)
    return folder


def test_a_command_that_the_shell_finds_needs_no_path(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(installed))
    assert salon() == "salon"


def test_one_beside_the_python_is_named_from_here(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert salon() == "env/bin/salon"
    (installed.parent / "lib").mkdir()
    monkeypatch.chdir(installed.parent / "lib")
    assert salon() == str(installed / "salon")


def test_without_an_installed_command_its_name_must_do(installed: Path) -> None:
    (installed / "salon").unlink()
    assert salon() == "salon"
