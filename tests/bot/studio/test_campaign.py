"""Kills of bot and engine at random moments: what was accepted is finished or apologised for, and shown once."""

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import psutil

from tests.bot.studio.audit import audited
from tests.faults.rounds import rounds, say

LAST_S = 900


def life(folder, seed, wishes):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bot.studio.life", str(folder), str(seed), str(wishes)],
        stdout=subprocess.PIPE,
        stderr=(folder / "lives.log").open("ab"),
        text=True,
    )


def killed_life(folder, chance):
    """Let a bot live for a moment; return what it accepted.

    The moment is counted in jobs, for the same seconds are much to one machine and nothing to another.
    """
    process = life(folder, chance.getrandbits(30), wishes=100)
    assert process.stdout.readline() == "open\n", (folder / "lives.log").read_text()
    said = []
    if chance.random() < 0.5:
        said += [process.stdout.readline() for _ in range(chance.randint(0, 6))]
        time.sleep(chance.random() * 0.2)
        for child in psutil.Process(process.pid).children():
            child.send_signal(signal.SIGKILL)
    said += [process.stdout.readline() for _ in range(chance.randint(1, 8))]
    time.sleep(chance.random() * 0.2)
    process.kill()
    said += process.stdout.readlines()
    assert process.wait() == -signal.SIGKILL, (folder / "lives.log").read_text()
    return [int(line) for line in said]


def campaign(folder, rounds, seed):
    chance = random.Random(seed)
    accepted = []
    for number in range(rounds):
        accepted += killed_life(folder, chance)
        say(f"round {number + 1} of {rounds}: {len(accepted)} jobs accepted so far")
    last = life(folder, seed, wishes=1)
    try:
        accepted += [int(line) for line in last.communicate(timeout=LAST_S)[0].split()[1:]]
    finally:
        last.kill()
    assert last.returncode == 0, (folder / "lives.log").read_text()
    return accepted


def check(folder, accepted):
    jobs = audited(folder)
    # Accepted, and nothing else, is finished or apologised for. A kill may come between the commit and the print.
    assert set(accepted) <= jobs.keys() and len(set(accepted)) == len(accepted)
    # Each is shown by one message, which says how it ended.
    messages = [json.loads(path.read_text()) for path in (folder / "discord").glob("*.json")]
    assert Counter(message["job"] for message in messages) == dict.fromkeys(jobs, 1)
    assert {message["job"]: message["kind"] for message in messages} == {job: one.state for job, one in jobs.items()}
    assert all(
        message["pictures"] == jobs[message["job"]].pictures for message in messages if message["kind"] == "done"
    )


@rounds(3)
def test_kills_lose_nothing_and_double_nothing(tmp_path, rounds):
    seed = 20261122
    accepted = campaign(tmp_path, rounds, seed)
    assert len(accepted) > rounds
    check(tmp_path, accepted)
