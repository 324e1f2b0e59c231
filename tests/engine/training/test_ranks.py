import os
import subprocess
import sys
import threading
from dataclasses import replace
from functools import partial

import pytest
import torch
from torch.multiprocessing import start_processes

from engine.api.errors import OutOfMemory
from engine.training.checkpoint import load_average, load_progress
from engine.training.errors import TrainingDivergedError
from engine.training.loop import Schedule, run
from engine.training.ranks import Ranks, together
from tests.engine.training.tiny import LineTask
from tests.forks import FORKS

SCHEDULE = Schedule(rate=0.05, warmup=3, ema=0.9, save_every=0.0, sheet_every=1e9)

MAIN = """
from engine.training.ranks import together
from tests.engine.training.test_ranks import wait_for_ever
together(2, wait_for_ever)
"""


def wait_for_ever():
    # in one write: print's two would mix with those of the other process
    os.write(1, f"{Ranks().rank}\n".encode())
    threading.Event().wait()


def test_no_process_outlives_the_one_that_started_it():
    with subprocess.Popen([sys.executable, "-c", MAIN], stdout=subprocess.PIPE, text=True) as parent:
        assert {parent.stdout.readline() for _ in range(2)} == {"0\n", "1\n"}
        parent.kill()
        # the end of the stream comes when the last process that holds it has ended
        assert parent.stdout.read() == ""


def test_alone_nothing_is_shared():
    assert (Ranks().rank, Ranks().count) == (0, 1)
    assert Ranks().first(3.0, 1.0) == (3.0, 1.0)


def train_a_share(out, steps, die_at=-1, nan_at=-1):
    run(LineTask(nan_at, die_at), replace(SCHEDULE, steps=steps), out, say=print)


@pytest.fixture(autouse=True, scope="module")
def quick_starts():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.multiprocessing, "spawn", partial(start_processes, start_method=FORKS.get_start_method()))
        yield


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    out = tmp_path_factory.mktemp("straight")
    together(2, train_a_share, out, 4)
    return out


def test_two_processes_learn_from_both_their_batches(straight, tmp_path):
    class Both(LineTask):
        def losses(self, draw):
            one, two = (LineTask.losses(self, 2 * draw + rank)["loss"] for rank in (0, 1))
            return {"loss": (one + two) / 2}

    wanted = run(Both(), replace(SCHEDULE, steps=4), tmp_path)
    got = load_average(straight)
    for key, value in wanted.items():
        assert torch.allclose(value, got[key], atol=1e-6), key


def test_two_processes_resume_bit_for_bit_after_one_was_killed(straight, tmp_path):
    with pytest.raises(OutOfMemory, match="memory ran short"):
        together(2, train_a_share, tmp_path, 4, 5)  # the batch of the second process at step 2
    assert load_progress(tmp_path)["step"] == 2
    together(2, train_a_share, tmp_path, 4)
    for name in ("model", "ema", "optimizer"):
        first, second = ((out / "checkpoint" / f"{name}.safetensors").read_bytes() for out in (straight, tmp_path))
        assert first == second, name


def test_what_ends_one_process_is_said_by_the_one_that_started_it(tmp_path):
    with pytest.raises(TrainingDivergedError, match="at step 3; the checkpoint of step 2 is kept"):
        together(2, train_a_share, tmp_path, 4, -1, 5)
