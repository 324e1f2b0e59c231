"""`salon run` as a process: what it prints, how it ends, and what ends with it."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.bot.sandbox.process import RunningSandbox
from tests.engine.processes import alive, listening

DEADLINE_S = 120.0
"""Of no promise: two busy cores may take a minute for what takes a second."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with listening(tmp_path_factory.mktemp("engine")) as settings:
        yield settings


def environment(folder: Path, **names: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SALON_")}
    return kept | {"SALON_DATA_DIR": str(folder), "SALON_SANDBOX__PORT": "0", **names}


@contextmanager
def running(folder: Path, engine=None, **names: str):
    """Run the bot until it has said that it is open."""
    if engine is not None:
        names["SALON_ENGINE__LISTEN"] = engine.listen
    with (folder / "run.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            env=environment(folder, **names),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        line = process.stdout.readline()
        assert line.startswith("Salon is open at http://127.0.0.1:"), (folder / "run.log").read_text()
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def ended(folder: Path, **names: str) -> subprocess.CompletedProcess[str]:
    """Run the bot to an end of its own."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        env=environment(folder, **names),
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
    )


def child(process: subprocess.Popen, name: str) -> psutil.Process:
    return next(one for one in psutil.Process(process.pid).children() if name in one.cmdline())


def gone(pid: int) -> bool:
    until = time.monotonic() + DEADLINE_S
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not alive(pid)


def test_a_signal_ends_everything_in_order(tmp_path, engine):
    with running(tmp_path, engine) as process:
        sandbox = child(process, "bot.sandbox").pid
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE_S) == 0
        assert gone(sandbox)
    assert not (tmp_path / "salon.db-wal").exists()


def test_killed_it_takes_its_sandbox_and_its_engine_with_it(tmp_path):
    with running(tmp_path) as process:
        pids = [one.pid for one in psutil.Process(process.pid).children()]
        assert len(pids) == 2
        process.kill()
        process.wait()
        assert all(gone(pid) for pid in pids)


def test_it_ends_with_its_sandbox(tmp_path, engine):
    with running(tmp_path, engine) as process:
        child(process, "bot.sandbox").kill()
        assert process.wait(DEADLINE_S) == 69
    assert "The sandbox ended" in (tmp_path / "run.log").read_text().splitlines()[-1]


def test_it_ends_when_nothing_looks_after_its_engine_any_more(tmp_path):
    code = """
import sys
from engine.client.keeper import Keeper
async def live(self):
    raise ZeroDivisionError("for a test")
Keeper._live = live
sys.argv[1:] = ["run"]
from bot.__main__ import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, text=True, timeout=DEADLINE_S
    )
    assert done.returncode == 70
    assert "no longer looks after its engine" in done.stderr.splitlines()[-1]
    assert "for a test" in done.stderr


def test_a_second_bot_on_the_same_database_names_the_first(tmp_path, engine):
    with running(tmp_path, engine) as process:
        second = ended(tmp_path)
        assert (second.returncode, second.stdout) == (75, "")
        assert f"in use by process {process.pid} on " in second.stderr
        assert len(second.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (
            {"SALON_LIMIT__COUNT": "3"},
            "There is no setting called SALON_LIMIT__COUNT; did you mean SALON_LIMITS__COUNT",
        ),
        ({"SALON_LIMITS__COUNT": "many"}, "SALON_LIMITS__COUNT: "),
        (
            {"SALON_DATA_DIR": "/dev/null/salon"},
            "The data folder /dev/null/salon cannot be written (Not a directory); ",
        ),
        ({"SALON_ENGINE__THREADS": "-1"}, "SALON_ENGINE__THREADS: "),
        ({"SALON_DISCORD__TOKEN_FILE": "/nowhere/token"}, "SALON_DISCORD__TOKEN_FILE: /nowhere/token cannot be read"),
    ],
)
def test_bad_settings_end_in_one_sentence(tmp_path, names, says):
    done = ended(tmp_path, **names)
    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr.startswith(says) and len(done.stderr.splitlines()) == 1


def test_settings_that_its_engine_refuses_end_it_with_78(tmp_path):
    done = ended(tmp_path, SALON_ENGINE__DEVICE="meteor")
    assert done.returncode == 78
    assert done.stderr.splitlines()[-1].startswith("SALON_ENGINE__DEVICE: there is no device 'meteor' here")
    assert "Traceback" not in done.stderr


def test_a_damaged_database_ends_in_one_sentence(tmp_path):
    (tmp_path / "salon.db").write_bytes(b"Dear diary, " * 1000)
    done = ended(tmp_path)
    assert done.returncode == 78
    assert "salon restore" in done.stderr.splitlines()[-1]


def test_the_token_reaches_no_other_process(tmp_path, engine):
    canary = "MTIz.canary.token"
    code = """
import os, sys
from bot import run
class Told(Exception): pass
async def serve(self):
    raise Told
run._Run.serve = serve
try:
    run.run()
except Told:
    print(os.environ.get("SALON_DISCORD__TOKEN"))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(tmp_path, SALON_DISCORD__TOKEN=canary),
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
    )
    assert done.stdout == "None\n"
    assert canary not in done.stderr


def test_a_token_that_is_revoked_ends_it_at_once_with_78(tmp_path, engine):
    sandbox = RunningSandbox.start(tmp_path / "discord")
    code = f"""
import sys
from bot.discord.redirect import Server, redirect
redirect(Server(rest={sandbox.api!r}, gateway={sandbox.gateway!r}, cdn={sandbox.base!r}))
sys.argv[1:] = ["run"]
from bot.__main__ import main
main()
"""
    names = environment(tmp_path, SALON_DISCORD__TOKEN=sandbox.token, SALON_ENGINE__LISTEN=engine.listen)
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", code], env=names, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stdout.readline() == "Salon is on Discord.\n"
        asyncio.run(sandbox.settings(token_revoked=True))
        _, said = process.communicate(timeout=DEADLINE_S)
        logins = asyncio.run(sandbox.state())["gateway"]["identify"]
    finally:
        process.kill()
        sandbox.stop()
    assert (process.returncode, logins) == (78, 1)
    assert "SALON_DISCORD__TOKEN" in said.splitlines()[-1] and sandbox.token not in said


def test_it_stays_light(tmp_path, engine):
    with running(tmp_path, engine) as process:
        resident = psutil.Process(process.pid).memory_info().rss
        maps = Path(f"/proc/{process.pid}/maps")
        if maps.exists():
            assert "libtorch" not in maps.read_text()
        assert resident < 200 * 2**20


def test_a_backup_of_a_running_bot_is_restored_into_another_folder(tmp_path, engine):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    with running(first, engine):
        made = salon(first, "backup")
        assert made.returncode == 0, made.stderr
        file = made.stdout.split(": ")[0]
        refused = salon(first, "restore", file)
        assert refused.returncode == 75 and "in use by" in refused.stderr
    restored = salon(second, "restore", file)
    assert (restored.returncode, restored.stderr) == (0, "")
    assert (second / "salon.db").exists()
    made_here = [Path(file), first / "salon.db", second, *second.rglob("*")]
    assert [path for path in made_here if path.stat().st_mode & 0o077] == []
    nothing = salon(tmp_path / "third", "backup")
    assert nothing.returncode == 78 and "nothing to back up" in nothing.stderr


def salon(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
    )


def test_the_invitation_names_the_bot_and_what_it_needs(tmp_path):
    token = tmp_path / "token"
    token.write_text("MTIzNDU2Nzg5MDEyMzQ1Njc4.x.y\n")
    names = environment(tmp_path, SALON_DISCORD__TOKEN_FILE=str(token))
    done = subprocess.run([sys.executable, "-m", "bot", "invite"], env=names, capture_output=True, text=True)
    assert done.stdout.startswith("https://discord.com/oauth2/authorize?client_id=123456789012345678&")
    # Administrator, or to mention everyone, must never be among them.
    permissions = int(done.stdout.strip().split("permissions=")[1])
    assert not permissions & (1 << 3 | 1 << 17) and permissions & (1 << 11)
    token.write_text("not a token")
    done = subprocess.run([sys.executable, "-m", "bot", "invite"], env=names, capture_output=True, text=True)
    assert done.returncode == 78 and "no bot token" in done.stderr
    assert json.dumps(done.stderr).count("not a token") == 0


def test_metrics_are_served_on_loopback(tmp_path, engine):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (
        running(tmp_path, engine, SALON_METRICS__PORT=str(port)),
        urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer,
    ):
        told = answer.read().decode()
    for name in ("salon_jobs_accepted_total 0.0", "salon_jobs_queued 0.0", "salon_wait_seconds_count 0.0"):
        assert name in told
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = ended(tmp_path, SALON_METRICS__PORT=str(taken.getsockname()[1]))
    assert refused.returncode == 78 and refused.stderr.startswith("SALON_METRICS__PORT")
