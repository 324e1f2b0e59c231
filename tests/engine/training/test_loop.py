import csv
import os
import signal
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from torch import nn

from engine.api.errors import OutOfMemory
from engine.training.checkpoint import load_average, load_checkpoint, load_progress, save_checkpoint
from engine.training.errors import CheckpointRefused
from engine.training.loop import Schedule, TrainingDivergedError, averaged, run
from tests.engine.training.tiny import LineTask

SCHEDULE = Schedule(rate=0.05, warmup=3, ema=0.9)


def train(out, steps, task=None, schedule=SCHEDULE):
    task = task or LineTask()
    ema = run(task, replace(schedule, steps=steps), out, say=lambda line: None)
    return task, ema


def test_learns_and_says_so(tmp_path):
    task, ema = train(tmp_path, 200)
    with averaged(task.model, ema):
        assert task.losses(12345)["loss"] < 0.3
    rows = list(csv.DictReader((tmp_path / "losses.csv").open()))
    assert [int(row["step"]) for row in rows] == list(range(20, 201, 20))
    assert float(rows[-1]["loss"]) < float(rows[0]["loss"])
    assert (tmp_path / "sheet-000200.png").exists()


def arrays(out):
    return {path.name: path.read_bytes() for path in (out / "checkpoint").glob("*.safetensors")}


@settings(max_examples=5, deadline=None)
@given(stops=st.lists(st.integers(1, 11), max_size=2))
def test_resumes_bit_for_bit_wherever_it_stopped(stops):
    schedule = Schedule(rate=0.05, warmup=3, cooldown=0.0, ema=0.9)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        train(folder / "straight", 12, schedule=schedule)
        for stop in [*sorted(stops), 12]:
            train(folder / "broken", stop, schedule=schedule)
        assert arrays(folder / "straight") == arrays(folder / "broken")


def test_the_log_is_as_if_training_had_never_stopped(tmp_path):
    schedule = replace(SCHEDULE, cooldown=0.0)
    train(tmp_path / "straight", 60, schedule=schedule)
    train(tmp_path / "broken", 25, schedule=schedule)
    with (tmp_path / "broken" / "losses.csv").open("a") as log:
        log.write("40,1.0,0.5\n60,")  # of steps that a death took back
    train(tmp_path / "broken", 60, schedule=schedule)
    straight, broken = (
        list(csv.DictReader((tmp_path / name / "losses.csv").open())) for name in ("straight", "broken")
    )
    assert [(row["step"], row["loss"]) for row in straight] == [(row["step"], row["loss"]) for row in broken]


def test_says_rate_losses_and_the_time_left(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.training.console.EVERY_S", 0.0)
    lines = []
    run(LineTask(), replace(SCHEDULE, steps=10), tmp_path, say=lines.append)
    assert len(lines) == 10
    assert lines[4].startswith("step 5  loss ")
    assert "steps/s" in lines[4] and "samples/s" in lines[4] and lines[4].endswith("left")


def test_shows_at_intervals_and_saves_before(tmp_path):
    saved = []

    class Sheeted(LineTask):
        def sheet(self):
            saved.append(load_progress(tmp_path)["step"])
            return Image.new("RGB", (4, 4))

    train(tmp_path, 4, Sheeted(), replace(SCHEDULE, sheet_every=0.0))
    assert saved == [1, 2, 3, 4]
    assert len(list(tmp_path.glob("sheet-*.png"))) == 4


def test_plots_the_losses(tmp_path):
    train(tmp_path, 60)
    with Image.open(tmp_path / "losses.png") as plot:
        assert plot.format == "PNG" and len(plot.getcolors(1 << 20)) > 10


def test_ctrl_c_saves_what_was_learnt(tmp_path):
    class Interrupted(LineTask):
        def losses(self, draw):
            if draw == 6:
                os.kill(os.getpid(), signal.SIGINT)
            return super().losses(draw)

    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, 20, Interrupted())
    assert load_progress(tmp_path)["step"] == 7


def test_short_memory_ends_in_a_sentence(tmp_path):
    class Greedy(LineTask):
        def losses(self, draw):
            return {"loss": torch.empty(1 << 50).sum()} if draw == 3 else super().losses(draw)

    train(tmp_path, 2)
    with pytest.raises(OutOfMemory, match="batch smaller"):
        train(tmp_path, 5, Greedy())
    assert load_progress(tmp_path)["step"] == 2


def test_a_checkpoint_of_another_model_is_refused(tmp_path):
    train(tmp_path, 2)
    wider = LineTask()
    wider.model = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 1))
    with pytest.raises(CheckpointRefused, match=r"0.weight has shape \(4, 3\) there and has shape \(5, 3\)"):
        train(tmp_path, 4, wider)
    assert load_progress(tmp_path)["step"] == 2


def test_a_checkpoint_by_another_optimizer_is_refused(tmp_path):
    train(tmp_path, 2)
    model = LineTask().model
    with pytest.raises(CheckpointRefused, match="trained by AdamW and this recipe trains by SGD"):
        load_checkpoint(tmp_path, model, dict(model.state_dict()), torch.optim.SGD(model.parameters()))


def test_a_damaged_checkpoint_is_refused(tmp_path):
    train(tmp_path, 2)
    weights = tmp_path / "checkpoint" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:50])
    with pytest.raises(CheckpointRefused, match="damaged"):
        train(tmp_path, 4)


def test_not_a_number_keeps_the_last_good_checkpoint(tmp_path):
    train(tmp_path, 5)
    good = load_average(tmp_path)
    with pytest.raises(TrainingDivergedError, match=r"nan at step 8; the checkpoint of step 5 .* lower rate"):
        train(tmp_path, 10, LineTask(nan_at=7))
    for key, value in load_average(tmp_path).items():
        assert torch.equal(value, good[key])
        assert value.isfinite().all()


def test_weights_of_a_broken_step_are_never_taken(tmp_path):
    task = LineTask(nan_at=0)
    before = {key: value.clone() for key, value in task.model.state_dict().items()}
    with pytest.raises(TrainingDivergedError):
        train(tmp_path, 3, task)
    for key, value in task.model.state_dict().items():
        assert torch.equal(value, before[key])


def test_checkpoint_restores_everything(tmp_path):
    train(tmp_path, 4)
    other = LineTask()
    optimizer = torch.optim.AdamW(other.model.parameters())
    ema = {key: torch.zeros_like(value) for key, value in other.model.state_dict().items()}
    progress = load_checkpoint(tmp_path, other.model, ema, optimizer)
    assert progress["step"] == 4
    save_checkpoint(tmp_path / "again", other.model, ema, optimizer, progress)
    for name in ("model", "ema", "optimizer"):
        first, second = (
            (folder / "checkpoint" / f"{name}.safetensors").read_bytes() for folder in (tmp_path, tmp_path / "again")
        )
        assert first == second


def test_no_checkpoint_is_said_plainly(tmp_path):
    with pytest.raises(FileNotFoundError, match="train first"):
        load_average(tmp_path)


def test_finished_training_does_nothing_more(tmp_path):
    _, first = train(tmp_path, 5)
    _, second = train(tmp_path, 5)
    assert all(torch.equal(first[key], second[key]) for key in first)
