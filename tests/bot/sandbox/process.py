"""A sandbox in a process of its own, with its switches."""

import asyncio
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.sandbox.__main__ import main
from tests.bot.sandbox import gateway_spec, spec
from tests.bot.sandbox.member import Member
from tests.forks import Forked


class SandboxError(AssertionError):
    """The sandbox refused what the test asked of it."""


@dataclass
class RunningSandbox:
    """A started sandbox; its clock stands still, so that no deadline passes that the test does not let pass.

    Attributes:
        refusals_expected: Set it in a test that sends what must be refused with 50035; elsewhere that fails the test.
    """

    folder: Path
    process: Forked
    url: str
    api: str
    gateway: str
    token: str
    application_id: str
    refusals_expected: bool = False

    @classmethod
    def start(cls, folder: Path, port: int = 0, *, record: bool = True) -> "RunningSandbox":
        """Start one and wait until it is ready; without `record` it does not keep what `check` judges."""
        arguments = ["--data", str(folder), "--port", str(port), "--with-parent", *(["--record"] if record else [])]
        process = Forked(main, arguments)
        line = process.stdout.readline()
        assert line, f"the sandbox ended with {process.wait()}"
        return cls(folder, process, **json.loads(line))

    @property
    def base(self) -> str:
        return self.url.split("/#")[0]

    @property
    def secret(self) -> str:
        return self.url.split("#")[1]

    @property
    def port(self) -> int:
        return int(self.base.rsplit(":", 1)[1])

    def stop(self) -> None:
        """End it as its parent's end would."""
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.process.stdout.close()

    def restarted(self) -> "RunningSandbox":
        """Stop it and start it again on its folder and port."""
        self.stop()
        return RunningSandbox.start(self.folder, self.port)

    def member(self, name: str) -> Member:
        """Return `mona` (owner, moderator), `ada`, `lin` (Chinese) or `nova` (new); use it as `async with`."""
        return Member(self.base, self.secret, name)

    async def control(self, method: str, path: str, **body: Any) -> Any:
        """Call the control API (`bot.sandbox.control`)."""
        headers = {"Authorization": f"Bearer {self.secret}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.request(method, f"{self.base}/_sandbox{path}", json=body or None) as response,
        ):
            answer = await response.json()
            if response.status != 200:
                raise SandboxError(answer)
            return answer

    async def state(self) -> dict[str, Any]:
        return await self.control("GET", "/state")

    async def advance(self, seconds: float) -> None:
        """Let time pass."""
        await self.control("POST", "/clock", advance=seconds)

    async def fault(self, kind: str, **fields: Any) -> None:
        """Switch a fault on (`bot.sandbox.faults.Fault`)."""
        await self.control("POST", "/faults", kind=kind, **fields)

    async def disturb(self, action: str, **fields: Any) -> None:
        """Disturb the gateway: `drop`, `reconnect`, `invalidate`, `close`."""
        await self.control("POST", "/gateway", action=action, **fields)

    async def settings(self, **fields: Any) -> None:
        await self.control("PATCH", "/settings", **fields)

    async def online(self, expected: bool = True, timeout: float = 20) -> None:
        """Wait until the bot is connected, or gone."""
        async with asyncio.timeout(timeout):
            while (await self.state())["online"] is not expected:
                await asyncio.sleep(0.02)

    async def check(self) -> None:
        """Fail for what the sandbox does not have, for refused forms, for what breaks the official specification."""
        records = await self.control("GET", "/records")
        problems = [f"the sandbox does not have {one}" for one in records["unknown"]]
        if not self.refusals_expected:
            problems += [f"refused: {one}" for one in records["refused"]]
        if spec.PATH.exists():
            problems += spec.violations(records["exchanges"])
        problems += gateway_spec.violations(records["events"])
        if problems:
            raise SandboxError("\n".join(problems))
