"""Helpers of the studio tests: a studio on real files, the real engine process, a postman who can be told to fail."""

import asyncio
import itertools
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.settings import LimitSettings, Settings
from bot.studio.delivery import Gone, Letter, Undelivered
from bot.studio.opening import open_studio
from bot.studio.requests import Actor, Origin, Standing, Wish
from bot.studio.studio import Studio
from engine.client import connect
from engine.settings import EngineSettings
from storage.records import Report, Roster
from tests.engine.fake_engine import COMMAND
from tests.storage.stores import made

GUILD, CHANNEL, APPLICATION, DIRECT = 10, 20, 30, 40
ANN = Actor(id=1, name="Ann", moderator=False, guild_id=GUILD)
BEN = Actor(id=2, name="Ben", moderator=False, guild_id=GUILD)
MOD = Actor(id=9, name="Mod", moderator=True, guild_id=GUILD)

_numbers = itertools.count(1000)


def origin(**fields) -> Origin:
    number = next(_numbers)
    return Origin(
        **{
            "interaction_id": number,
            "token": f"token-{number}",
            "application_id": APPLICATION,
            "guild_id": GUILD,
            "channel_id": CHANNEL,
            "context": "guild",
            "user_install": False,
            "private": False,
            "locale": "en-GB",
            "filesize_limit": 10 * 1024 * 1024,
            "received_at": datetime.now(UTC),
            **fields,
        }
    )


def wish(prompt: str = "a fox", **fields) -> Wish:
    return Wish(prompt=prompt, **{"count": 2, **fields})


def settings_in(folder: Path, *, engine: dict | None = None, **limits) -> Settings:
    return Settings(
        data_dir=folder,
        engine=EngineSettings(data_dir=folder, threads=1, **(engine or {})),
        limits=LimitSettings(**limits),
    )


@dataclass
class Post:
    """Messages by id, as a reader sees them, and a script of failures."""

    messages: dict[int, Letter] = field(default_factory=dict)
    replies: dict[str, int] = field(default_factory=dict)
    directs: dict[int, Letter] = field(default_factory=dict)
    sent: list[int] = field(default_factory=list)
    log: list[tuple[str, Letter]] = field(default_factory=list)
    redrawn: list[tuple[Report, int, int]] = field(default_factory=list)
    rosters: list[tuple[Roster, tuple[Standing, ...]]] = field(default_factory=list)
    faults: dict[str, deque] = field(default_factory=dict)
    """By method: the exceptions to raise; ("after", error) raises after doing it."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def fail(self, method: str, *errors) -> None:
        self.faults.setdefault(method, deque()).extend(errors)

    async def edit_reply(self, letter, token, application_id):
        def do():
            message_id = self.replies.setdefault(token, next(_numbers))
            self.messages[message_id] = letter
            return message_id

        return self._act("edit_reply", letter, do)

    async def edit_message(self, letter, channel_id, message_id):
        def do():
            shown = self.directs if channel_id == DIRECT else self.messages
            if message_id not in shown:
                raise Gone
            shown[message_id] = letter

        return self._act("edit_message", letter, do)

    async def send(self, letter, channel_id, nonce):
        def do():
            message_id = next(_numbers)
            self.messages[message_id] = letter
            self.sent.append(message_id)
            return message_id

        return self._act("send", letter, do)

    async def find(self, channel_id, job_id):
        if errors := self.faults.get("find"):
            raise errors.popleft()
        return next((number for number in reversed(self.messages) if self.messages[number].job.id == job_id), None)

    async def direct(self, letter, member_id, nonce):
        def do():
            message_id = next(_numbers)
            self.directs[message_id] = letter
            return DIRECT, message_id

        return self._act("direct", letter, do)

    async def edit_roster(self, roster, standings):
        if errors := self.faults.get("edit_roster"):
            raise errors.popleft()
        self.rosters.append((roster, tuple(standings)))

    async def redraw_report(self, report, channel_id, message_id):
        if errors := self.faults.get("redraw_report"):
            raise errors.popleft()
        self.redrawn.append((report, channel_id, message_id))
        self.changed.set()

    def _act(self, method, letter, do):
        error = self.faults[method].popleft() if self.faults.get(method) else None
        if isinstance(error, Undelivered) or (isinstance(error, type) and issubclass(error, Undelivered)):
            raise error
        self.log.append((method, letter))
        result = do()
        self.changed.set()
        if error is not None:
            raise error[1]
        return result

    def shown(self, job_id: int) -> list[Letter]:
        """What readers see of a job now."""
        return [letter for letter in (*self.messages.values(), *self.directs.values()) if letter.job.id == job_id]

    async def until(self, job_id: int, *kinds: str) -> Letter:
        """Wait until a letter of one of these kinds is shown of a job."""
        while True:
            for letter in self.shown(job_id):
                if letter.kind in kinds:
                    return letter
            self.changed.clear()
            await self.changed.wait()


@asynccontextmanager
async def opened(folder: Path, post: Post | None = None, *, settings: Settings | None = None, clock=None, **rest):
    settings = settings or settings_in(folder)
    made(settings.database.parent)
    more = {"clock": clock} if clock else {}
    async with (
        connect(settings.engine, command=COMMAND) as engine,
        open_studio(settings, engine, **more, **rest) as studio,
    ):
        if post is not None:
            studio.open_for(post)
        yield studio


async def online(studio: Studio) -> None:
    while not studio.info().online:
        await asyncio.sleep(0.01)


def as_private(given: Origin) -> Origin:
    return replace(given, private=True)
