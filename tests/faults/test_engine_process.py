"""What becomes of the engine process, and of those who wait for it, when something dies, hangs or fills up."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from engine.api import Finished, Progress
from engine.api.errors import EngineLost, InternalError
from engine.client import connect
from engine.client import launcher as launcher_module
from engine.client.engine import Engine
from engine.client.environment import scrubbed
from engine.client.keeper import Keeper
from engine.client.launcher import Launcher
from engine.client.timing import Timing
from engine.settings import EngineSettings
from tests.engine.fake_engine import COMMAND
from tests.engine.processes import (
    alive,
    brief,
    events,
    listening,
    pictures,
    pids,
    png,
    run,
    settings_in,
    sha,
    until,
)

QUICK = Timing(first_delay_s=0.01, longest_delay_s=0.02)
GONE_S = 2.0
"""An engine outlives its client by no more than this."""
CANARY = "canary-9f2c-not-a-real-token"


@asynccontextmanager
async def engine_of_ones_own(folder: Path, timing: Timing = QUICK, command=COMMAND, nice=0, **settings):
    """Yield the engine and its launcher, with other times than `connect` takes."""
    launcher = Launcher(settings_in(folder, **settings), timing, command=command, nice=nice)
    keeper = Keeper(launcher, timing)
    keeper.start()
    try:
        yield Engine(keeper), launcher
    finally:
        await keeper.stop()


async def paints(engine):
    """Paint, trying again as anybody would whose brief was lost."""
    while True:
        try:
            assert len(pictures(await events(engine, brief()))) == 2
            return
        except EngineLost:
            continue


def test_an_engine_gives_way_to_others(tmp_path):
    async def scenario():
        async with engine_of_ones_own(tmp_path, nice=5) as (engine, launcher):
            await paints(engine)
            return psutil.Process(launcher.process.pid).nice()

    assert asyncio.run(scenario()) == min(19, psutil.Process().nice() + 5)


@pytest.mark.parametrize("end", ["kill", "crash"])
def test_a_dead_engine_loses_its_briefs_and_is_replaced(tmp_path, end):
    async def story():
        async with engine_of_ones_own(tmp_path) as (engine, _):
            other = asyncio.create_task(events(engine, brief("endless", id="other")))
            with pytest.raises(EngineLost, match="ask again"):
                await events(engine, brief(end))
            with pytest.raises(EngineLost):
                await other
            assert len(pictures(await events(engine, brief()))) == 2

    run(story())
    assert len(pids(tmp_path)) == 2


def test_an_engine_whose_device_failed_ends_and_is_replaced(tmp_path):
    async def story():
        async with engine_of_ones_own(tmp_path) as (engine, _):
            with pytest.raises((InternalError, EngineLost), match="ask again"):
                await events(engine, brief("sticky"))
            await until(lambda: len(pids(tmp_path)) == 2)
            await paints(engine)

    run(story())


def test_an_engine_that_shows_no_sign_of_life_is_killed_and_replaced(tmp_path):
    async def story():
        async with engine_of_ones_own(tmp_path, replace(QUICK, silence_s=3.0)) as (engine, launcher):
            stream = engine.paint(brief("endless"))
            await anext(stream)
            stopped = launcher.process.pid
            os.kill(stopped, signal.SIGSTOP)
            with pytest.raises(EngineLost, match="no sign of life"):
                async for _ in stream:
                    pass
            assert len(pictures(await events(engine, brief()))) == 2
            assert not alive(stopped)

    run(story())


def test_a_step_that_never_ends_is_noticed_though_the_heart_beats(tmp_path):
    async def story():
        async with engine_of_ones_own(tmp_path, replace(QUICK, step_s=1.5)) as (engine, launcher):
            await engine.describe()
            hung = launcher.process.pid
            with pytest.raises(EngineLost, match="one step ran"):
                await events(engine, brief("hang"))
            await paints(engine)
            assert not alive(hung)

    run(story())


def test_inputs_are_sent_again_to_the_engine_that_replaces_a_dead_one(tmp_path):
    data = png(24, 16)
    asked = brief("inputs", source=sha(data))

    async def story():
        async with engine_of_ones_own(tmp_path) as (engine, launcher):
            await events(engine, asked, {sha(data): data})
            os.kill(launcher.process.pid, signal.SIGKILL)
            for path in (tmp_path / "cache" / "inputs").iterdir():
                path.unlink()
            while True:
                try:
                    return await events(engine, asked, {sha(data): data})
                except EngineLost:
                    continue

    assert pictures(run(story()))[0].width == 24


def test_an_engine_that_cannot_start_is_tried_five_times_and_then_given_a_rest(tmp_path):
    tries = tmp_path / "tries"
    code = f"open({str(tries)!r}, 'a').write('x'); import sys; sys.exit('no such device')"

    async def story():
        async with engine_of_ones_own(tmp_path, command=(sys.executable, "-c", code)) as (engine, launcher):
            with pytest.raises(EngineLost, match="stopped 5 times within 10 minutes") as refusal:
                await events(engine, brief())
            assert str(launcher.log) in refusal.value.message
            assert "no such device" in launcher.log.read_text()
            with pytest.raises(EngineLost, match="given a rest"):
                await engine.describe()

    run(story())
    assert tries.read_text() == "xxxxx"


def test_an_engine_that_cannot_load_its_models_says_so_and_lives(tmp_path):
    async def story():
        async with engine_of_ones_own(tmp_path, model="refused") as (engine, _):
            for _ in range(2):
                with pytest.raises(InternalError, match="the weights are upside down"):
                    await events(engine, brief())

    run(story())
    assert len(pids(tmp_path)) == 1


PARENT = """
import asyncio, sys
from pathlib import Path
from engine.client import connect
from tests.engine.processes import brief, settings_in
from tests.engine.fake_engine import COMMAND

async def main():
    async with connect(settings_in(Path(sys.argv[1])), command=COMMAND) as engine:
        async for event in engine.paint(brief(sys.argv[2])):
            print(type(event).__name__, flush=True)
            if sys.argv[2] == "hang":
                break
        await asyncio.Event().wait()

asyncio.run(main())
"""


def parent_of_an_engine(folder: Path, prompt: str, **environment: str) -> subprocess.Popen:
    """Start another process that has an engine of its own at work."""
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT, folder, prompt],
        env={**os.environ, "PYTHONPATH": str(Path.cwd()), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "Queued\n"
    return process


def test_a_client_that_leaves_before_the_engine_is_there_leaves_none_behind(tmp_path):
    async def story():
        async with connect(settings_in(tmp_path), command=COMMAND):
            await until(lambda: bool(pids(tmp_path)))
        (engine,) = pids(tmp_path)
        await until(lambda: not alive(engine))

    run(story())


@pytest.mark.parametrize("end", ["leave", "kill", "crash"])
def test_processes_that_the_engine_started_end_with_it(tmp_path, end):
    async def story():
        async with engine_of_ones_own(tmp_path) as (engine, launcher):
            await events(engine, brief("helper", steps=1, count=1))
            (helper,) = psutil.Process(launcher.process.pid).children()
            if end != "leave":
                with pytest.raises(EngineLost):
                    await events(engine, brief(end))
                await paints(engine)
        await until(lambda: not alive(helper.pid))

    run(story())


@pytest.mark.parametrize("prompt", ["a cat", "endless", "hang"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_the_engine_ends_with_its_client(tmp_path, number, prompt):
    client = parent_of_an_engine(tmp_path, prompt)
    (engine,) = pids(tmp_path)
    sockets = [Path(c.laddr) for c in psutil.Process(engine).net_connections("unix") if "salon-" in str(c.laddr)]
    client.send_signal(number)
    client.wait()
    run(until(lambda: not alive(engine), GONE_S))
    assert sockets
    assert not any(path.exists() or path.parent.exists() for path in sockets)


def test_no_token_reaches_the_engine(tmp_path):
    secrets = {"DISCORD_TOKEN": CANARY, "SALON_DISCORD__TOKEN": CANARY, "HF_TOKEN": CANARY, "AWS_SECRET_KEY": CANARY}
    client = parent_of_an_engine(tmp_path, "endless", **secrets)
    try:
        (engine,) = pids(tmp_path)
        assert CANARY.encode() in Path(f"/proc/{client.pid}/environ").read_bytes()
        for name in ("environ", "cmdline"):
            assert CANARY.encode() not in Path(f"/proc/{engine}/{name}").read_bytes()
        assert CANARY not in "".join(path.read_text(errors="ignore") for path in tmp_path.rglob("*.log"))
    finally:
        client.kill()
        client.wait()


SERVE = (sys.executable, "-c", "from bot.__main__ import main; main()", "serve")


@pytest.mark.parametrize("command", [COMMAND, SERVE, (sys.executable, "-m", "engine.server")])
def test_no_token_stays_in_an_engine_that_a_person_started(tmp_path, command):
    settings = settings_in(tmp_path, listen=str(tmp_path / "engine.sock"))
    said = {"DISCORD_TOKEN": CANARY, "SALON_ENGINE__LISTEN": str(settings.listen), "PYTHONPATH": str(Path.cwd())}
    process = subprocess.Popen(command, env={**os.environ, **scrubbed(os.environ, settings), **said})
    try:
        run(until((tmp_path / "engine.sock").exists))
        environ = Path(f"/proc/{process.pid}/environ").read_bytes().split(b"\0")
        assert CANARY.encode() not in b"".join(environ)
        assert b"OMP_WAIT_POLICY=PASSIVE" in environ
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()


def test_nothing_but_bytes_passes_between_the_two(tmp_path):
    """The engine works in another folder that the client cannot reach, and the client's is closed to the engine."""
    near, far = tmp_path / "near", tmp_path / "far"
    near.mkdir()
    far.mkdir()
    data = png(24, 16)
    with listening(far) as theirs:
        settings = settings_in(near, listen=theirs.listen)

        async def story():
            async with connect(settings) as engine:
                taken = await engine.intake(data)
                (features,) = await engine.features([taken.sha256])
                assert features.sha256 == taken.sha256
                return await events(engine, brief("inputs", source=sha(data)), {sha(data): data})

        (first, _) = pictures(run(story()))
    assert (first.width, first.height) == (24, 16)
    assert sha(first.image) == first.sha256
    assert list(near.iterdir()) == []
    assert str(tmp_path).encode() not in first.image


def test_a_disk_that_refuses_costs_only_the_cache(tmp_path):
    (tmp_path / "cache").write_text("in the way of the folder")
    data = png(24, 16)
    asked = brief("inputs", source=sha(data))

    async def story():
        async with engine_of_ones_own(tmp_path) as (engine, _):
            taken = await engine.intake(data)
            assert taken.width == 24
            for _ in range(2):
                assert pictures(await events(engine, asked, {sha(data): data}))[0].width == 24

    run(story())


def serving(folder: Path, **environment: str) -> tuple[subprocess.Popen, EngineSettings]:
    """Start an engine that listens for anybody."""
    settings = settings_in(folder, listen=str(folder / "engine.sock"))
    command = [*COMMAND, "--listen", str(settings.listen), "--scrubbed"]
    environment |= scrubbed(os.environ, settings)
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL), settings


def test_sigterm_lets_what_is_being_painted_come_to_its_end(tmp_path):
    process, settings = serving(tmp_path)

    async def story():
        async with connect(settings) as engine:
            stream = engine.paint(brief("steady", steps=100))
            async for event in stream:
                if isinstance(event, Progress):
                    break
            process.send_signal(signal.SIGTERM)
            seen = [event async for event in stream]
            assert len(pictures(seen)) == 2
            assert isinstance(seen[-1], Finished)

    run(story())
    assert process.wait(30) == 0
    assert not (tmp_path / "engine.sock").exists()


def test_after_sigterm_no_brief_is_taken(tmp_path):
    process, settings = serving(tmp_path)

    async def story():
        async with connect(settings) as engine:
            stream = engine.paint(brief("steady", id="long", steps=100))
            await anext(stream)
            process.send_signal(signal.SIGTERM)
            refused = False
            while not refused:
                try:
                    await events(engine, brief(id="late"))
                except EngineLost as error:
                    refused = "being stopped" in error.message
            assert pictures([event async for event in stream])

    run(story())
    assert process.wait(30) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_engine_ends_at_once_when_told_so(tmp_path, number):
    process, settings = serving(tmp_path)

    async def story():
        async with connect(settings) as engine:
            await engine.describe()
            process.send_signal(number)
            await until(lambda: process.poll() is not None)

    run(story())
    assert process.returncode == 0


def test_an_engine_that_is_ending_leaves_its_place_to_its_successor(tmp_path):
    process, settings = serving(tmp_path)

    async def story():
        async with connect(settings) as engine:
            stream = engine.paint(brief("steady", steps=100))
            await anext(stream)
            process.send_signal(signal.SIGTERM)
            await until(lambda: not Path(settings.listen).exists())
            successor, _ = serving(tmp_path)
            try:
                await until(Path(settings.listen).exists)
                with suppress(EngineLost):  # how a client learns that its engine is ending
                    await engine.describe()
                assert len(pictures(await events(engine, brief(id="late")))) == 2
                assert isinstance([event async for event in stream][-1], Finished), "what was under way came to its end"
                assert process.wait(30) == 0
                async with connect(settings) as other:
                    await other.describe()
            finally:
                successor.kill()
                successor.wait()

    run(story())


def test_a_socket_that_somebody_else_put_there_is_left_alone(tmp_path):
    process, settings = serving(tmp_path)

    async def story():
        async with connect(settings) as engine:
            await engine.describe()
            Path(settings.listen).unlink()
            async with await asyncio.start_unix_server(lambda *_: None, settings.listen):
                process.send_signal(signal.SIGTERM)
                await until(lambda: process.poll() is not None)
                assert Path(settings.listen).exists()

    run(story())


def test_the_next_try_after_a_lost_brief_reaches_the_successor(tmp_path):
    process, settings = serving(tmp_path, FAKE_DRAIN_S="5")

    async def story():
        async with connect(settings) as engine:
            stream = engine.paint(brief("endless", id="long"))
            await anext(stream)
            process.send_signal(signal.SIGTERM)
            await until(lambda: not Path(settings.listen).exists())
            successor, _ = serving(tmp_path)
            try:
                with pytest.raises(EngineLost, match="being stopped"):
                    await events(engine, brief(id="first try"))
                assert len(pictures(await events(engine, brief(id="second try")))) == 2
            finally:
                successor.kill()
                successor.wait()

    run(story())
    assert process.wait(30) == 0


def test_an_unfinished_brief_fails_as_lost_when_the_grace_is_over(tmp_path):
    process, settings = serving(tmp_path, FAKE_DRAIN_S="0.2")

    async def story():
        async with connect(settings) as engine:
            stream = engine.paint(brief("endless"))
            await anext(stream)
            process.send_signal(signal.SIGTERM)
            with pytest.raises(EngineLost, match="being stopped"):
                async for _ in stream:
                    pass

    run(story())
    assert process.wait(30) == 0


def test_the_tcp_way_of_systems_without_unix_sockets(tmp_path, monkeypatch):
    monkeypatch.setattr(launcher_module, "socket", SimpleNamespace())

    async def story():
        async with engine_of_ones_own(tmp_path) as (engine, launcher):
            await paints(engine)
            (listener,) = [
                c for c in psutil.Process(launcher.process.pid).net_connections("tcp") if c.status == "LISTEN"
            ]
            assert listener.laddr.ip == "127.0.0.1"
            intruder = settings_in(tmp_path, listen=f"127.0.0.1:{listener.laddr.port}")
            async with connect(intruder) as other:
                with pytest.raises(Exception, match="belongs to another client"):
                    await other.describe()

    run(story())
