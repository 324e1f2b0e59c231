"""Shows how far a job is, at most every few seconds."""

import asyncio

from bot.studio.delivery import Letter
from bot.studio.publisher import Publisher
from engine.api import Preview
from engine.api import Progress as Step
from storage.records import Job

EVERY_S = 3.0


class Progress:
    """Takes the engine's news as they come; `run` shows the latest."""

    def __init__(self, publisher: Publisher, job: Job) -> None:
        """Show the progress of this job."""
        self._publisher = publisher
        self._job = job
        self._preview: bytes | None = None
        self._news = asyncio.Event()
        self.latest: Step | None = None

    def take(self, news: Step | Preview) -> None:
        """Take news."""
        if isinstance(news, Preview):
            self._preview = news.image
        else:
            self.latest = news
        self._news.set()

    async def run(self) -> None:
        """Show news until cancelled."""
        while True:
            # The first picture of a quick model is there before this; then nothing passing is shown at all.
            await asyncio.sleep(EVERY_S)
            await self._news.wait()
            self._news.clear()
            if (step := self.latest) is None:
                continue
            letter = Letter(
                kind="progress",
                job=self._job,
                step=step.step,
                steps=step.steps,
                eta_s=step.eta_s,
                preview=self._preview,
            )
            await self._publisher.show(letter)
