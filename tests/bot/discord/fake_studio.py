"""A studio in memory, for tests of what Discord shows. It follows `bot.studio.studio.Studio`, without a database."""

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.discord.postman import DiscordPostman
from bot.settings import Settings as AllSettings
from bot.studio.backstage import Backstage
from bot.studio.changes import MODES, read, stored
from bot.studio.checks import Checks
from bot.studio.craft import Craft
from bot.studio.delivery import Letter
from bot.studio.memory import Memory
from bot.studio.requests import (
    Accepted,
    Actor,
    Change,
    Deletion,
    EngineInfo,
    ModelChoice,
    Origin,
    Refusal,
    Settings,
    Standing,
    StyleChoice,
    Wish,
)
from bot.studio.studio import Studio
from bot.studio.watch import Watch
from engine.api import PictureWords, PromptWeights, Weight
from storage.lineage import Family
from storage.records import (
    Artwork,
    AuditEntry,
    Ban,
    Draft,
    GuildSettings,
    Job,
    MemberSettings,
    Report,
    Roster,
    Upload,
    WordList,
)
from tests.bot.discord import records

_LIVE = ("queued", "leased", "running")
_ids = itertools.count(1000)
"""Never used twice: the messages of earlier studios are still in the channels."""


class FakeStudio(Studio):
    """Keeps everything in dictionaries; nothing is painted until a test says `finish`."""

    def __init__(self) -> None:
        self.postman: DiscordPostman | None = None
        self.ids = _ids
        self.jobs: dict[int, Job] = {}
        self.artworks: dict[int, Artwork] = {}
        self.pictures: dict[int, bytes] = {}
        self.reports: list[Report] = []
        self.guild = GuildSettings()
        self.members: dict[int, MemberSettings] = {}
        self.bans: list[Ban] = []
        self.log: list[AuditEntry] = []
        self.keeps: set[tuple[int, int]] = set()
        self.drafts: dict[int, tuple[Wish, ...]] = {}
        self.drafted_by: dict[int, tuple[int, bool]] = {}
        self.followed: list[Roster] = []
        self.own: list[StyleChoice] = []
        self.lists: list[WordList] = []
        self.forgotten: list[int] = []
        self.guilds: dict[int, str] = {}
        self.refusal: Refusal | None = None
        """What `check` answers."""
        self.late_refusal: Refusal | None = None
        """What `submit` raises."""
        self.words = PictureWords(prompts=(), told=(), model="mini-clip")
        self.slow_s = 0.0
        """How long each read takes."""
        self.working_modes = MODES
        self.uploads: dict[int, Upload] = {}
        self.sent: dict[int, bytes] = {}
        self.unreadable: Refusal | None = None
        """What `take_in` raises."""
        self.archive = b"PK\x05\x06" + bytes(18)
        self.eta_s: float | None = 8.0

    def open_for(self, postman: Any) -> None:
        self.postman = postman

    # Asking.

    def check(self, actor: Actor, origin: Origin, wish: Wish, *, partly: bool = False) -> Refusal | None:
        return self.refusal

    async def submit(self, actor: Actor, origin: Origin, wish: Wish) -> Accepted:
        if self.late_refusal:
            raise self.late_refusal
        job = records.job(
            id=next(self.ids),
            member_id=actor.id,
            state="queued",
            **{name: getattr(origin, name) for name in _ORIGIN},
            **{name: getattr(wish, name) for name in _WISH} | {"count": wish.count or 4},
            seed=wish.seed if wish.seed is not None else 1234,
            change=stored(wish.change),
        )
        self.jobs[job.id] = job
        await self.deliver(Letter(kind="queued", job=job, place=0, eta_s=self.eta_s))
        return Accepted(job_id=job.id, place=0, eta_s=self.eta_s, late_warning=False)

    async def again(self, actor: Actor, origin: Origin, job_id: int) -> Accepted:
        return await self.submit(actor, origin, await self.wish_of(actor, job_id))

    async def wish_of(self, actor: Actor, job_id: int) -> Wish:
        job = await self.job(job_id)
        if job.private and job.member_id != actor.id:
            raise Refusal("not_yours")
        return Wish(**{name: getattr(job, name) for name in _WISH}, change=read(job.change))

    async def cancel(self, actor: Actor, job_id: int) -> Job:
        job = await self.job(job_id)
        if not (actor.moderator or job.member_id == actor.id):
            raise Refusal("not_yours")
        if job.state not in _LIVE:
            raise Refusal("over")
        self.jobs[job_id] = replace(job, state="cancelled")
        await self.deliver(Letter(kind="cancelled", job=self.jobs[job_id]))
        return self.jobs[job_id]

    # Prompts with choices; they are understood as the real studio does.

    def wishes(self, origin: Origin, wish: Wish) -> tuple[Wish, ...]:
        checks = Checks(AllSettings(), Memory(), Watch(None))
        return Craft(Backstage(settings=AllSettings(), database=None, blobs=None), checks, None).wishes(origin, wish)

    def check_all(
        self, actor: Actor, origin: Origin, wishes: Sequence[Wish], *, partly: bool = False
    ) -> Refusal | None:
        return self.refusal

    async def draft(self, actor: Actor, origin: Origin, wishes: Sequence[Wish]) -> int:
        number = next(self.ids)
        self.drafts[number] = tuple(wishes)
        self.drafted_by[number] = actor.id, origin.private
        return number

    async def drafted(self, actor: Actor, draft_id: int) -> Draft:
        if draft_id not in self.drafts:
            raise Refusal("draft_gone")
        member_id, private = self.drafted_by[draft_id]
        if member_id != actor.id:
            raise Refusal("not_yours")
        return Draft(id=draft_id, member_id=member_id, private=private, wishes=(), created_at=records.NOW)

    async def confirm(self, actor: Actor, origin: Origin, draft_id: int) -> tuple[Roster, list[Standing]]:
        await self.drafted(actor, draft_id)
        wishes = self.drafts.pop(draft_id)
        for wish in wishes:
            await self.submit(actor, replace(origin, token=None, message_id=None), wish)
        roster = Roster(
            draft_id=draft_id,
            member_id=actor.id,
            guild_id=origin.guild_id,
            application_id=origin.application_id,
            token=origin.token or "",
            private=origin.private,
            locale=origin.locale,
            first=-2,
            last=-1,
            received_at=origin.received_at,
        )
        return roster, self.listed()

    def listed(self) -> list[Standing]:
        return [
            Standing(job=job, place=place, eta_s=None, step=None, steps=None)
            for place, job in enumerate(self.jobs.values())
        ]

    def follow(self, roster: Roster) -> None:
        self.followed.append(roster)

    async def discard(self, actor: Actor, draft_id: int) -> None:
        await self.drafted(actor, draft_id)
        del self.drafts[draft_id]

    # What guilds make.

    async def create_style(
        self, actor: Actor, origin: Origin, name: str, words: str, negative: str = "", looks: Sequence[int] = ()
    ) -> Any:
        if any(style.name == name for style in self.own):
            raise Refusal("own_taken", given=name)
        assert all(look in self.uploads for look in looks)
        self.own.append(StyleChoice(name=name, title=name, description=words, own=True, pictures=len(looks)))

    async def create_list(self, actor: Actor, origin: Origin, name: str, entries: str) -> Any:
        fields = {"id": 1, "guild_id": 1, "member_id": actor.id, "created_at": records.NOW}
        self.lists.append(WordList(key=name, name=name, entries=tuple(entries.split(", ")), **fields))

    async def delete_own(self, actor: Actor, origin: Origin, kind: str, name: str) -> str:
        kept = self.own if kind == "style" else self.lists
        if not any(one.name == name for one in kept):
            raise Refusal("style" if kind == "style" else "own_list", given=name, close="")
        kept[:] = [one for one in kept if one.name != name]
        return name

    def word_lists(self, guild_id: int | None) -> tuple[WordList, ...]:
        return tuple(self.lists)

    # Painting, as a test says.

    async def deliver(self, letter: Letter) -> int | None:
        if self.postman and letter.job.token:
            return await self.postman.edit_reply(letter, letter.job.token, letter.job.application_id)
        return None

    async def progress(self, job_id: int, step: int, steps: int, preview: bytes | None = None) -> None:
        self.jobs[job_id] = replace(self.jobs[job_id], state="running")
        await self.deliver(
            Letter(kind="progress", job=self.jobs[job_id], step=step, steps=steps, preview=preview, eta_s=4.0)
        )

    def paint(self, job_id: int) -> list[Artwork]:
        job = self.jobs[job_id]
        painted = []
        for position in range(job.count):
            art = records.artwork(
                id=next(self.ids),
                job_id=job.id,
                position=position,
                member_id=job.member_id,
                guild_id=job.guild_id,
                private=job.private,
                alt=f"{job.prompt}, number {position + 1}",
                parents=job.parents,
            )
            self.artworks[art.id] = art
            self.pictures[art.id] = records.png(40 * position)
            painted.append(art)
        self.jobs[job_id] = replace(job, state="done")
        return painted

    def letter(self, job_id: int, **fields: Any) -> Letter:
        painted = [art for art in self.artworks.values() if art.job_id == job_id]
        pictures = tuple(self.pictures[art.id] for art in painted)
        return Letter(kind="done", job=self.jobs[job_id], artworks=tuple(painted), pictures=pictures, **fields)

    async def finish(self, job_id: int, **fields: Any) -> list[Artwork]:
        painted = self.paint(job_id)
        await self.deliver(self.letter(job_id, **fields))
        return painted

    async def finish_moving(self, job_id: int, moving: bytes, **fields: Any) -> list[Artwork]:
        """Finish a job with one picture that moves; `fields` are of the artwork."""
        self.jobs[job_id] = replace(self.jobs[job_id], count=1)
        (still,) = self.paint(job_id)
        self.artworks[still.id] = replace(still, moving="4" * 64, **fields)
        await self.deliver(replace(self.letter(job_id), pictures=(moving,)))
        return [self.artworks[still.id]]

    @property
    def last(self) -> Job:
        return self.jobs[max(self.jobs)]

    # Pictures.

    async def keep(self, actor: Actor, artwork_id: int, origin: Origin | None = None) -> Artwork:
        art = await self._existing(artwork_id)
        self.keeps.add((artwork_id, actor.id))
        self.artworks[artwork_id] = replace(art, kept_at=records.NOW)
        return self.artworks[artwork_id]

    async def delete(self, actor: Actor, artwork_id: int) -> Artwork:
        art = await self.artwork(artwork_id)
        if art.deleted_at:
            raise Refusal("removed")
        if not (actor.moderator or art.member_id == actor.id):
            raise Refusal("not_yours")
        self.artworks[artwork_id] = replace(art, blob=None, deleted_at=records.NOW)
        self._close(actor, "delete", "deleted", artwork_id)
        return self.artworks[artwork_id]

    async def hide(self, actor: Actor, artwork_id: int) -> Artwork:
        self._moderates(actor)
        art = await self._existing(artwork_id)
        self.artworks[artwork_id] = replace(art, hidden_at=records.NOW)
        self._close(actor, "hide", "hidden", artwork_id)
        return self.artworks[artwork_id]

    async def show(self, actor: Actor, artwork_id: int) -> Artwork:
        self._moderates(actor)
        self.artworks[artwork_id] = replace(self.artworks[artwork_id], hidden_at=None)
        self._close(actor, "show", "hidden", artwork_id)
        return self.artworks[artwork_id]

    async def report(self, actor: Actor, origin: Origin, artwork_id: int, reason: str) -> Report:
        art = await self._existing(artwork_id)
        if any(one.artwork_id == artwork_id and one.member_id == actor.id for one in self.reports):
            raise Refusal("reported")
        one = records.report(
            id=next(self.ids),
            artwork_id=art.id,
            job_id=art.job_id,
            guild_id=art.guild_id,
            member_id=actor.id,
            reason=reason,
        )
        self.reports.append(one)
        return one

    async def dismiss(self, actor: Actor, report_id: int) -> Report:
        report = await self.report_of(actor, report_id)
        if report.state != "open":
            raise Refusal("report_closed")
        self._close(actor, "dismiss", "dismissed", report.artwork_id)
        return await self.report_of(actor, report_id)

    async def report_of(self, actor: Actor, report_id: int) -> Report:
        self._moderates(actor)
        return next(one for one in self.reports if one.id == report_id)

    async def report_posted(self, report_id: int, channel_id: int, message_id: int) -> None:
        self.reports = [
            replace(one, channel_id=channel_id, message_id=message_id) if one.id == report_id else one
            for one in self.reports
        ]

    async def open_reports(self, actor: Actor, most: int = 20) -> list[Report]:
        self._moderates(actor)
        return [one for one in self.reports if one.state == "open"]

    async def done_about(self, report: Report) -> list[AuditEntry]:
        named = f"artwork {report.artwork_id}"
        return [entry for entry in self.log if named in (entry.subject, entry.detail)]

    def _close(self, actor: Actor, verb: str, state: Any, artwork_id: int) -> None:
        self._write(actor, verb, f"artwork {artwork_id}")
        self.reports = [
            replace(one, state=state) if (one.artwork_id, one.state) == (artwork_id, "open") else one
            for one in self.reports
        ]

    def _write(self, actor: Actor, verb: str, subject: str, detail: str = "") -> None:
        self.log.append(
            AuditEntry(
                id=next(self.ids), guild_id=1, actor_id=actor.id, verb=verb, subject=subject, detail=detail,
                at=records.NOW,
            )
        )  # fmt: skip

    async def _existing(self, artwork_id: int) -> Artwork:
        art = await self.artwork(artwork_id)
        if art.removed:
            raise Refusal("removed")
        return art

    @staticmethod
    def _moderates(actor: Actor) -> None:
        if not actor.moderator:
            raise Refusal("not_moderator")

    # Reading.

    async def job(self, job_id: int) -> Job:
        await asyncio.sleep(self.slow_s)
        if job_id not in self.jobs:
            raise Refusal("no_job")
        return self.jobs[job_id]

    async def queue(self, guild_id: int | None, member_id: int) -> list[Standing]:
        here = [
            job
            for job in self.jobs.values()
            if job.state in _LIVE and (job.guild_id == guild_id if guild_id else job.member_id == member_id)
        ]
        return [
            Standing(job=job, place=place, eta_s=self.eta_s, step=None, steps=None) for place, job in enumerate(here)
        ]

    async def history(self, member_id: int, before: int | None = None, limit: int = 10) -> list[Artwork]:
        kept = {artwork for artwork, keeper in self.keeps if keeper == member_id}
        theirs = [art for art in self.artworks.values() if art.member_id == member_id or art.id in kept]
        own = [art for art in theirs if not art.removed]
        return sorted((art for art in own if before is None or art.id < before), key=lambda art: -art.id)[:limit]

    async def artwork(self, artwork_id: int, actor: Actor | None = None) -> Artwork:
        if artwork_id not in self.artworks:
            raise Refusal("no_artwork")
        art = self.artworks[artwork_id]
        if actor and art.private and art.member_id != actor.id:
            raise Refusal("not_yours")
        return art

    async def job_artworks(self, job_id: int) -> list[Artwork]:
        return [art for art in self.artworks.values() if art.job_id == job_id]

    async def picture(self, artwork_id: int) -> bytes:
        await self._existing(artwork_id)
        return self.pictures[artwork_id]

    thumbnail = picture

    # What is made of them.

    max_upload_bytes = 1_000_000

    def modes_of(self, artwork: Artwork) -> frozenset[str]:
        return self.working_modes

    async def choose(self, actor: Actor, origin: Origin, artwork_id: int) -> Artwork:
        art = await self._existing(artwork_id)
        if art.private and art.member_id != actor.id:
            raise Refusal("no_artwork")
        return art

    async def at_hand(self, actor: Actor, guild_id: int | None, limit: int) -> list[Artwork]:
        own = await self.history(actor.id, limit=limit)
        near = [one for one in self.artworks.values() if one.guild_id == guild_id and not (one.private or one.removed)]
        return [*own, *(one for one in near if one not in own)][:limit]

    async def frame(self, actor: Actor, artwork_id: int, number: int) -> Wish:
        await self._existing(artwork_id)
        change = Change(frame=number)
        return Wish(prompt=f"frame {number}", mode="morph", change=change, count=6, parents=(artwork_id,))

    async def take_in(self, actor: Actor, data: bytes) -> Upload:
        if self.unreadable:
            raise self.unreadable
        one = Upload(
            id=next(self.ids), member_id=actor.id, blob="2" * 64, thumbnail="3" * 64, width=2, height=2,
            created_at=records.NOW,
        )  # fmt: skip
        self.uploads[one.id], self.sent[one.id] = one, data
        return one

    async def upload(self, actor: Actor, upload_id: int) -> Upload:
        one = self.uploads.get(upload_id)
        if one is None or one.member_id != actor.id:
            raise Refusal("upload_gone")
        return one

    async def describe(
        self, actor: Actor, origin: Origin, *, artwork_id: int | None = None, upload_id: int | None = None
    ) -> PictureWords:
        await (self.choose(actor, origin, artwork_id) if artwork_id else self.upload(actor, upload_id or 0))
        return self.words

    async def shorten(self, actor: Actor, origin: Origin, prompt: str, model: str | None = None) -> PromptWeights:
        if self.late_refusal:
            raise self.late_refusal
        weights = (Weight(words="fox", share=0.75, kept=True), Weight(words="*epic*", share=0.25, kept=False))
        return PromptWeights(
            weights=weights, shortened="fox", sheet=records.png(), model="mini", notices=("@everyone",)
        )

    async def upload_look(self, actor: Actor, upload_id: int) -> bytes:
        await self.upload(actor, upload_id)
        return records.png(90)

    async def family(self, actor: Actor, artwork_id: int) -> Family:
        root = await self.artwork(artwork_id, actor)
        parents = tuple(self.artworks[one] for one in root.parents)
        children = tuple(one for one in self.artworks.values() if root.id in one.parents)
        return Family(tuple(row for row in (parents, (root,), children) if row), 0)

    # Settings.

    def cached_settings(self, guild_id: int | None, member_id: int) -> Settings:
        return Settings(
            guild=self.guild if guild_id else GuildSettings(), member=self.members.get(member_id, MemberSettings())
        )

    async def settings_of(self, guild_id: int | None, member_id: int) -> Settings:
        return self.cached_settings(guild_id, member_id)

    async def change_member(self, actor: Actor, **changes: Any) -> MemberSettings:
        self.members[actor.id] = replace(self.members.get(actor.id, MemberSettings()), **changes)
        return self.members[actor.id]

    async def change_guild(self, actor: Actor, **changes: Any) -> GuildSettings:
        self._moderates(actor)
        self.guild = replace(self.guild, **changes)
        return self.guild

    async def export(self, member_id: int) -> bytes:
        return self.archive

    async def forget(self, member_id: int) -> Deletion:
        self.forgotten.append(member_id)
        return Deletion(jobs=1, pictures=4, posts=2)

    # From memory.

    def info(self) -> EngineInfo:
        return EngineInfo(
            online=True,
            absence="",
            paused=False,
            device="cpu",
            model="mini",
            queued=2,
            running=1,
            step_seconds={1: 0.02, 8: 0.1},
        )

    def models(self) -> tuple[ModelChoice, ...]:
        return (ModelChoice(name="mini", title="Mini", native=(128, 128), steps=12),)

    def styles(self, guild_id: int | None = None) -> tuple[StyleChoice, ...]:
        named = [("oil", "Oil painting"), ("ink", "Ink drawing"), ("glass", "Stained glass"), ("noir", "Film noir")]
        more = [(f"style-{number}", f"Style {number}") for number in range(30)]
        house = [StyleChoice(name=name, title=title, description=f"As {title}.") for name, title in named + more]
        return (*house, *(self.own if guild_id else ()))

    def palettes(self) -> tuple[str, ...]:
        return ("neon", "ice")

    def modes(self) -> frozenset[str]:
        return self.working_modes

    # Moderation.

    async def pause(self, actor: Actor) -> None:
        self._moderates(actor)
        self.guild = replace(self.guild, paused=True)

    async def resume(self, actor: Actor) -> None:
        self._moderates(actor)
        self.guild = replace(self.guild, paused=False)

    async def ban(self, actor: Actor, member_id: int, reason: str = "") -> Ban:
        self._moderates(actor)
        self.bans.append(Ban(member_id=member_id, guild_id=1, reason=reason, by_id=actor.id, created_at=records.NOW))
        self._write(actor, "ban", f"member {member_id}", reason)
        return self.bans[-1]

    async def unban(self, actor: Actor, member_id: int) -> None:
        self._moderates(actor)
        self.bans = [ban for ban in self.bans if ban.member_id != member_id]

    async def add_word(self, actor: Actor, word: str) -> GuildSettings:
        return await self.change_guild(actor, words=(*self.guild.words, word))

    async def remove_word(self, actor: Actor, word: str) -> GuildSettings:
        return await self.change_guild(actor, words=tuple(one for one in self.guild.words if one != word))

    async def audit(self, actor: Actor, limit: int = 25) -> list[AuditEntry]:
        self._moderates(actor)
        entry = AuditEntry(
            id=1, guild_id=1, actor_id=actor.id, verb="ban", subject="member 42", detail="rude", at=records.NOW
        )
        return [entry]

    # Guilds.

    async def guilds_present(self, guilds: Any) -> None:
        self.guilds = dict(guilds)

    async def guild_joined(self, guild_id: int, name: str) -> None:
        self.guilds[guild_id] = name

    async def guild_left(self, guild_id: int) -> None:
        self.guilds.pop(guild_id, None)


_ORIGIN = (
    "interaction_id",
    "token",
    "application_id",
    "guild_id",
    "channel_id",
    "context",
    "user_install",
    "private",
    "locale",
    "filesize_limit",
    "received_at",
    "message_id",
)
_WISH = ("prompt", "negative", "style", "size", "count", "model", "palette", "mode", "parents", "notices")
