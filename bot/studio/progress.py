"""Shows how far a job is, at most every few seconds."""

import asyncio

from bot.studio.delivery import Letter
from bot.studio.publisher import Publisher
from engine.api import Preview
from engine.api import Progress as Step
from storage.records import Job

EVERY_S = 3.0
TELLING_S = 1.0
"""How long a job must have been watched before its own pace says anything."""
DOUBTFUL = 1.5
"""A new estimate of up to so many times what was promised is no news: estimates waver, and a promise should hold."""


class Progress:
    """Takes the engine's news as they come; `run` shows the latest."""

    def __init__(self, publisher: Publisher, job: Job) -> None:
        """Show the progress of this job."""
        self._publisher = publisher
        self._job = job
        self._preview: bytes | None = None
        self._news = asyncio.Event()
        self._promised_at: float | None = None
        self._first: tuple[float, int] | None = None
        """When news of steps first came, and how many had been taken."""
        self._by_pace_s = 0.0
        """Seconds left when the latest came, if the rest takes as long as what was watched."""
        self.latest: Step | None = None

    def take(self, news: Step | Preview) -> None:
        """Take news."""
        if isinstance(news, Preview):
            self._preview = news.image
        else:
            self.latest = news
            self._watch_pace(news)
        self._news.set()

    def _watch_pace(self, news: Step) -> None:
        now = asyncio.get_running_loop().time()
        since, taken = self._first = self._first or (now, news.step)
        if news.step > taken and now - since >= TELLING_S:
            self._by_pace_s = (now - since) / (news.step - taken) * (news.steps - news.step)

    @property
    def eta_s(self) -> float | None:
        """Seconds until it is done, as they are to be told; None where nothing is known."""
        estimate = self.latest.eta_s if self.latest else None
        if estimate is None:
            return None
        # Step times were measured on a quiet machine; what is seen here may be slower, but others may also go first.
        estimate = max(estimate, self._by_pace_s)
        now = asyncio.get_running_loop().time()
        left = None if self._promised_at is None else self._promised_at - now
        if left is not None and left < estimate <= DOUBTFUL * left:
            return left
        self._promised_at = now + estimate
        return estimate

    async def run(self) -> None:
        """Show news until cancelled."""
        begun = False
        while True:
            # The first picture of a quick model is there before this; then nothing passing is shown at all.
            await asyncio.sleep(EVERY_S)
            if begun:
                await self._news.wait()
            # Without news it is still told once that nobody comes before it any more.
            begun = True
            self._news.clear()
            step = self.latest
            letter = Letter(
                kind="progress",
                job=self._job,
                step=step.step if step else None,
                steps=step.steps if step else None,
                eta_s=self.eta_s,
                preview=self._preview,
            )
            await self._publisher.show(letter)
