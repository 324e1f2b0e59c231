import json
import signal
import tomllib
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.api.errors import InvalidBrief
from engine.training.errors import CheckpointRefused, TrainingDivergedError
from engine.training.loop import Schedule
from engine.training.tune import Trial, tune
from engine.training.variants import draw_variants, varied
from tests.engine.training.tiny import LINE, LineRecipe, line_house, train_line
from tests.forks import forked

RECIPE = LineRecipe("line", 0.0, Schedule(rate=1e-6))
MINUTES, TRIALS = 24.0, 4


def dying(house, after):
    """Tune where trainings are killed in the middle of the one after so many."""
    begun = []

    def train(recipe, minutes, bank, out, say):
        begun.append(out)
        train_line(recipe, minutes, bank, out, say, die_at=round(minutes * 10) - 1 if len(begun) > after else -1)

    for owner, name, value in line_house(house / "recipes", replace(LINE, train=train)):
        setattr(owner, name, value)
    torch.set_num_threads(1)
    tuned(house)


@pytest.fixture
def house(tmp_path, monkeypatch):
    for owner, name, value in line_house(tmp_path / "recipes"):
        monkeypatch.setattr(owner, name, value)
    return tmp_path


def tuned(house, minutes=MINUTES, trials=TRIALS, folder="tuning"):
    return tune("line", minutes, trials, house / "bank", house / folder, lambda line: None)


def test_a_better_variant_wins_and_is_kept(house):
    best, kept = tuned(house)
    table = tomllib.loads(kept.read_text())
    assert table["schedule"]["rate"] == best.changes["schedule.rate"] > 1e-4
    assert table["kind"] == "line"
    assert "# how noisy the lines are" in kept.read_text()
    state = json.loads((house / "tuning" / "tune.json").read_text())
    scores = [[score for _, score in trial["scores"]] for trial in state["trials"]]
    assert [len(found) for found in scores].count(2) == 2
    assert best.scores[-1][1] == min(found[-1] for found in scores if len(found) == 2)
    assert scores[0][-1] > best.scores[-1][1]
    record = json.loads((house / "tuning" / "record.json").read_text())
    assert record["recipe"]["schedule.rate"] == best.changes["schedule.rate"]
    assert [path.name for path in sorted((house / "tuning").glob("trial-*"))] == [f"trial-{best.number:02d}"]
    with Image.open(house / "tuning" / "tune.png") as curve:
        assert curve.format == "PNG"


def test_the_minutes_are_shared_equally_by_the_rounds(house):
    tuned(house)
    trials = json.loads((house / "tuning" / "tune.json").read_text())["trials"]
    ends = {len(trial["scores"]): [at for at, _ in trial["scores"]] for trial in trials}
    assert ends == {1: [3.0], 2: [3.0, 9.0]}  # four for 3 minutes each, two of them for 6 more


@pytest.mark.parametrize("after", [2, 5])
def test_a_killed_tuning_goes_on_where_it_was(house, after):
    assert forked(dying, house, after) == -signal.SIGKILL
    known = json.loads((house / "tuning" / "tune.json").read_text())
    assert sum(len(trial["scores"]) for trial in known["trials"]) == after
    best, _ = tuned(house)
    whole, _ = tuned(house, folder="straight")
    assert best == whole
    first, second = (json.loads((house / name / "tune.json").read_text()) for name in ("tuning", "straight"))
    assert first == second


def test_a_finished_tuning_is_not_done_again(house):
    best, _ = tuned(house)
    before = (house / "tuning" / "tune.json").stat().st_mtime_ns
    assert tuned(house)[0] == best
    assert (house / "tuning" / "tune.json").stat().st_mtime_ns == before


def test_another_tuning_in_the_folder_is_refused(house):
    tuned(house, minutes=4.0, trials=2)
    with pytest.raises(CheckpointRefused, match="Another tuning"):
        tuned(house, minutes=8.0, trials=2)


def test_every_variant_begins_with_the_parts_of_another_model(house, monkeypatch):
    from engine.training import kinds

    def take_over(model, folder):
        folder.mkdir(parents=True)
        (folder / "part").write_bytes((model / "part").read_bytes())

    def train(recipe, minutes, bank, out, say):
        assert (out / "part").read_bytes() == b"learnt before"
        train_line(recipe, minutes, bank, out, say)

    (house / "model").mkdir()
    (house / "model" / "part").write_bytes(b"learnt before")
    monkeypatch.setattr(kinds, "_KINDS", {"line": lambda: replace(LINE, train=train, take_over=take_over)})
    tune("line", MINUTES, TRIALS, house / "bank", house / "tuning", lambda line: None, house / "model")
    with pytest.raises(CheckpointRefused, match="or beginning"):
        tuned(house)


def test_a_kind_without_parts_begins_with_none(house):
    with pytest.raises(InvalidBrief, match="leave --from out"):
        tune("line", MINUTES, TRIALS, house / "bank", house / "tuning", lambda line: None, house)


def test_a_variant_whose_loss_breaks_never_wins(house, monkeypatch):
    def train(recipe, minutes, bank, out, say):
        if recipe.schedule.rate > 1e-5:
            raise TrainingDivergedError
        train_line(recipe, minutes, bank, out, say)

    from engine.training import kinds

    monkeypatch.setattr(kinds, "_KINDS", {"line": lambda: replace(LINE, train=train)})
    best, _ = tuned(house)
    assert best.changes == {}
    monkeypatch.setattr(kinds, "_KINDS", {"line": lambda: replace(LINE, score=lambda *_: float("nan"))})
    with pytest.raises(TrainingDivergedError, match="every variant"):
        tuned(house, folder="other")


def test_what_cannot_be_tuned_is_said(house, monkeypatch):
    from engine.training import kinds

    monkeypatch.setattr(kinds, "_KINDS", {"line": lambda: replace(LINE, score=None)})
    with pytest.raises(InvalidBrief, match="a way to score"):
        tuned(house)
    toml = house / "recipes" / "line.toml"
    toml.write_text(toml.read_text().split("[tune]")[0])
    with pytest.raises(InvalidBrief, match=r"lacks a \[tune\] table"):
        tuned(house)


@pytest.mark.parametrize(
    "ranges",
    [
        {"schedule.speed": {"choices": [1]}},
        {"noise": 3},
        {"noise": {"low": 1}},
        {"noise": {"low": 2, "high": 1}},
        {"noise": {"low": 0, "high": 1, "log": True}},
        {"noise": {"low": "a", "high": 1}},
        {"noise": {"choices": []}},
    ],
)
def test_a_range_that_is_none_is_named(ranges):
    with pytest.raises(InvalidBrief, match=next(iter(ranges))):
        draw_variants(RECIPE, ranges, 3)


@given(low=st.floats(1e-6, 1.0), factor=st.floats(1.5, 1e3), seed=st.integers(0, 99))
def test_variants_are_different_and_in_range(low, factor, seed):
    ranges = {
        "schedule.rate": {"low": low, "high": low * factor, "log": True},
        "schedule.warmup": {"low": 1, "high": 9},
    }
    first, *others = draw_variants(RECIPE, ranges, 6, seed)
    assert first == {}
    assert len({json.dumps(changes) for changes in others}) == len(others) == 5
    for changes in others:
        recipe = varied(RECIPE, changes)
        assert low * 0.99 <= recipe.schedule.rate <= low * factor * 1.01
        assert recipe.schedule.warmup in range(1, 10)
        assert (recipe.name, recipe.schedule.clip) == ("line", RECIPE.schedule.clip)


def test_few_choices_give_few_variants():
    assert draw_variants(RECIPE, {"noise": {"choices": [0.0, 0.5]}}, 8) == [{}, {"noise": 0.5}]


def test_who_came_further_is_better_then_who_scored_lower():
    trials = [
        Trial(0, {}, [(1, 0.1)]),
        Trial(1, {}, [(1, 0.3), (2, 0.25)]),
        Trial(2, {}, [(1, 0.2), (2, None)]),
        Trial(3, {}, [(1, 0.3), (2, 0.2)]),
    ]
    assert [trial.number for trial in sorted(trials, key=Trial.rank)] == [3, 1, 0, 2]
