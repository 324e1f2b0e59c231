"""What a newcomer does in the first minutes, with the real model, the real command and real processes."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
PROMPT = "an owl in a snowy forest at dawn, oil painting"


def environment(data: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "SALON_ENGINE__DATA_DIR": str(data), "SALON_ENGINE__EXECUTOR": "full", **more}


def salon(data: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment(data, **more), capture_output=True, text=True, timeout=170)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("salon")


@pytest.fixture(scope="module")
def painted(place) -> dict:
    done = salon(
        place, "imagine", PROMPT, "-n", "2", "--seed", "5", "--steps", "4", "--out", str(place / "out"), "--json"
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def served(place) -> Iterator[str]:
    """The address of an engine that stays."""
    socket = place / "engine.sock"
    command = [sys.executable, "-m", "bot", "serve", "--listen", str(socket)]
    with subprocess.Popen(command, cwd=ROOT, env=environment(place)) as engine:
        while not socket.exists():
            assert engine.poll() is None
            time.sleep(0.05)
        yield str(socket)
        engine.terminate()


def test_words_become_pictures_with_recipes(painted):
    assert len(painted["pictures"]) == 2
    for number, picture in enumerate(painted["pictures"]):
        with Image.open(picture["path"]) as image:
            assert image.size == (picture["width"], picture["height"])
            assert len(set(image.convert("RGB").get_flattened_data())) > 100, "a picture, not a blank"
        recipe = picture["recipe"]
        assert (recipe["prompt"], recipe["seed"], recipe["index"], recipe["steps"]) == (PROMPT, 5, number, 4)
        assert recipe["model"] == "mini"
    assert Path(painted["sheet"]).is_file()


def test_a_picture_painted_again_is_identical(place, painted):
    path = painted["pictures"][1]["path"]
    done = salon(place, "imagine", "--from", path, "--out", str(place / "again"), "--json")
    assert done.returncode == 0, done.stderr
    again = json.loads(done.stdout)
    assert again["comparison"]["identical"], again["comparison"]
    assert again["comparison"]["differences"] == []
    with Image.open(path) as first, Image.open(again["pictures"][0]["path"]) as second:
        assert first.convert("RGB").tobytes() == second.convert("RGB").tobytes()


def test_inspect_prints_the_recipe(place, painted):
    done = salon(place, "inspect", painted["pictures"][0]["path"], "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == painted["pictures"][0]["recipe"]


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["--style", "watercolor painting of"], 64, "style"),
        (["--scheduler", "eulerr"], 64, "euler"),
        (["--model", "nobody/knows"], 64, "mini"),
        (["--size", "130x127"], 64, "130"),
        (["--size", "9999999"], 64, ""),
        (["--steps", "0"], 64, ""),
    ],
)
def test_what_cannot_be_painted_is_refused_in_one_sentence(place, served, arguments, code, word):
    asked = ("imagine", PROMPT, "-n", "1", "--out", str(place / "refused"), *arguments)
    done = salon(place, *asked, SALON_ENGINE__LISTEN=served)
    assert done.returncode in {code, 2}, done.stderr
    assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((place / "refused").glob("*")) if (place / "refused").exists() else True
