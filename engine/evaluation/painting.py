"""Painting the cases: through an engine, as everybody's pictures are painted."""

from __future__ import annotations

import asyncio
import io
import uuid
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.api import Brief, Picture
from engine.client import Engine, connect
from engine.evaluation.judge import PICTURE
from engine.settings import EngineSettings

AT_ONCE = 32
"""Briefs under way together: enough to fill the engine's batches, few enough for its queue."""


class Painter(Protocol):
    """Paints one picture a prompt."""

    def __call__(self, prompts: Sequence[str], seeds: Sequence[int]) -> NDArray[np.uint8]:
        """Return (n, 128, 128, 3)."""


class EnginePainter:
    """Paints with the model ``name`` in an engine process; ``painted`` is called after each picture."""

    def __init__(self, settings: EngineSettings, name: str, painted: Callable[[], None] = lambda: None) -> None:
        self._settings = settings if settings.listen else settings.model_copy(update={"model": name})
        self._name, self._painted = name, painted

    def __call__(self, prompts: Sequence[str], seeds: Sequence[int]) -> NDArray[np.uint8]:
        """Return (n, 128, 128, 3).

        Raises:
            EngineError: the engine cannot paint with that model.
        """
        return np.stack(asyncio.run(self._paint(prompts, seeds)))

    async def _paint(self, prompts: Sequence[str], seeds: Sequence[int]) -> list[NDArray[np.uint8]]:
        room = asyncio.Semaphore(AT_ONCE)
        async with connect(self._settings) as engine:
            asked = zip(prompts, seeds, strict=True)
            return await asyncio.gather(*(self._one(engine, room, prompt, seed) for prompt, seed in asked))

    async def _one(self, engine: Engine, room: asyncio.Semaphore, prompt: str, seed: int) -> NDArray[np.uint8]:
        brief = Brief(id=uuid.uuid4().hex, prompt=prompt, model=self._name, count=1, seed=seed)
        async with room:
            pictures = [event async for event in engine.paint(brief) if isinstance(event, Picture)]
        self._painted()
        with Image.open(io.BytesIO(pictures[0].image)) as image:
            return _at_size(image.convert("RGB"))


def _at_size(image: Image.Image) -> NDArray[np.uint8]:
    if image.size != (PICTURE, PICTURE):
        image = image.resize((PICTURE, PICTURE), Image.Resampling.LANCZOS)
    return np.asarray(image)
