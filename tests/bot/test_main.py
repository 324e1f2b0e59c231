import os
import subprocess
import sys
from pathlib import Path

import pytest

import engine
from engine.pictures.provenance import png_info
from tests.engine.pictures.files import RECIPE, noise, saved

HEAVY = ["torch", "diffusers", "transformers", "openvino", "numpy", "PIL", "asyncio"]


def run(*arguments: str, code: str = "from bot.__main__ import main; main()") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii:strict"},
        timeout=60,
    )


@pytest.mark.parametrize("arguments", [["--help"], ["imagine", "--help"], []])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    """What keeps `salon --help` quick, without a clock."""
    code = f"""
import sys
from bot.__main__ import main
try:
    main()
except SystemExit:
    pass
loaded = [name for name in {HEAVY} if name in sys.modules]
sys.exit(f"loaded: {{loaded}}" if loaded else 0)
"""
    done = run(*arguments, code=code)
    assert (done.returncode, done.stderr) == (0, "")
    assert "salon" in done.stdout


def test_help_lists_every_command() -> None:
    out = run("--help").stdout
    for command in ("imagine", "inspect", "models", "styles", "doctor", "train", "serve"):
        assert command in out


def test_the_version_is_printed() -> None:
    assert run("--version").stdout == f"salon {engine.__version__}\n"


def test_a_terminal_without_unicode_gets_escapes_instead_of_a_traceback(tmp_path: Path) -> None:
    picture = tmp_path / "owl.png"
    picture.write_bytes(saved(noise(), pnginfo=png_info(RECIPE)))
    done = run("inspect", str(picture))
    assert (done.returncode, done.stderr) == (0, "")
    assert r"\U0001f989" in done.stdout and done.stdout.isascii()


def test_a_typing_mistake_is_a_usage_error() -> None:
    done = run("imagin")
    assert done.returncode == 2 and "imagin" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("arguments", [["--help"], ["styles"], ["styles", "--json"]])
def test_output_that_cannot_be_written_ends_in_one_sentence(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60
        )
    assert (done.returncode, len(done.stderr.splitlines())) == (73, 1), done.stderr
    assert "cannot be written" in done.stderr


def test_an_interruption_during_the_imports_is_quiet() -> None:
    code = """
import sys
from bot.__main__ import main
class Interrupted:
    def find_spec(self, name, *_):
        if name.startswith("engine"):
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupted())
main()
"""
    done = run("styles", code=code)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
