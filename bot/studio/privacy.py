"""What a member may know, and may have forgotten; and what a guild leaves behind."""

import asyncio
import io
import json
import zipfile
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.studio.backstage import Backstage
from bot.studio.desk import Desk
from bot.studio.requests import Deletion
from storage import artworks, events, jobs, moderation, own, people, privacy, uploads
from storage.errors import BlobMissing
from storage.privacy import Forgotten

README = """This is all that Salon stores about you.

member.json     your name as last seen, and your settings
requests.json   what you asked for
pictures.json   the pictures you asked for, with how each was painted; the files are in pictures/
acts.json       what you kept, varied, reported and deleted
uploads.json    the pictures that you sent; the files are in uploads/
made.json       the styles and lists of words that you made for your servers
moderation.json your bans, what you reported, and the log of moderators as far as it is about you or by you; who else
                acted is left out
"""
_SUFFIXES = {"image/png": "png", "image/webp": "webp", "image/jpeg": "jpg"}
_SECRET = ("token", "application_id", "interaction_id", "turn", "work")
"""Of a request: what is no news to its member, or would let others edit its reply."""


class Privacy:
    """Exports and forgets. What it promises is written at `bot.studio.studio.Studio`."""

    def __init__(self, backstage: Backstage, desk: Desk, posts_stale: asyncio.Event) -> None:
        """Use these stores; `posts_stale` is set once posts of reports may show what was forgotten."""
        self._backstage = backstage
        self._desk = desk
        self._posts_stale = posts_stale

    async def export(self, member_id: int) -> bytes:
        """Return a ZIP of everything about a member."""
        async with self._backstage.database.read() as tx:
            person = await people.get(tx, member_id)
            asked = await jobs.all_of_member(tx, member_id)
            made = await artworks.all_of_member(tx, member_id)
            sent = await uploads.of_member(tx, member_id)
            did = await events.of_member(tx, member_id)
            bans = await moderation.bans_of(tx, member_id)
            reports = await moderation.reports_by(tx, member_id)
            log = await moderation.entries_of(tx, member_id)
            styles, lists = await own.all_styles(tx, member_id), await own.all_lists(tx, member_id)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("README.txt", README)
            archive.writestr("member.json", _json(asdict(person) if person else {"id": member_id}))
            archive.writestr("requests.json", _json([_shown(asdict(job)) for job in asked]))
            archive.writestr("pictures.json", _json([asdict(work) for work in made]))
            archive.writestr("acts.json", _json([asdict(event) for event in did]))
            archive.writestr(
                "moderation.json",
                _json(
                    {
                        "bans": [_without(asdict(ban), "by_id") for ban in bans],
                        "reports": [asdict(report) for report in reports],
                        "log": [_without(asdict(entry), "actor_id", unless=member_id) for entry in log],
                    }
                ),
            )
            archive.writestr("made.json", _json([*map(asdict, styles), *map(asdict, lists)]))
            archive.writestr("uploads.json", _json([asdict(one) for one in sent]))
            for work in made:
                if work.blob is not None:
                    await self._pack(archive, f"pictures/{work.id}.{_SUFFIXES.get(work.media_type, 'bin')}", work.blob)
                if work.moving is not None:
                    await self._pack(archive, f"pictures/{work.id}-moving.webp", work.moving)
            for style in styles:
                for number, sha256 in enumerate(style.pictures, 1):
                    await self._pack(archive, f"styles/{style.id}-{number}.png", sha256)
            for one in sent:
                await self._pack(archive, f"uploads/{one.id}.png", one.blob)
        return packed.getvalue()

    async def _pack(self, archive: zipfile.ZipFile, name: str, sha256: str) -> None:
        with suppress(BlobMissing):
            archive.writestr(name, await self._backstage.blobs.get(sha256))

    async def forget(self, member_id: int) -> Deletion:
        """Forget a member."""
        done = None
        while done is None:
            await self._desk.end_all(member_id=member_id)
            done = await self._forget_idle(member_id)
        self._backstage.memory.forget_member(member_id)
        self._backstage.mail_posted.set()
        self._posts_stale.set()
        return Deletion(jobs=done.jobs, pictures=done.pictures, posts=done.posts)

    async def _forget_idle(self, member_id: int) -> Forgotten | None:
        """Forget a member unless they have asked for something in this very moment."""
        async with self._backstage.blobs.changing:
            async with self._backstage.database.write() as tx:
                if await jobs.pending(tx, member_id=member_id, most=1):
                    return None
                done = await privacy.forget_member(tx, member_id, self._backstage.clock())
            await self._backstage.blobs.delete(done.strays)
        return done

    async def forget_guild(self, guild_id: int) -> Forgotten:
        """Forget a guild that removed the bot."""
        async with self._backstage.blobs.changing:
            async with self._backstage.database.write() as tx:
                done = await privacy.forget_guild(tx, guild_id, self._backstage.clock())
            await self._backstage.blobs.delete(done.strays)
        self._backstage.memory.forget_guild(guild_id)
        return done


def _shown(job: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in job.items() if name not in _SECRET}


def _without(values: dict[str, Any], name: str, unless: int | None = None) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name or value == unless}


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)
