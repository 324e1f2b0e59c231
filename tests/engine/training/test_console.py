import math
import os
import pty
from multiprocessing.connection import wait

import torch

from engine.training.console import Lines, Standing, report, say
from engine.training.loop import Schedule, run
from tests.engine.training.tiny import LineTask
from tests.forks import FORKS


def watched(terminal, out):
    """Train where standard output is a terminal."""
    os.dup2(os.open(terminal, os.O_WRONLY | os.O_NOCTTY), 1)
    os.environ["TERM"] = "xterm"
    torch.set_num_threads(1)
    run(LineTask(), Schedule(rate=0.1, steps=30), out, say=say)


def standing(**changes):
    values = {"step": 3, "fraction": 0.25, "steps_per_s": 2.0, "samples_per_s": 64.0, "left_s": 5400.0}
    return Standing(**{**values, "losses": {"loss": 0.5}, **changes})


def test_a_line_has_losses_rate_and_time_left():
    assert standing().parts() == ("loss 0.5000", "2.00 steps/s, 64 samples/s", "1 h 30 min left")
    assert standing(left_s=130).parts()[2] == "2 min left"
    assert standing(left_s=math.inf).parts()[2] == "no end set"
    assert standing(steps_per_s=0.0).parts() == ("loss 0.5000", "", "")


def test_lines_come_now_and_then():
    said = []
    lines = Lines(said.append)
    for _ in range(5):
        lines.stepped(standing)
    assert said == ["step 3  loss 0.5000  2.00 steps/s, 64 samples/s  1 h 30 min left"]


def test_another_voice_hears_lines():
    assert isinstance(report(print), Lines)
    assert isinstance(report(say), Lines)  # where no terminal is


def test_a_terminal_shows_a_bar(tmp_path):
    master, slave = pty.openpty()
    child = FORKS.Process(target=watched, args=(os.ttyname(slave), tmp_path))
    child.start()
    shown = b""
    while master in wait([master, child.sentinel]):
        shown += os.read(master, 4096)
    child.join()
    os.close(slave)
    os.close(master)
    assert child.exitcode == 0
    assert "━".encode() in shown
    assert b"loss" in shown
