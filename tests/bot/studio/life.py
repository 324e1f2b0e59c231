"""`python -m tests.bot.studio.life FOLDER SEED`: one life of a busy studio, to be killed at any moment.

Prints every accepted job. Its Discord is a folder: one file per message, made and replaced as a whole.
"""

import asyncio
import itertools
import json
import os
import random
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.settings import LimitSettings, Settings
from bot.studio.delivery import Expired, Letter, Unclear
from bot.studio.opening import open_studio
from engine.client import connect
from engine.settings import EngineSettings
from storage.lock import Lock
from storage.migrate import migrate
from storage.records import Report
from tests.bot.studio.stage import ANN, BEN, MOD, origin, wish
from tests.engine.fake_engine import COMMAND

_MEMBERS = (ANN, BEN, MOD)


class FolderPost:
    """A Discord that outlives its bot. Every third token counts as expired; every fourth sending is left unclear."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)
        self._sendings = itertools.count()

    async def edit_reply(self, letter: Letter, token: str, application_id: int) -> int:
        if letter.job.interaction_id % 3 == 0:
            raise Expired
        self._write(letter.job.interaction_id, letter)
        return letter.job.interaction_id

    async def edit_message(self, letter: Letter, channel_id: int, message_id: int) -> None:
        self._write(message_id, letter)

    async def send(self, letter: Letter, channel_id: int, nonce: str) -> int:
        message_id = random.getrandbits(50)
        self._write(message_id, letter)
        await asyncio.sleep(0)
        if next(self._sendings) % 4 == 0:
            raise Unclear
        return message_id

    async def find(self, channel_id: int, job_id: int) -> int | None:
        for path in self._folder.glob("*.json"):
            if json.loads(path.read_text())["job"] == job_id:
                return int(path.stem)
        return None

    async def direct(self, letter: Letter, member_id: int, nonce: str) -> tuple[int, int]:
        raise AssertionError("nothing here is private")

    async def redraw_report(self, report: Report, channel_id: int, message_id: int) -> None:
        raise AssertionError("nothing here is reported")

    def _write(self, message_id: int, letter: Letter) -> None:
        said = {"job": letter.job.id, "kind": letter.kind, "pictures": len(letter.pictures)}
        partial = self._folder / f"{message_id}.{random.getrandbits(40)}"
        partial.write_text(json.dumps(said))
        partial.replace(self._folder / f"{message_id}.json")


def settings_in(folder: Path) -> Settings:
    engine = EngineSettings(data_dir=folder, threads=1)
    # Three members ask as fast as they can: how many of their jobs wait depends on the machine.
    return Settings(data_dir=folder, engine=engine, limits=LimitSettings(pending_per_member=0, pending_per_guild=0))


async def live(folder: Path, chance: random.Random, wishes: int) -> None:
    settings = settings_in(folder)
    async with connect(settings.engine, command=COMMAND) as engine, open_studio(settings, engine) as studio:
        studio.open_for(FolderPost(folder / "discord"))
        sys.stdout.write("open\n")
        sys.stdout.flush()
        for _ in range(wishes):
            number = chance.getrandbits(48)
            # A fresh interaction id each, whatever the lives before used.
            asked = origin(interaction_id=number, token=str(number), received_at=datetime.now(UTC))
            words = chance.choice(("a fox", "steady fox", "steady owl", "broken"))
            accepted = await studio.submit(chance.choice(_MEMBERS), asked, wish(words, count=chance.randint(1, 3)))
            sys.stdout.write(f"{accepted.job_id}\n")
            sys.stdout.flush()
            await asyncio.sleep(chance.random() * 0.05)
        while _unfinished(settings.database):
            await asyncio.sleep(0.05)


def _unfinished(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        jobs = database.execute("SELECT count(*) FROM jobs WHERE state IN ('queued', 'leased', 'running')")
        letters = database.execute("SELECT count(*) FROM outbox WHERE settled_at IS NULL")
        return jobs.fetchone()[0] + letters.fetchone()[0]


def main() -> None:
    folder, seed, wishes = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    lock = Lock(folder / "salon.db")
    lock.acquire(datetime.now(UTC))
    migrate(folder / "salon.db", folder / "backups", datetime.now(UTC))
    asyncio.run(live(folder, random.Random(seed), wishes))
    os._exit(0)


if __name__ == "__main__":
    main()
