"""Where wishes are taken in, and where their jobs stand."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.studio import changes, eta, meters
from bot.studio.altering import Altering
from bot.studio.backstage import Backstage
from bot.studio.checks import NO_STYLE, Checked, Checks
from bot.studio.delivery import Letter
from bot.studio.dispatcher import Dispatcher
from bot.studio.publisher import Publisher
from bot.studio.requests import Accepted, Actor, Origin, Refusal, Standing, Wish
from bot.studio.rights import may_change, may_see
from bot.studio.watch import Watch
from engine.api import MAX_COUNT, ModelInfo
from storage import artworks, events, jobs, people, queue
from storage.queue import Place
from storage.records import Artwork, EventKind, GuildStyle, Job, Roster

MOST_SHOWN = 25
DOUBLE_CLICK = timedelta(seconds=1.5)
"""Whoever asks for the same once more within this pressed a button twice, and means one request."""
_MOST_TOLD = 20_000
_EVENTS: dict[str, EventKind] = {
    "vary": "vary",
    "strong": "strong",
    "edit": "edit",
    "erase": "erase",
    "enlarge": "enlarge",
    "restyle": "restyle",
    "blend": "blend",
    "morph": "morph",
}
_SEEDS = 2**32 - MAX_COUNT
"""Seeds that are drawn stay short enough to be typed."""


class Desk:
    """Submits, cancels and tells. What its methods promise is written at `bot.studio.studio.Studio`."""

    def __init__(
        self,
        backstage: Backstage,
        checks: Checks,
        altering: Altering,
        watch: Watch,
        dispatcher: Dispatcher,
        publisher: Publisher,
    ) -> None:
        """Take wishes in for this dispatcher."""
        self._backstage = backstage
        self._checks = checks
        self._altering = altering
        self._watch = watch
        self._dispatcher = dispatcher
        self._publisher = publisher
        self._told_last: dict[int, tuple[int, bool]] = {}
        """The place that each job was shown last while it waited, and whether the engine was starting."""
        self._again: dict[tuple[int, int], datetime] = {}
        """When each member asked for each job once more, lately."""

    def check(self, actor: Actor, origin: Origin, wish: Wish, **together: Any) -> Checked:
        """Check a wish from memory; `together` as `Checks.check` has it."""
        if self._dispatcher.draining:
            raise Refusal("paused")
        return self._checks.check(actor, origin, wish, self._backstage.clock(), **together)

    async def submit(self, actor: Actor, origin: Origin, wish: Wish, *, follows: bool = False) -> Accepted:
        """Queue a wish, which may follow others that were asked for together."""
        now = self._backstage.clock()
        known = await self._known(origin.interaction_id)
        if known is not None:
            return await self._accepted(known)
        try:
            wish = await self._altering.complete(actor, wish)
            checked = self.check(actor, origin, wish, follows=follows)
        except Refusal as refusal:
            meters.REFUSED.labels(refusal.key).inc()
            raise
        undo = self._backstage.memory.count(actor, origin, checked.count, now)
        try:
            async with self._backstage.database.write() as tx:
                parents = await self._parents(tx, actor, checked)
                await people.meet(tx, actor.id, actor.name, now)
                job, new = await queue.add(tx, self._values(actor, origin, checked))
                for parent in parents if new else ():
                    await events.add(tx, _EVENTS.get(job.mode, "remix"), actor.id, parent, now)
                place = await queue.place(tx, job)
        except BaseException:
            undo()
            raise
        if not new:
            undo()
            return await self._accepted(job)
        meters.ACCEPTED.inc()
        self._backstage.queue_changed.set()
        standing = self._standing(job, place)
        self.show_queued(standing)
        return self._told(standing)

    async def again(self, actor: Actor, origin: Origin, job_id: int) -> Accepted:
        """Queue what a job asked for, with another seed."""
        key, now = (actor.id, job_id), self._backstage.clock()
        self._again = {pressed: at for pressed, at in self._again.items() if now - at < DOUBLE_CLICK}
        if key in self._again:
            raise Refusal("twice")
        self._again[key] = now
        try:
            job = await self._visible(actor, job_id)
            accepted = await self.submit(actor, origin, replace(self._wish(job), seed=None))
        except BaseException:
            self._again.pop(key, None)
            raise
        async with self._backstage.database.write() as tx:
            for work in (await artworks.of_job(tx, job_id))[:1]:
                await events.add(tx, "again", actor.id, work, self._backstage.clock())
        return accepted

    async def wish_of(self, actor: Actor, job_id: int) -> Wish:
        """Return what a job asked for."""
        if self._backstage.memory.banned(actor.id, actor.guild_id):
            raise Refusal("banned")
        return self._wish(await self._visible(actor, job_id))

    async def cancel(self, actor: Actor, job_id: int) -> Job:
        """Cancel a job."""
        job = await self.job(job_id)
        if not may_change(actor, job):
            raise Refusal("not_yours")
        ended = await self.end(job)
        if ended is None:
            raise Refusal("over")
        return ended

    async def end(self, job: Job) -> Job | None:
        """Cancel a job if it is pending."""
        async with self._backstage.database.write() as tx:
            ended = await queue.finish(tx, job.id, "cancelled", self._backstage.clock())
        if ended is not None:
            memory = self._backstage.memory
            memory.ended(job.member_id, job.guild_id)
            memory.refund(job.member_id, job.guild_id, job.count, job.created_at)
            meters.ENDED.labels("cancelled").inc()
            self._dispatcher.stop(job.id)
            self._backstage.mail_posted.set()
        return ended

    async def end_all(self, *, member_id: int, guild_id: int | None = None) -> None:
        """Cancel whatever a member has pending, or has pending in a guild."""
        async with self._backstage.database.read() as tx:
            pending = await jobs.pending(tx, member_id=member_id, guild_id=guild_id)
        for job in pending:
            await self.end(job)

    async def job(self, job_id: int) -> Job:
        """Return a job."""
        async with self._backstage.database.read() as tx:
            job = await jobs.get(tx, job_id)
        if job is None:
            raise Refusal("no_job")
        return job

    async def standing(self, job_id: int) -> Standing:
        """Return where a job stands."""
        async with self._backstage.database.read() as tx:
            job = await jobs.get(tx, job_id)
            if job is None:
                raise Refusal("no_job")
            place = await queue.place(tx, job) if job.state == "queued" else Place(0, 0.0)
        return self._standing(job, place)

    async def first(self) -> list[Standing]:
        """Return the jobs that come first, whosever they are."""
        async with self._backstage.database.read() as tx:
            pending = await jobs.pending(tx, most=MOST_SHOWN)
            return await self._standings(tx, pending)

    async def together(self, roster: Roster) -> list[Standing]:
        """Return the jobs of a list, in the order in which they were asked for."""
        async with self._backstage.database.read() as tx:
            return await self._standings(tx, await jobs.between(tx, roster.first, roster.last))

    async def queue(self, guild_id: int | None, member_id: int) -> list[Standing]:
        """Return what is pending."""
        async with self._backstage.database.read() as tx:
            if guild_id is None:
                pending = await jobs.pending(tx, member_id=member_id, most=MOST_SHOWN)
            else:
                pending = await jobs.visible_pending(tx, guild_id, member_id, MOST_SHOWN)
            return await self._standings(tx, pending)

    def show_queued(self, standing: Standing) -> None:
        """Show a member where their job stands, without waiting for it."""
        starting = self._watch.starting
        self._told_last[standing.job.id] = standing.place, starting
        if len(self._told_last) > _MOST_TOLD:
            del self._told_last[next(iter(self._told_last))]
        letter = Letter(kind="queued", job=standing.job, place=standing.place, starting=starting, eta_s=standing.eta_s)
        self._publisher.show_soon(letter)

    @property
    def starting(self) -> bool:
        """Whether the engine is only starting."""
        return self._watch.starting

    def has_moved(self, standing: Standing) -> bool:
        """Whether a waiting job no longer stands where its member was told."""
        return self._told_last.get(standing.job.id) != (standing.place, self._watch.starting)

    async def _known(self, interaction_id: int) -> Job | None:
        async with self._backstage.database.read() as tx:
            return await queue.by_interaction(tx, interaction_id)

    async def _accepted(self, job: Job) -> Accepted:
        return self._told(await self.standing(job.id))

    async def _visible(self, actor: Actor, job_id: int) -> Job:
        job = await self.job(job_id)
        if not may_see(actor, job):
            raise Refusal("not_yours")
        # Of a request that was forgotten nothing is left, while an edited picture may never have had words.
        if not job.locale:
            raise Refusal("removed")
        return job

    async def _parents(self, tx: AsyncConnection, actor: Actor, checked: Checked) -> list[Artwork]:
        parents = [await artworks.get(tx, parent) for parent in checked.parents]
        for work in parents:
            if work is None:
                raise Refusal("no_artwork")
            if not may_see(actor, work):
                raise Refusal("not_yours")
        return [work for work in parents if work is not None]

    def _values(self, actor: Actor, origin: Origin, checked: Checked) -> dict[str, Any]:
        return {
            "interaction_id": origin.interaction_id,
            "member_id": actor.id,
            "guild_id": origin.guild_id,
            "channel_id": origin.channel_id,
            "message_id": None if origin.private else origin.message_id,
            "application_id": origin.application_id,
            "token": origin.token,
            "context": origin.context,
            "user_install": origin.user_install,
            "private": origin.private,
            "locale": origin.locale,
            "filesize_limit": origin.filesize_limit,
            "received_at": origin.received_at,
            "prompt": checked.prompt,
            "negative": checked.negative,
            "style": checked.style,
            "size": None if checked.sides is None else f"{checked.sides[0]}x{checked.sides[1]}",
            "count": checked.count,
            "seed": secrets.randbelow(_SEEDS) if checked.seed is None else checked.seed,
            "model": checked.model,
            "palette": checked.palette,
            "mode": checked.mode,
            "change": changes.stored(checked.change),
            "own_style": _travelling(checked.own_style, checked.model_info),
            "notices": list(checked.notices),
            "parents": list(checked.parents),
            "work": eta.work(checked.model_info, checked.count, checked.sides),
            "created_at": self._backstage.clock(),
        }

    async def _standings(self, tx: AsyncConnection, pending: Sequence[Job]) -> list[Standing]:
        places = [await queue.place(tx, job) if job.state == "queued" else Place(0, 0.0) for job in pending]
        return [self._standing(job, place) for job, place in zip(pending, places, strict=True)]

    def _standing(self, job: Job, place: Place) -> Standing:
        painted = self._dispatcher.shown_progress(job.id)
        progress = painted.latest if painted else None
        # How long these modes take, no step of a model tells.
        model = None if job.mode in changes.WITHOUT_MODEL else self._watch.model(job.model)
        eta_s: float | None = None
        if painted is not None and progress is not None:
            eta_s = painted.eta_s
        elif job.state in ("queued", "leased", "running"):
            before = place.work + self._dispatcher.work_left() if job.state == "queued" else 0.0
            eta_s = eta.seconds(model, before, job.work, job.count)
        return Standing(
            job=job,
            place=place.jobs,
            eta_s=eta_s,
            step=progress.step if progress else None,
            steps=progress.steps if progress else None,
        )

    def _told(self, standing: Standing) -> Accepted:
        late = standing.job.private and standing.eta_s is not None and standing.eta_s > eta.LATE_S
        return Accepted(job_id=standing.job.id, place=standing.place, eta_s=standing.eta_s, late_warning=late)

    def _wish(self, job: Job) -> Wish:
        return Wish(
            prompt=job.prompt,
            negative=job.negative,
            # Where there was none, a default set since must not bring one.
            style=job.style or NO_STYLE,
            size=job.size,
            # The operator may have lowered the limit since; old buttons shall go on working.
            count=job.count if job.mode == "morph" else min(job.count, self._checks.most_pictures),
            seed=job.seed,
            model=job.model,
            palette=job.palette,
            mode=job.mode,
            change=replace(changes.read(job.change), instead=None),
            parents=job.parents,
        )


def _travelling(style: GuildStyle | None, model: ModelInfo | None) -> dict[str, Any] | None:
    """Return what a job keeps of a style, which may be deleted before it is painted."""
    if style is None:
        return None
    words = {"name": style.name, "prompt": style.prompt, "negative": style.negative}
    # A model that does nothing with pictures still paints in the words.
    return words | ({"references": list(style.pictures)} if style.pictures and (model is None or model.varies) else {})
