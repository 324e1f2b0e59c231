"""The way of one brief through the engine: into the batcher, and what comes out of it to the client."""

import asyncio
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass

from PIL.Image import Image

from engine.api import Brief, EngineError, Finished, Picture, Preview, Progress, Recipe
from engine.families.base import Inputs
from engine.pictures import animation, encode
from engine.server.cache import digest
from engine.server.exchange import Exchange
from engine.server.workshop import Workshop
from engine.wire.mailbox import Mailbox


@dataclass(frozen=True, slots=True)
class _Look:
    """A preview that is not encoded yet."""

    index: int
    step: int
    image: Image


@dataclass(frozen=True, slots=True)
class _Result:
    """A picture that is not encoded yet."""

    index: int
    image: Image
    recipe: Recipe


_News = Progress | _Look | _Result | Finished | EngineError


class Painting:
    """The batcher's sink of one brief. Its methods as a sink only hand over to the event loop, where `run` goes on."""

    def __init__(self, workshop: Workshop, exchange: Exchange, brief: Brief) -> None:
        """Paint this brief, whose id is unique in the engine, for this exchange."""
        self._workshop = workshop
        self._exchange = exchange
        self._brief = brief
        self._news: Mailbox[_News] = Mailbox()
        self._loop = asyncio.get_running_loop()
        self._frames: dict[int, _Result] = {}
        """Of a morph, until they are put together."""

    async def run(self, inputs: Inputs) -> None:
        """Paint, and send what happens; returns after `Finished`. Cancelling it cancels the brief.

        Raises:
            EngineError: why it was not painted.
        """
        queued = self._workshop.batcher.submit(self._brief, inputs, self)
        self._exchange.send(queued)
        try:
            self._exchange.send(await self._deliver_all())
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None
        finally:
            self._workshop.batcher.cancel(self._brief.id)

    async def _deliver_all(self) -> Finished:
        looks: dict[int, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as encoding:
            while True:
                match await self._news.get():
                    case Progress() as progress:
                        self._exchange.send(progress, "progress")
                    case _Look() as look:
                        if look.index not in looks or looks[look.index].done():
                            looks[look.index] = encoding.create_task(self._deliver_look(look))
                    case _Result() as result:
                        if self._brief.mode == "morph" and self._brief.only is None:
                            self._frames[result.index] = result
                        encoding.create_task(self._deliver(result))
                    case Finished() as finished:
                        break
                    case EngineError() as error:
                        raise error
        if self._frames:
            await self._deliver_moving([self._frames[index] for index in sorted(self._frames)])
        return finished

    async def _deliver_look(self, look: _Look) -> None:
        async with self._exchange.outbox.room(_size(look.image)):
            webp = await self._loop.run_in_executor(self._workshop.encoders, encode.webp, look.image)
        self._exchange.send(Preview(index=look.index, step=look.step, image=webp), ("preview", look.index))

    async def _deliver(self, result: _Result) -> None:
        # A client that does not read must not fill the memory with encoded pictures.
        async with self._exchange.outbox.room(_size(result.image)):
            work = self._loop.run_in_executor(self._workshop.encoders, _encoded, result, self._brief.max_bytes)
            picture = await work
        self._exchange.send(picture)

    async def _deliver_moving(self, frames: list[_Result]) -> None:
        pictures, recipe = [frame.image for frame in frames], frames[0].recipe
        async with self._exchange.outbox.room(sum(map(_size, pictures))):
            moving = await self._loop.run_in_executor(
                self._workshop.encoders, animation.moving, pictures, recipe, self._brief
            )
        self._exchange.send(moving)

    # The sink: called in the batcher's thread.

    def progress(self, step: int, steps: int, eta_s: float | None) -> None:
        """Take note of progress."""
        self._hand_over(Progress(step=step, steps=steps, eta_s=eta_s), "progress")

    def preview(self, index: int, step: int, image: Image) -> None:
        """Take a preview."""
        if self._wanted(index):
            self._hand_over(_Look(index, step, image), ("preview", index))

    def picture(self, index: int, image: Image, recipe: Recipe) -> None:
        """Take a finished picture."""
        if self._wanted(index):
            self._hand_over(_Result(index, image, recipe))

    def finished(self, seconds: float, notices: tuple[str, ...]) -> None:
        """Take note of the end."""
        self._hand_over(Finished(seconds=seconds, notices=notices))

    def failed(self, error: EngineError) -> None:
        """Take note of the failure."""
        self._hand_over(error)

    def _wanted(self, index: int) -> bool:
        return self._brief.only in (None, index)

    def _hand_over(self, news: _News, key: Hashable = None) -> None:
        with suppress(RuntimeError):  # the loop is closed: the engine is ending
            self._loop.call_soon_threadsafe(self._news.put, news, key)


def _size(image: Image) -> int:
    return image.width * image.height * len(image.getbands())


def _encoded(result: _Result, max_bytes: int) -> Picture:
    encoded = encode.encode(result.image, result.recipe, max_bytes)
    return Picture(
        index=result.index,
        image=encoded.data,
        mime=encoded.mime,
        sha256=digest(encoded.data),
        thumbnail=encode.thumbnail(result.image),
        width=encoded.width,
        height=encoded.height,
        recipe=result.recipe,
    )
