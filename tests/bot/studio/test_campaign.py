"""Kills of bot and engine at random moments: what was accepted is finished or apologised for, and shown once."""

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing

import psutil
import pytest


def life(folder, seed, wishes):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bot.studio.life", str(folder), str(seed), str(wishes)],
        stdout=subprocess.PIPE,
        stderr=(folder / "lives.log").open("ab"),
        text=True,
    )


def killed_life(folder, chance):
    """Let a bot live for a moment; return what it accepted."""
    process = life(folder, chance.getrandbits(30), wishes=100)
    assert process.stdout.readline() == "open\n", (folder / "lives.log").read_text()
    if chance.random() < 0.5:
        time.sleep(chance.random() * 0.6)
        for child in psutil.Process(process.pid).children():
            child.send_signal(signal.SIGKILL)
    time.sleep(chance.random() * 0.8)
    process.kill()
    said = process.stdout.read().split()
    process.wait()
    return [int(line) for line in said]


def campaign(folder, rounds, seed):
    chance = random.Random(seed)
    accepted = [job for _ in range(rounds) for job in killed_life(folder, chance)]
    last = life(folder, seed, wishes=1)
    try:
        accepted += [int(line) for line in last.communicate(timeout=150)[0].split()[1:]]
    finally:
        last.kill()
    assert last.returncode == 0, (folder / "lives.log").read_text()
    return accepted


def check(folder, accepted):
    with closing(sqlite3.connect(folder / "salon.db")) as database:
        jobs = dict(database.execute("SELECT id, state FROM jobs"))
        blobs = {row[0] for row in database.execute("SELECT sha256 FROM blobs")}
        waiting = database.execute("SELECT count(*) FROM outbox WHERE settled_at IS NULL").fetchone()[0]
        shown = dict(database.execute("SELECT job_id, count(*) FROM artworks GROUP BY job_id"))
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    # Accepted, and nothing else, is finished or apologised for. A kill may come between the commit and the print.
    assert set(accepted) <= jobs.keys() and len(set(accepted)) == len(accepted)
    assert set(jobs.values()) <= {"done", "failed"} and waiting == 0
    # Each is shown by one message, which says how it ended.
    messages = [json.loads(path.read_text()) for path in (folder / "discord").glob("*.json")]
    assert Counter(message["job"] for message in messages) == dict.fromkeys(jobs, 1)
    assert {message["job"]: message["kind"] for message in messages} == jobs
    assert {message["job"]: message["pictures"] for message in messages if message["kind"] == "done"} == shown
    # Every row has its file, every file its row.
    files = [path.name for path in (folder / "blobs").rglob("*") if path.is_file()]
    assert sorted(files) == sorted(blobs)


@pytest.mark.parametrize("rounds", [3, pytest.param(100, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])])
def test_kills_lose_nothing_and_double_nothing(tmp_path, rounds):
    seed = 20261122
    accepted = campaign(tmp_path, rounds, seed)
    assert len(accepted) > rounds
    check(tmp_path, accepted)
