import asyncio
import socket

import pytest

from bot import box
from bot.box import SandboxFailed, sandbox

pytestmark = pytest.mark.asyncio


async def test_a_slow_start_is_said_and_waited_for(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(box, "_SLOW_S", 0.0)
    async with sandbox(tmp_path, 0) as running:
        assert running.api.startswith("http://127.0.0.1:")
    assert "slow to start" in caplog.text
    assert running.process.returncode == 0


async def test_one_that_ends_while_it_starts_is_not_waited_for(tmp_path, capfd):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SandboxFailed, match="what it printed says why"):
            async with asyncio.timeout(60), sandbox(tmp_path, taken.getsockname()[1]):
                pass
    said = capfd.readouterr().err
    assert "SALON_SANDBOX__PORT" in said and "--" not in said
