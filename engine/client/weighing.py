"""Which words of a prompt matter: painted once, then asked."""

import uuid
from contextlib import aclosing

from engine.api import Brief, Picture, PromptWeights, WeighPrompt
from engine.api.errors import InternalError
from engine.client.engine import Engine

SEED = 1
"""Of the picture that the words are weighed in, so that the same prompt always weighs the same."""


async def weighed(engine: Engine, prompt: str, *, model: str | None = None, seed: int = SEED) -> PromptWeights:
    """Paint a prompt once, in the batches of everybody else, and tell which of its words matter in that picture.

    Raises:
        EngineError: the engine refused the prompt, or was lost.
    """
    brief = Brief(id=uuid.uuid4().hex, prompt=prompt, model=model, count=1, seed=seed)
    async with aclosing(engine.paint(brief)) as events:
        async for event in events:
            if isinstance(event, Picture):
                return await weighed_in(engine, prompt, event.sha256, event.image, model=model)
    raise InternalError("The engine painted nothing and said nothing.")


async def weighed_in(
    engine: Engine, prompt: str, sha256: str, image: bytes, *, model: str | None = None
) -> PromptWeights:
    """Tell which words of a prompt matter in a picture, given as a file with its SHA-256."""
    return await engine.ask(WeighPrompt(prompt=prompt, picture=sha256, model=model), {sha256: image})
