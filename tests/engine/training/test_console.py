import math
import os
import pty
import subprocess
import sys

from engine.training.console import Lines, Standing, report, say

WATCHED = """
import sys
from pathlib import Path
from engine.training.console import say
from engine.training.loop import Schedule, run
from tests.engine.training.tiny import LineTask
run(LineTask(), Schedule(rate=0.1, steps=30), Path(sys.argv[1]), say=say)
"""


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
    command = [sys.executable, "-c", WATCHED, str(tmp_path)]
    with subprocess.Popen(
        command, stdout=slave, stderr=subprocess.DEVNULL, env=os.environ | {"TERM": "xterm"}
    ) as child:
        os.close(slave)
        shown = b""
        while True:
            try:
                part = os.read(master, 4096)
            except OSError:
                break
            if not part:
                break
            shown += part
    os.close(master)
    assert child.returncode == 0
    assert "━".encode() in shown
    assert b"loss" in shown
