"""Bot and engine on what might be two machines: nothing but their connection is common to them."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from engine.client.environment import scrubbed
from tests.bot.sandbox.member import pictures_of
from tests.bot.sandbox.process import RunningSandbox
from tests.engine.processes import settings_in
from tests.faults.lives import Beside

ROOT = str(Path(__file__).parents[2])


def engine_elsewhere(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start an engine that listens on loopback and works in a folder of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    environment = scrubbed(os.environ, settings_in(folder / "data", listen=address)) | {"PYTHONPATH": ROOT}
    command = [sys.executable, "-m", "tests.engine.fake_engine", "--listen", address]
    folder.mkdir()
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL), address


def files(folder: Path) -> set[bytes]:
    return {path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.asyncio
async def test_pictures_travel_over_the_connection_alone(sandbox: RunningSandbox, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    engine, address = engine_elsewhere(there)
    bot = Beside.start(here / "data", sandbox, engine=None, cwd=here, SALON_ENGINE__LISTEN=address)
    try:
        async with sandbox.member("ada") as ada:
            await bot.ready()
            waiting = await ada.reply(await ada.slash("imagine", prompt="noisy fox", count=2))
            done = await ada.newest(waiting, lambda one: len(pictures_of(one)) == 2, 60)
            posted = {await ada.download(one["media"]["url"]) for one in pictures_of(done)}
        assert bot.engines() == []
    finally:
        bot.kill()
        engine.kill()
        engine.wait()
    assert len(posted) == 2 and posted <= files(here)
    assert not files(here) & files(there) - {b""}
    told = b"".join(files(there))
    assert str(here).encode() not in told and b"noisy fox" not in told
