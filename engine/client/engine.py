"""The engine as its callers see it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from engine.api import Adjustment, Brief, Description, Event, Features, Finished, Intake, Question
from engine.api.errors import MissingInputs, ProtocolError
from engine.client.keeper import Keeper
from engine.client.launcher import COMMAND, Launcher, Listener, Source
from engine.client.link import Exchange
from engine.client.timing import Timing
from engine.settings import EngineSettings
from engine.wire.address import parse
from engine.wire.messages import Adjust, Cancel, Describe, Done, Measure, Measured, Missing, Paint, Put, TakeIn

T = TypeVar("T")

UPLOADS = 4
"""Untrusted pictures sent at once; more only wait in the engine, which refuses to hold too many."""

_NOTHING: Mapping[str, bytes] = MappingProxyType({})


class Engine:
    """Paints. Everything it raises is an `EngineError`; many calls may be under way at once."""

    def __init__(self, keeper: Keeper) -> None:
        """Use the links of this keeper."""
        self._keeper = keeper
        self._uploads = asyncio.Semaphore(UPLOADS)

    async def paint(self, brief: Brief, inputs: Mapping[str, bytes] = _NOTHING) -> AsyncGenerator[Event, None]:
        """Yield what happens to the brief, in order, `Finished` last. Closing the generator cancels the brief.

        Args:
            brief: what to paint; without a seed the engine draws one, which the recipes tell.
            inputs: the pictures that the brief refers to, by SHA-256; those that the engine lacks are sent.

        Raises:
            EngineLost: the engine stopped or hung; the same brief may be tried again.
            MissingInputs: `inputs` lacks a picture that the engine lacks too.
            EngineError: the engine refused the brief or failed.
        """
        link = await self._keeper.link()
        with link.exchange() as exchange:
            await exchange.send(Paint(brief))
            while True:
                answer = await exchange.get()
                if isinstance(answer, Missing):
                    await _supply(exchange, answer, inputs)
                    continue
                yield answer
                if isinstance(answer, Finished):
                    return

    async def over(self) -> None:
        """Wait until this client can never reach an engine again, which only a bug can bring about.

        Raises:
            InternalError: it is so.
        """
        await self._keeper.over()

    async def cancel(self, brief_id: str) -> None:
        """Stop a brief that this client is painting: its `paint` raises `Cancelled`. Unknown ids are ignored."""
        await self._ask(Cancel(brief_id), Done)

    async def adjust(self, brief_id: str, change: Adjustment) -> None:
        """Change a brief that this client is painting; returns once the change is in force.

        Raises:
            InvalidBrief: it is not being painted (any more), or the change makes no sense for it.
        """
        await self._ask(Adjust(brief_id, change), Done)

    async def describe(self) -> Description:
        """Tell what the engine can do; waits until it has loaded its models."""
        return await self._ask(Describe(), Description)

    async def intake(self, data: bytes) -> Intake:
        """Have an untrusted picture decoded, and cleaned of everything but its pixels, in the engine's process.

        Raises:
            UnreadablePicture: it is none, or too large.
        """
        async with self._uploads:
            return await self._ask(TakeIn(data), Intake)

    async def features(self, hashes: Sequence[str], inputs: Mapping[str, bytes] = _NOTHING) -> tuple[Features, ...]:
        """Measure pictures, in the order of their hashes; `inputs` are sent as far as the engine lacks them.

        Raises:
            MissingInputs: `inputs` lacks a picture that the engine lacks too.
        """
        return (await self._ask(Measure(tuple(hashes)), Measured, inputs)).features

    async def ask(self, question: Question[T], inputs: Mapping[str, bytes] = _NOTHING) -> T:
        """Have a question answered; `inputs` are the pictures it is about, sent as far as the engine lacks them.

        Raises:
            InvalidBrief: nobody here can answer it; the sentence says why.
            MissingInputs: `inputs` lacks a picture that the engine lacks too.
        """
        found: T = await self._ask(question, question.answer, inputs)
        return found

    async def _ask(self, message: object, expected: type[T], inputs: Mapping[str, bytes] = _NOTHING) -> T:
        link = await self._keeper.link()
        with link.exchange() as exchange:
            await exchange.send(message)
            while isinstance(answer := await exchange.get(), Missing):
                await _supply(exchange, answer, inputs)
        if not isinstance(answer, expected):
            raise ProtocolError
        return answer


async def _supply(exchange: Exchange, missing: Missing, inputs: Mapping[str, bytes]) -> None:
    lacking = [name for name in missing.hashes if name not in inputs]
    if lacking:
        raise MissingInputs(f"The engine lacks {len(lacking)} of the pictures that were referred to; send them again.")
    for name in missing.hashes:
        await exchange.send(Put(name, inputs[name]))


@asynccontextmanager
async def connect(
    settings: EngineSettings, *, log: Path | None = None, command: Sequence[str] = COMMAND, nice: int = 0
) -> AsyncIterator[Engine]:
    """Reach the engine that listens at `settings.listen`, or start one that lives as long as the context.

    Returns at once: requests wait until the engine is there. A dead or hung engine is replaced; requests that were
    under way raise `EngineLost` and new ones are served.

    Over TCP use loopback or a private network only, because nothing is encrypted.

    Args:
        settings: the engine's own settings; a process that is started gets exactly these.
        log: where the standard error of that process goes; by default `logs/engine.log` in the data folder.
        command: what is started; another program may stand in for the engine in tests.
        nice: by how much a process that is started gives way to others, 0 to 19.

    Raises:
        SettingsRefused: `settings.listen` is no address.
    """
    timing = Timing(step_s=settings.hang_s)
    source: Source
    if settings.listen is None:
        source = Launcher(settings, timing, log, command, nice)
    else:
        # To look again costs nothing here, so that neither pause nor number is that of starts.
        timing = replace(timing, most_starts=None, longest_delay_s=5.0, patience_s=10.0)
        source = Listener(parse(settings.listen))
    keeper = Keeper(source, timing)
    keeper.start()
    try:
        yield Engine(keeper)
    finally:
        await keeper.stop()
