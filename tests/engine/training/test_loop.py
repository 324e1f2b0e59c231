import csv
from dataclasses import replace

import pytest
import torch

from engine.training.checkpoint import load_average, load_checkpoint, save_checkpoint
from engine.training.loop import Schedule, TrainingDivergedError, averaged, run
from engine.training.ranks import together
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


def test_resumes_bit_for_bit(tmp_path):
    schedule = Schedule(rate=0.05, warmup=3, cooldown=0.0, ema=0.9)
    straight, straight_ema = train(tmp_path / "straight", 12, schedule=schedule)
    train(tmp_path / "broken", 5, schedule=schedule)
    resumed, resumed_ema = train(tmp_path / "broken", 12, schedule=schedule)
    for key, value in straight.model.state_dict().items():
        assert torch.equal(value, resumed.model.state_dict()[key]), key
        assert torch.equal(straight_ema[key], resumed_ema[key]), key


def test_not_a_number_keeps_the_last_good_checkpoint(tmp_path):
    train(tmp_path, 5)
    good = load_average(tmp_path)
    with pytest.raises(TrainingDivergedError, match="lower rate"):
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


@pytest.mark.parametrize("died", ["while writing", "while swapping"])
def test_a_death_while_saving_leaves_a_whole_checkpoint(tmp_path, died):
    train(tmp_path, 5)
    if died == "while writing":
        (tmp_path / "checkpoint.new").mkdir()
        (tmp_path / "checkpoint.new" / "model.safetensors").write_bytes(b"half")
    else:
        (tmp_path / "checkpoint").rename(tmp_path / "checkpoint.old")
    _, ema = train(tmp_path, 6)
    assert load_average(tmp_path).keys() == ema.keys()
    assert sorted(path.name for path in tmp_path.glob("checkpoint*")) == ["checkpoint"]


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


def train_a_share(out):
    run(LineTask(), replace(SCHEDULE, steps=4), out, say=print)


def test_two_processes_learn_from_both_their_batches(tmp_path):
    together(2, train_a_share, tmp_path)
    got = load_average(tmp_path)

    class Both(LineTask):
        def losses(self, draw):
            one, two = (LineTask.losses(self, 2 * draw + rank)["loss"] for rank in (0, 1))
            return {"loss": (one + two) / 2}

    _, wanted = train(tmp_path / "alone", 4, Both())
    for key, value in wanted.items():
        assert torch.allclose(value, got[key], atol=1e-6), key
