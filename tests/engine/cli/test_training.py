"""`salon train` and `salon tune`, on models that are trained in milliseconds."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.training import kinds
from tests.engine.cli.conftest import Salon
from tests.engine.training.tiny import LINE, line_house


@pytest.fixture
def house(salon: Salon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Salon:
    for owner, name, value in line_house(tmp_path / "recipes"):
        monkeypatch.setattr(owner, name, value)
    return salon


def test_training_leaves_checkpoint_plot_and_record(house: Salon) -> None:
    result = house("train", "line", "--minutes", "4")
    assert result.exit_code == 0, result.stderr
    folder = house.folder / ".salon" / "training" / "line"
    assert {"checkpoint", "losses.csv", "losses.png", "record.json", "sheet-000040.png"} <= {
        path.name for path in folder.iterdir()
    }
    assert "step 1" in result.stdout and str(folder.relative_to(house.folder)) in result.stdout


def test_training_again_trains_only_what_is_missing(house: Salon) -> None:
    for minutes in ("1", "2"):
        assert house("train", "line", "--minutes", minutes).exit_code == 0
    record = json.loads((house.folder / ".salon" / "training" / "line" / "record.json").read_text())
    assert [run["stages"]["line"]["step"] for run in record["runs"]] == [10, 20]


def test_another_recipe_is_refused(house: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    house("train", "line", "--minutes", "1")
    other = replace(LINE, load=lambda path: replace(LINE.load(path), noise=0.5))
    monkeypatch.setattr(kinds, "_KINDS", {"line": lambda: other})
    result = house("train", "line", "--minutes", "2")
    assert result.exit_code == 65
    assert "noise was 0.0 and is 0.5" in result.stderr


def test_other_folders_are_not_rendered_into(house: Salon) -> None:
    photos = house.folder / "photos"
    photos.mkdir()
    (photos / "cat.png").write_bytes(b"mine")
    result = house("train", "line", "--data", str(photos))
    assert result.exit_code == 64 and "cat.png" in result.stderr
    assert [path.name for path in photos.iterdir()] == ["cat.png"]


def test_a_kind_that_renders_no_bank_asks_for_one(house: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_KINDS", {"line": lambda: replace(LINE, renders=False)})
    result = house("train", "line")
    assert result.exit_code == 64 and "There is no bank of pictures in .salon/training/bank" in result.stderr


def test_ctrl_c_says_how_to_go_on(house: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(kinds, "_KINDS", {"line": lambda: replace(LINE, train=interrupted)})
    result = house("train", "line")
    assert result.exit_code == 130 and "'salon train line' goes on" in result.stderr
    result = house("tune", "line")
    assert result.exit_code == 130 and "'salon tune line' goes on" in result.stderr


def test_tuning_says_and_keeps_the_best(house: Salon) -> None:
    result = house("tune", "line", "--minutes", "12", "--trials", "3")
    assert result.exit_code == 0, result.stderr
    assert "schedule.rate = " in result.stdout and "best.toml" in result.stdout
    assert (house.folder / ".salon" / "tuning" / "line" / "best.toml").exists()


@pytest.mark.parametrize("trials", ["1", "0", "1001"])
def test_tuning_takes_a_sensible_number(house: Salon, trials: str) -> None:
    result = house("tune", "line", "--trials", trials)
    assert result.exit_code == 64 and "--trials" in result.stderr
