"""What each operation does."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import ParamSpec, TypeVar

from PIL.Image import Image

from engine.api import Features, Question
from engine.api.errors import Cancelled, EngineBusy, InvalidBrief, ProtocolError
from engine.pictures import intake
from engine.server.cache import digest
from engine.server.checks import check_change, checked
from engine.server.exchange import Exchange
from engine.server.painting import Painting
from engine.server.workshop import Workshop
from engine.wire.messages import Adjust, Cancel, Describe, Done, Measure, Measured, Missing, Paint, TakeIn

P = ParamSpec("P")
T = TypeVar("T")

MOST_MEASURED = 256
"""Pictures whose features one request may ask for."""


@dataclass(slots=True)
class Operations:
    """The operations as one client may use them; its briefs are its own."""

    client: int
    """Tells this client's briefs from others' in the batcher."""
    workshop: Callable[[], Awaitable[Workshop]]
    """Waits until the engine is loaded; raises an EngineError when it cannot be, or is ending."""
    paintings: dict[str, Exchange] = field(default_factory=dict)
    """By brief id: what this client has being painted."""

    async def answer(self, exchange: Exchange, message: object) -> None:
        """Carry out one request.

        Raises:
            EngineError: why it was not.
        """
        match message:
            case Paint():
                await self._paint(exchange, message)
            case Adjust():
                await self._adjust(exchange, message)
            case Cancel():
                if painting := self.paintings.get(message.brief_id):
                    painting.stop(Cancelled())
                exchange.send(Done())
            case Describe():
                workshop = await self.workshop()
                exchange.send(await _in(workshop.readers, workshop.describe))
            case TakeIn():
                await self._take_in(exchange, message)
            case Measure():
                await self._measure(exchange, message)
            case Question():
                await self._answer(exchange, message)
            case _:
                raise ProtocolError(f"The engine has no operation {type(message).__name__}.")

    async def _paint(self, exchange: Exchange, message: Paint) -> None:
        brief = checked(message.brief)
        if brief.id in self.paintings:
            raise InvalidBrief(f"A request with the id {brief.id[:40]!r} is being painted already; use another id.")
        if not exchange.outbox.has_room:
            raise EngineBusy("Earlier pictures were not fetched yet; read them before asking for more.")
        self.paintings[brief.id] = exchange
        try:
            workshop = await self.workshop()
            found = await self._collect(exchange, workshop, brief.pictures)
            inputs = {name: await _in(workshop.readers, intake.decode, data) for name, data in found.items()}
            await Painting(workshop, exchange, replace(brief, id=self._unique(brief.id))).run(inputs)
        finally:
            del self.paintings[brief.id]

    async def _adjust(self, exchange: Exchange, message: Adjust) -> None:
        check_change(message.change)
        if message.brief_id not in self.paintings:
            raise InvalidBrief("That request is not being painted (any more), so it cannot be changed.")
        workshop = await self.workshop()
        outcome = workshop.batcher.adjust(self._unique(message.brief_id), message.change)
        # Shielded, for the batcher cannot set the outcome of a future that somebody cancelled.
        await asyncio.shield(asyncio.wrap_future(outcome))
        exchange.send(Done())

    async def _take_in(self, exchange: Exchange, message: TakeIn) -> None:
        workshop = await self.workshop()
        taken = await _in(workshop.readers, intake.intake, message.data)
        await _in(workshop.readers, workshop.inputs.put, taken.sha256, taken.image)
        exchange.send(taken)

    async def _measure(self, exchange: Exchange, message: Measure) -> None:
        if len(message.hashes) > MOST_MEASURED:
            raise InvalidBrief(f"Ask for the features of at most {MOST_MEASURED} pictures at once.")
        workshop = await self.workshop()
        features: dict[str, Features] = {}
        for name in dict.fromkeys(message.hashes):
            # One at a time, so that however many are asked for, one is in memory.
            found = await self._collect(exchange, workshop, [name])
            image = await _in(workshop.readers, intake.decode, found[name])
            features[name] = await _in(workshop.readers, _features, name, image)
        exchange.send(Measured(tuple(features[name] for name in message.hashes)))

    async def _answer(self, exchange: Exchange, question: Question[object]) -> None:
        workshop = await self.workshop()
        found = await self._collect(exchange, workshop, question.pictures)
        inputs = {name: await _in(workshop.readers, intake.decode, data) for name, data in found.items()}
        exchange.send(await asyncio.wrap_future(workshop.answer(question, inputs)))

    async def _collect(self, exchange: Exchange, workshop: Workshop, names: Iterable[str]) -> dict[str, bytes]:
        """Return pictures by hash: from the cache, else from the client."""
        cached = {name: await _in(workshop.readers, workshop.inputs.get, name) for name in names}
        found = {name: data for name, data in cached.items() if data is not None}
        lacking = set(cached) - set(found)
        if lacking:
            exchange.send(Missing(tuple(sorted(lacking))))
        while lacking:
            put = await exchange.puts.get()
            if put.sha256 not in lacking:
                continue
            if await _in(workshop.readers, digest, put.data) != put.sha256:
                raise InvalidBrief("A picture is not the one that its SHA-256 names; send it again.")
            await _in(workshop.readers, workshop.inputs.put, put.sha256, put.data)
            lacking.remove(put.sha256)
            found[put.sha256] = put.data
        return found

    def _unique(self, brief_id: str) -> str:
        return f"{self.client}:{brief_id}"


def _features(sha256: str, image: Image) -> Features:
    from engine.taste.features import measure

    return measure(sha256, image)


async def _in(executor: Executor, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    return await asyncio.get_running_loop().run_in_executor(executor, lambda: work(*args, **named))
