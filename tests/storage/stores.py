"""Helpers of the storage tests: a fresh database in a file, and jobs to put into it."""

import asyncio
import itertools
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from storage import queue
from storage.artworks import Painted
from storage.database import Database
from storage.migrate import migrate
from storage.records import Job

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DEADLINE_S = 60.0

_interactions = itertools.count(1)


def run(story: Any) -> Any:
    return asyncio.run(asyncio.wait_for(story, DEADLINE_S))


@cache
def empty() -> bytes:
    """Return what a database is after all steps, which take longer than most tests."""
    with TemporaryDirectory() as name:
        path = Path(name) / "salon.db"
        migrate(path, Path(name) / "backups", NOW)
        return path.read_bytes()


def made(folder: Path) -> Path:
    path = folder / "salon.db"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(empty())
    return path


@asynccontextmanager
async def opened(folder: Path):
    database = Database(made(folder))
    try:
        yield database
    finally:
        await database.close()


def values(member_id: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "interaction_id": next(_interactions),
        "member_id": member_id,
        "guild_id": 10,
        "channel_id": 20,
        "message_id": None,
        "application_id": 30,
        "token": "secret",
        "context": "guild",
        "user_install": False,
        "private": False,
        "locale": "en-GB",
        "filesize_limit": 10_000_000,
        "received_at": NOW,
        "prompt": "a fox",
        "negative": None,
        "style": None,
        "size": None,
        "count": 1,
        "seed": 7,
        "model": None,
        "palette": None,
        "mode": "imagine",
        "parents": [],
        "work": 10.0,
        "created_at": NOW,
    } | fields


async def add(database: Database, member_id: int = 1, **fields: Any) -> Job:
    async with database.write() as tx:
        job, _ = await queue.add(tx, values(member_id, **fields))
    return job


def painted(blob: str, number: int = 0, **fields: Any) -> Painted:
    return Painted(
        **{
            "number": number,
            "position": number,
            "blob": blob,
            "bytes": 100,
            "thumbnail": blob[::-1],
            "thumbnail_bytes": 10,
            "width": 8,
            "height": 8,
            "media_type": "image/png",
            "recipe": {"model": "mini", "model_hash": "abc", "prompt": "a fox"},
            "alt": "a fox",
            "score": 0.5,
            "scorer": "test 1",
            **fields,
        }
    )
