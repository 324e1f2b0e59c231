import dataclasses
import hashlib
import json
from pathlib import Path

import pytest
from PIL import Image

from engine.pictures.intake import intake
from engine.pictures.provenance import AI_MARK, png_info, read_recipe
from tests.engine.cli.conftest import Salon
from tests.engine.pictures.files import RECIPE, claiming_png, noise, saved

PROMPTS = {
    "markup": "[bold red]an owl[/] :smile: [link=x]",
    "emoji": "🦉🌲",
    "family": "👨‍👩‍👧",
    "right to left": "بومة في الغابة \u202eevil",
    "controls": "an owl\x1b[2J\x07\x00\n\r\tdawn",
    "paths": "../../etc/passwd /root C:\\con",
    "dashes": "-- --help -n 7",
    "template": "{prompt} %s ${HOME} `id`",
}


def test_a_grid_with_its_sheet(served: Salon) -> None:
    result = served("imagine", "An owl, at dawn!", "-n", "3", "--seed", "7")
    assert result.exit_code == 0, result.stderr
    names = ["an-owl-at-dawn-7-1.png", "an-owl-at-dawn-7-2.png", "an-owl-at-dawn-7-3.png", "an-owl-at-dawn-7-sheet.png"]
    assert served.pictures() == names
    assert [line for line in result.stdout.splitlines() if "pictures/" in line] == [
        f"pictures/{name}" for name in names
    ]
    assert "seed 7" in result.stdout and "Picture 3 of 3." in result.stderr
    for number, name in enumerate(names[:3]):
        recipe = read_recipe((served.folder / "pictures" / name).read_bytes())
        assert (recipe.prompt, recipe.seed, recipe.index) == ("An owl, at dawn!", 7, number)
    with Image.open(served.folder / "pictures" / names[3]) as sheet:
        assert AI_MARK.encode() in sheet.info["xmp"]


def test_results_for_programs(served: Salon) -> None:
    result = served("imagine", "an owl", "-n", "2", "--json", "--out", "here/and there")
    told = json.loads(result.stdout)
    assert [Path(picture["path"]).parent.name for picture in told["pictures"]] == ["and there"] * 2
    assert all(Path(picture["path"]).is_file() for picture in told["pictures"])
    assert told["pictures"][1]["recipe"]["index"] == 1
    assert told["seed"] == told["pictures"][0]["recipe"]["seed"]
    assert told["comparison"] is None


def test_every_option_reaches_the_brief(served: Salon) -> None:
    options = "--style oil --negative blue --seed 3 --size 16x24 --steps 2 --guidance 1.5 --scheduler none --model mini"
    result = served("imagine", "an owl", "-n", "1", "--json", "--family", "diffusion", *options.split())
    assert result.exit_code == 0, result.stderr
    recipe = json.loads(result.stdout)["pictures"][0]["recipe"]
    assert (recipe["seed"], recipe["steps"], recipe["prompt"]) == (3, 2, "an owl")
    assert served.pictures() == ["an-owl-3-1.png"]  # one picture needs no sheet


def test_nothing_is_overwritten(served: Salon) -> None:
    for _ in range(3):
        served("imagine", "an owl", "-n", "1", "--seed", "1")
    assert served.pictures() == ["an-owl-1-1.png", "an-owl-1-v2-1.png", "an-owl-1-v3-1.png"]


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS.keys())
def test_any_prompt_gives_a_picture_with_a_safe_name(served: Salon, prompt: str) -> None:
    result = served("imagine", "-n", "1", "--seed", "1", "--", prompt)
    assert result.exit_code == 0, result.stderr
    (name,) = served.pictures()
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert read_recipe((served.folder / "pictures" / name).read_bytes()).prompt == prompt
    shown = served("inspect", f"pictures/{name}").stdout
    assert not set(shown) & {"\x1b", "\x07", "\x00", "\u202e"}
    assert prompt.split()[0].strip("\x1b[2J\x07") in shown


@pytest.mark.parametrize(
    ("prompt", "sentence"),
    [
        ("", "empty"),
        ("  \t ", "empty"),
        ("x" * 10_000, "10,000 characters"),
        ("owl \udcff", "not valid Unicode"),
    ],
)
def test_impossible_prompts_end_in_one_sentence(served: Salon, prompt: str, sentence: str) -> None:
    result = served("imagine", prompt)
    assert result.exit_code == 64
    assert sentence in result.stderr.splitlines()[-1]
    assert served.pictures() == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--size big", "--size takes pixels"),
        ("--size 0", "--size: input should be greater than"),
        ("--size 100000", "100,000 pixels is too large"),
        ("-n 17", "--count"),
        ("-n 0", "--count"),
        ("--seed -1", "--seed"),
        ("--steps 1000000", "--steps"),
        ("--guidance nan", "--guidance"),
        ("--executor quick", "--executor"),
        ("--strength 0.5", "--image"),
        ("--family baroque", "baroque"),
    ],
)
def test_impossible_options_end_in_one_sentence(served: Salon, options: str, sentence: str) -> None:
    result = served("imagine", "an owl", *options.split())
    assert (result.exit_code, served.pictures()) == (64, [])
    assert sentence in result.stderr.splitlines()[-1]


def test_without_a_prompt_there_is_advice(served: Salon) -> None:
    result = served("imagine")
    assert result.exit_code == 64 and "Say what to paint" in result.stderr


def test_a_picture_to_start_from_needs_no_words(served: Salon) -> None:
    (served.folder / "sketch.png").write_bytes(saved(noise()))
    result = served("imagine", "-n", "1", "--image", "sketch.png", "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["pictures"][0]["recipe"]["prompt"] == ""


def test_starting_from_a_picture(served: Salon) -> None:
    (served.folder / "sketch.jpg").write_bytes(saved(noise(20, 12), "JPEG"))
    result = served("imagine", "inputs", "-n", "1", "--image", "sketch.jpg", "--strength", "0.4", "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["pictures"][0]["width"] == 20


@pytest.mark.parametrize("data", [b"hello", claiming_png(9000, 9000), saved(noise())[:200]])
def test_a_bad_picture_to_start_from_is_refused(served: Salon, data: bytes) -> None:
    (served.folder / "bad.png").write_bytes(data)
    result = served("imagine", "an owl", "--image", "bad.png")
    assert (result.exit_code, served.pictures()) == (65, [])
    assert result.stderr.splitlines()[-1].endswith(".")


@pytest.mark.parametrize("option", ["--image", "--from"])
def test_a_missing_file_is_named(served: Salon, option: str) -> None:
    prompt = ["an owl"] if option == "--image" else []
    result = served("imagine", *prompt, option, "nowhere.png")
    assert result.exit_code == 65 and "nowhere.png cannot be read: no such file" in result.stderr


def test_painting_again_gives_identical_pixels(served: Salon) -> None:
    served("imagine", "an owl", "-n", "3", "--seed", "5")
    result = served("imagine", "--from", "pictures/an-owl-5-2.png")
    assert result.exit_code == 0, result.stderr
    assert "Identical pixels." in result.stdout
    assert served.pictures()[-1] == "an-owl-5-v2-2.png"
    told = json.loads(served("imagine", "--from", "pictures/an-owl-5-2.png", "--json").stdout)
    assert told["comparison"] == {"identical": True, "psnr_db": None, "differences": []}
    assert [picture["recipe"]["index"] for picture in told["pictures"]] == [1]


def test_painting_again_takes_the_pictures_that_it_was_painted_from(served: Salon) -> None:
    """By the file itself, or by what intake made of it."""
    photo = saved(noise(20, 12), "JPEG")
    (served.folder / "photo.jpg").write_bytes(photo)
    (served.folder / "other.jpg").write_bytes(saved(noise(20, 12, seed=1), "JPEG"))
    for source in (hashlib.sha256(photo).hexdigest(), intake(photo).sha256):
        recipe = dataclasses.replace(RECIPE, source=source, prompt="inputs", style=None, timeline=())
        (served.folder / "painted.png").write_bytes(saved(noise(), pnginfo=png_info(recipe)))
        again = ("imagine", "--from", "painted.png", "--image", "other.jpg")
        assert served(*again).exit_code == 64
        assert served(*again, "--image", "photo.jpg").exit_code == 0


def test_painting_again_takes_no_other_wishes(served: Salon) -> None:
    served("imagine", "an owl", "-n", "1", "--seed", "5")
    result = served("imagine", "a fox", "--from", "pictures/an-owl-5-1.png")
    assert result.exit_code == 64 and "--from" in result.stderr


def test_painting_again_needs_a_recipe(served: Salon) -> None:
    (served.folder / "photo.png").write_bytes(saved(noise()))
    result = served("imagine", "--from", "photo.png")
    assert result.exit_code == 65 and "no Salon recipe" in result.stderr


def test_a_folder_that_cannot_be_is_refused(served: Salon) -> None:
    (served.folder / "pictures.txt").write_text("a file")
    result = served("imagine", "an owl", "--out", "pictures.txt")
    assert result.exit_code == 73 and "pictures.txt" in result.stderr and "--out" in result.stderr


def test_a_broken_engine_says_so(served: Salon) -> None:
    result = served("imagine", "broken")
    assert result.exit_code == 70
    assert served.pictures() == []


def test_settings_that_make_no_sense_are_named(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALON_ENGINE__EXECUTOR", "quick")
    result = salon("imagine", "an owl")
    assert result.exit_code == 78 and "SALON_ENGINE__EXECUTOR" in result.stderr


def test_a_recipe_commands_no_terminal(served: Salon) -> None:
    """What a stranger wrote into a picture is repeated when it is compared with."""
    backend = dataclasses.replace(RECIPE.backend, device="\x1b]0;owned\x07")
    recipe = dataclasses.replace(RECIPE, backend=backend, source=None, strength=None, style=None, timeline=())
    (served.folder / "x.png").write_bytes(saved(noise(), pnginfo=png_info(recipe)))
    result = served("imagine", "--from", "x.png")
    assert result.exit_code == 0, result.stderr
    assert "owned" in result.stdout and not set(result.stdout + result.stderr) & {"\x1b", "\x07"}
