"""The commands around `imagine`: inspect, models, styles, doctor, serve, train."""

import functools
import importlib.metadata
import json

import pytest

from engine.cli import listings
from engine.cli.doctor import Check, examine
from engine.client import connect
from engine.pictures.provenance import png_info, recipe_dict
from engine.settings import load_settings
from tests.engine.cli.conftest import Salon
from tests.engine.fake_engine import COMMAND
from tests.engine.pictures.files import RECIPE, claiming_png, noise, saved


def test_inspect_shows_all_that_the_recipe_holds(salon: Salon) -> None:
    (salon.folder / "x.png").write_bytes(saved(noise(), pnginfo=png_info(RECIPE)))
    out = salon("inspect", "x.png").stdout
    shown = " ".join(out.split())
    for words in (
        "3 of 4",
        "4611686018427387904",
        "64 x 48",
        "oil",
        "4.5",
        "full, cpu, float32",
        "torch 2.13.0",
    ):
        assert words in shown
    assert ("ab" * 32) in "".join(out.split())
    assert "12 steps of 8 rows, 8 steps of 4 rows" in shown and "step 3: prompt 'a fox'" in shown
    assert "\x1b" not in out


def test_inspect_for_programs(salon: Salon) -> None:
    (salon.folder / "x.png").write_bytes(saved(noise(), pnginfo=png_info(RECIPE)))
    assert json.loads(salon("inspect", "x.png", "--json").stdout) == json.loads(json.dumps(recipe_dict(RECIPE)))


@pytest.mark.parametrize(
    "data", [None, b"", b"hello", saved(noise()), saved(noise())[:20], claiming_png(10_000, 10_000)]
)
def test_inspect_refuses_in_one_sentence(salon: Salon, data: bytes | None) -> None:
    if data is not None:
        (salon.folder / "x.png").write_bytes(data)
    result = salon("inspect", "x.png")
    assert (result.exit_code, result.stdout) == (65, "")
    assert len(result.stderr.splitlines()) == 1 and result.stderr.endswith(".\n")


def test_models_come_from_the_engine(served: Salon) -> None:
    out = served("models").stdout
    assert "mini (default)" in out and "8 x 8" in out
    (model,) = json.loads(served("models", "--json").stdout)
    assert (model["name"], model["native"]) == ("mini", [8, 8])


@pytest.mark.parametrize(
    ("model", "code", "sentence"),
    [
        ("/nonexistent", 78, "The model nonexistent cannot be used"),
        ("owner/name", 0, "owner/name is not on this machine yet"),
    ],
)
def test_a_model_that_is_not_there_is_named(
    salon: Salon, monkeypatch: pytest.MonkeyPatch, model: str, code: int, sentence: str
) -> None:
    monkeypatch.setattr(listings, "connect", functools.partial(connect, command=COMMAND))
    monkeypatch.setenv("SALON_ENGINE__MODEL", model)
    result = salon("models")
    assert result.exit_code == code, result.stderr
    assert sentence in result.stderr


def test_an_engine_of_one_s_own_without_a_data_folder_is_complained_of(
    salon: Salon, capsys: pytest.CaptureFixture[str]
) -> None:
    (salon.folder / "file").touch()
    below = str(salon.folder / "file" / "below")
    listings.complain(load_settings(data_dir=below, listen="x.sock"))
    assert capsys.readouterr().err == ""
    listings.complain(load_settings(data_dir=below))
    assert "SALON_ENGINE__DATA_DIR" in capsys.readouterr().err


def test_styles_need_no_engine(salon: Salon) -> None:
    shown = salon("styles").stdout
    assert "watercolor" in shown and "aquarelle" in shown
    listed = json.loads(salon("styles", "--json").stdout)
    assert {"name", "title", "description", "prompt", "negative", "aliases", "palette", "nearest"} <= set(listed[0])


def test_a_healthy_doctor_ends_well(served: Salon) -> None:
    result = served("doctor", "--json")
    told = json.loads(result.stdout)
    assert told["healthy"] and result.exit_code == 0, told
    names = [check["name"] for check in told["checks"]]
    assert names == ["Salon", "libraries", "memory", "data folder", "engine", "device", "fast executor", "model"]
    assert "mini" in served("doctor").stdout


def checks() -> dict[str, Check]:
    return {check.name: check for check in examine()}


def test_doctor_names_a_bad_setting(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALON_ENGINE__THREADS", "many")
    result = salon("doctor")
    assert result.exit_code == 78 and "SALON_ENGINE__THREADS" in result.stdout


def test_doctor_names_a_data_folder_that_cannot_be_written(served: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    (served.folder / "file").touch()
    monkeypatch.setenv("SALON_ENGINE__DATA_DIR", str(served.folder / "file"))
    check = checks()["data folder"]
    assert check.state == "bad" and "SALON_ENGINE__DATA_DIR" in check.finding


def test_doctor_says_why_there_is_no_engine(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALON_ENGINE__LISTEN", "nonsense")
    check = checks()["engine"]
    assert check.state == "bad" and "SALON_ENGINE__LISTEN" in check.finding


def test_doctor_names_missing_and_old_libraries(served: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["numpy>=999", "no-such-library-of-salon", "pillow", "not-wanted-here; python_version < '3'"]
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: wanted)
    check = checks()["libraries"]
    assert check.state == "bad"
    assert "numpy>=999 is wanted and" in check.finding and "no-such-library-of-salon is not installed" in check.finding
    assert "pillow" not in check.finding and "not-wanted-here" not in check.finding


def test_serve_needs_to_know_where(salon: Salon) -> None:
    result = salon("serve")
    assert result.exit_code == 78 and "SALON_ENGINE__LISTEN" in result.stderr


def test_only_known_recipes_are_trained(salon: Salon) -> None:
    result = salon("train", "minni")
    assert result.exit_code == 64 and "did you mean mini or mini-clip?" in result.stderr


@pytest.mark.parametrize("minutes", ["0", "-1", "nan", "inf"])
def test_training_takes_time(salon: Salon, minutes: str) -> None:
    result = salon("train", "mini", "--minutes", minutes)
    assert result.exit_code == 64 and "--minutes" in result.stderr
