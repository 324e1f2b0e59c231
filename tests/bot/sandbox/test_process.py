"""The sandbox as a process: it starts, keeps its state, and ends when it should."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.sandbox.library_bot import PNG
from tests.bot.sandbox.process import RunningSandbox
from tests.bot.sandbox.raw_bot import RawBot

COMMAND = [sys.executable, "-m", "bot.sandbox", "--port", "0", "--data"]


@pytest.mark.asyncio
async def test_everything_survives_a_restart(tmp_path: Path) -> None:
    sandbox = RunningSandbox.start(tmp_path)
    try:
        async with RawBot(sandbox) as bot, sandbox.member("ada") as ada:
            await bot.offer("paint")
            await ada.slash("paint")
            interaction = await bot.event("INTERACTION_CREATE")
            await bot.answer(interaction, 5)
            said = await ada.say("look", files=[PNG])
        before = sandbox
        sandbox = sandbox.restarted()
        assert (sandbox.token, sandbox.base) == (before.token, before.base) and sandbox.secret != before.secret
        async with RawBot(sandbox) as bot, sandbox.member("ada") as ada:
            assert [one["name"] for one in await ada.commands()] == ["paint"]
            [kept] = await ada.history("general")
            assert kept["content"] == "look" and await ada.download(kept["attachments"][0]["url"]) == PNG
            assert int((await ada.say("newer"))["id"]) > int(said["id"])
            # The token of an interaction that was answered before still reaches its message.
            status, edited = await bot.call("PATCH", bot.webhook(interaction, "/messages/@original"), {"content": "x"})
            assert (status, edited["content"]) == (200, "x")
    finally:
        sandbox.stop()


def test_it_ends_with_its_parent_even_when_that_is_killed(tmp_path: Path) -> None:
    code = f"""
import subprocess, sys
child = subprocess.Popen({[*COMMAND, str(tmp_path), "--with-parent"]!r}, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
print(child.pid, flush=True)
print(child.stdout.readline(), flush=True)
child.wait()
"""
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert "url" in parent.stdout.readline()
    parent.kill()
    parent.wait()
    # The sandbox inherited the pipe of the parent's own output; it ends when the sandbox does.
    parent.stdout.read()
    parent.stdout.close()
    with pytest.raises(ProcessLookupError):
        for _ in range(200):
            os.kill(pid, 0)
            signal.sigtimedwait([], 0.05)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    process = subprocess.Popen([*COMMAND, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    address = json.loads(process.stdout.readline())
    assert set(address) == {"url", "api", "gateway", "token", "application_id"}
    process.send_signal(number)
    assert (process.communicate(timeout=20)[1], process.returncode) == ("", 0)


def test_a_taken_port_is_told_in_one_sentence(tmp_path: Path) -> None:
    sandbox = RunningSandbox.start(tmp_path / "one")
    try:
        command = [sys.executable, "-m", "bot.sandbox", "--data", str(tmp_path / "two"), "--port", str(sandbox.port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
        assert done.returncode == 69 and "Choose another --port" in done.stderr
        assert len(done.stderr.splitlines()) == 1
    finally:
        sandbox.stop()


def test_it_never_loads_the_library_it_judges_or_anything_heavy() -> None:
    heavy = {"discord", "engine", "storage", "torch", "sqlalchemy", "PIL", "numpy", "jsonschema"}
    code = "import sys, bot.sandbox.__main__; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not heavy & set(loaded.stdout.split())
