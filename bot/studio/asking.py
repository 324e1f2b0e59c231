"""Questions that are answered in words: what a picture shows, and which words of a prompt matter."""

import asyncio

from bot.studio.absence import refusal
from bot.studio.altering import Altering
from bot.studio.backstage import Backstage
from bot.studio.checks import Checks
from bot.studio.craft import Craft
from bot.studio.requests import Actor, Origin, Refusal, Wish
from bot.studio.watch import Watch
from engine.api import DescribePicture, EngineError, PictureWords, PromptWeights
from engine.client import Engine
from engine.client.weighing import weighed

AT_ONCE = 2
"""Questions before the engine; whoever asks more waits, for they do not stand in the queue of those who paint."""


class Asking:
    """Asks the engine. What its methods promise is written at `bot.studio.studio.Studio`."""

    def __init__(
        self, backstage: Backstage, checks: Checks, craft: Craft, altering: Altering, watch: Watch, engine: Engine
    ) -> None:
        """Ask this engine about pictures in these stores."""
        self._backstage = backstage
        self._checks = checks
        self._craft = craft
        self._altering = altering
        self._watch = watch
        self._engine = engine
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def describe(
        self, actor: Actor, origin: Origin, *, artwork_id: int | None, upload_id: int | None
    ) -> PictureWords:
        """Put a picture into words."""
        self._check_person(actor, origin)
        if upload_id is not None:
            name: str | None = (await self._altering.upload(upload_id, actor)).blob
        else:
            name = (await self._altering.choose(actor, origin, artwork_id or 0)).blob
        if name is None:
            raise Refusal("removed")
        data = await self._backstage.blobs.get(name)
        question = DescribePicture(picture=name, language="zh" if origin.locale.startswith("zh") else "en")
        try:
            async with self._turns:
                return await self._engine.ask(question, {name: data})
        except EngineError as error:
            raise refusal("question", error) from error

    async def shorten(self, actor: Actor, origin: Origin, prompt: str, model: str | None) -> PromptWeights:
        """Weigh the words of a prompt; its one picture counts like any other."""
        wishes = self._craft.wishes(origin, Wish(prompt=prompt, model=model, count=1))
        if len(wishes) > 1:
            raise Refusal("one_prompt")
        now, memory = self._backstage.clock(), self._backstage.memory
        checked = self._checks.check(actor, origin, wishes[0], now)
        undo = memory.count(actor, origin, 1, now)
        try:
            async with self._turns:
                found = await weighed(self._engine, checked.prompt, model=checked.model)
        except BaseException as error:
            undo()
            if isinstance(error, EngineError):
                raise refusal("question", error) from error
            raise
        memory.ended(actor.id, origin.guild_id)
        return found

    def _check_person(self, actor: Actor, origin: Origin) -> None:
        self._checks.check_person(actor, origin)
        self._watch.require()
