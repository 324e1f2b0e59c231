import json
from dataclasses import replace

import pytest

from engine.api.errors import UnknownName
from engine.training import train
from engine.training.errors import CheckpointRefused
from engine.training.loop import Schedule, run
from engine.training.recipe import load_recipe
from engine.training.record import data_fingerprint, flattened, read_record, recorded
from tests.engine.training.tiny import LineRecipe, LineTask, line_house

RECIPE = LineRecipe("line", 0.1, Schedule(rate=0.1))


@pytest.fixture
def house(tmp_path, monkeypatch):
    for owner, name, value in line_house(tmp_path / "recipes"):
        monkeypatch.setattr(owner, name, value)
    return tmp_path


def begin(folder, recipe, said=None, data=None):
    say = print if said is None else said.append
    with recorded(folder, "line", "line", recipe, 1.0, data or folder / "bank", say):
        pass


def test_says_what_was_run_on_what_and_what_came_of_it(house):
    out = train("line", 1.0, house / "bank", house / "out", say=print)
    record = read_record(out)
    assert (record["model"], record["kind"], record["recipe"]["schedule.rate"]) == ("line", "line", 1e-6)
    (this,) = record["runs"]
    assert this["outcome"] == "finished"
    assert this["begun"] <= this["ended"]
    assert this["versions"]["torch"]
    stage = this["stages"]["out"]
    assert (stage["step"], stage["samples"], stage["processes"]) == (10, 80, 1)
    assert 0 < stage["losses"]["loss"] < 100


def test_every_run_is_added(house):
    train("line", 1.0, house / "bank", house / "out", say=print)
    train("line", 2.0, house / "bank", house / "out", say=print)
    runs = read_record(house / "out")["runs"]
    assert [one["minutes"] for one in runs] == [1.0, 2.0]
    assert [one["stages"]["out"]["step"] for one in runs] == [10, 20]


def test_a_run_that_fails_says_so(tmp_path):
    with (
        pytest.raises(ZeroDivisionError),
        recorded(tmp_path, "line", "line", RECIPE, 1.0, tmp_path / "bank", print),
    ):
        _ = 1 / 0
    assert read_record(tmp_path)["runs"][0]["outcome"] == "division by zero"


def test_the_record_of_a_run_that_was_killed_has_no_end(tmp_path):
    with recorded(tmp_path, "line", "line", RECIPE, 1.0, tmp_path / "bank", print):
        meanwhile = json.loads((tmp_path / "record.json").read_text())
    assert meanwhile["runs"][0].keys() & {"ended", "outcome"} == set()


def trained(folder):
    run(LineTask(), Schedule(rate=0.1, steps=1), folder, say=print)


def test_another_recipe_is_refused_by_what_differs(tmp_path):
    begin(tmp_path, RECIPE)
    trained(tmp_path / "stage")
    before = (tmp_path / "record.json").read_bytes()
    with pytest.raises(CheckpointRefused, match=r"noise was 0\.1 and is 0\.2\. Move that folder away"):
        begin(tmp_path, replace(RECIPE, noise=0.2))
    assert (tmp_path / "record.json").read_bytes() == before


def test_another_schedule_is_gone_on_with_and_said(tmp_path):
    said = []
    begin(tmp_path, RECIPE)
    trained(tmp_path)
    begin(tmp_path, replace(RECIPE, schedule=Schedule(rate=0.05)), said)
    assert said == ["Going on with another schedule: schedule.rate was 0.1 and is 0.05."]
    assert read_record(tmp_path)["recipe"]["schedule.rate"] == 0.05


def test_another_recipe_may_begin_where_nothing_was_learnt(tmp_path):
    begin(tmp_path, RECIPE)
    begin(tmp_path, replace(RECIPE, noise=0.2))
    assert read_record(tmp_path)["recipe"]["noise"] == 0.2


def test_two_trainings_never_share_a_folder(tmp_path):
    with (
        recorded(tmp_path, "line", "line", RECIPE, 1.0, tmp_path / "bank", print),
        pytest.raises(CheckpointRefused, match="Another training is at work"),
    ):
        begin(tmp_path, RECIPE)
    begin(tmp_path, RECIPE)


def test_other_pictures_are_said(tmp_path):
    bank, said = tmp_path / "bank", []
    bank.mkdir()
    (bank / "pictures").write_bytes(b"first")
    begin(tmp_path / "out", RECIPE, said, bank)
    begin(tmp_path / "out", RECIPE, said, bank)
    assert said == []
    (bank / "pictures").write_bytes(b"other")
    begin(tmp_path / "out", RECIPE, said, bank)
    assert said == [f"The pictures in {bank} are not those of the run before."]


def test_pictures_are_told_apart_wherever_they_differ_widely(tmp_path):
    (tmp_path / "pictures").write_bytes(bytes(6 << 20))
    before = data_fingerprint(tmp_path)
    (tmp_path / "pictures").write_bytes(bytes(3 << 20) + b"\1" * (1 << 20) + bytes(2 << 20))
    assert data_fingerprint(tmp_path) != before
    assert data_fingerprint(tmp_path / "nowhere") is None


def test_what_a_model_says_of_itself_is_no_part_of_its_recipe():
    facts = flattened(load_recipe("mini"))
    assert "denoiser.schedule.rate" in facts
    assert not any(key.startswith("defaults") for key in facts)
    assert json.loads(json.dumps(facts)) == facts


def test_unknown_recipes_and_kinds_are_named(house):
    with pytest.raises(UnknownName, match="did you mean line"):
        train("lime", 1.0, house / "bank", house / "out")
    (house / "recipes" / "odd.toml").write_text('kind = "lion"\n')
    with pytest.raises(UnknownName, match="kind of model called 'lion'"):
        train("odd", 1.0, house / "bank", house / "out")
