"""What a prompt says beside its words: from one wish to those that are painted, and waiting for a confirmation."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from bot.studio import changes
from bot.studio.backstage import Backstage
from bot.studio.checks import Checks, clean
from bot.studio.desk import Desk
from bot.studio.requests import Actor, Origin, Refusal, Standing, Wish
from engine.prompting import Crafted, PromptRefused, craft, variants
from engine.prompting.sentences import sentence
from storage import drafts, rosters
from storage.records import Draft, Roster

_SEEDS = 2**32
_NUMBERS = 2**12
"""Jobs of one draft at most, and more than the settings allow."""


class Craft:
    """Understands prompts. What its methods promise is written at `bot.studio.studio.Studio`."""

    def __init__(self, backstage: Backstage, checks: Checks, desk: Desk) -> None:
        """Submit at this desk."""
        self._backstage = backstage
        self._checks = checks
        self._desk = desk

    def wishes(self, origin: Origin, wish: Wish) -> tuple[Wish, ...]:
        """Return what a wish asks for, from memory."""
        most = min(self._backstage.settings.engine.permutations, _NUMBERS)
        try:
            return tuple(self._crafted(origin, wish, prompt) for prompt in variants(clean(wish.prompt), most))
        except PromptRefused as refusal:
            told = sentence("refusal", refusal.key, origin.locale, refusal.values)
            raise Refusal("craft", sentence=told) from refusal

    def check(self, actor: Actor, origin: Origin, wishes: Sequence[Wish], *, partly: bool = False) -> None:
        """Check wishes that are to be submitted together, from memory."""
        for wish in wishes[1:]:
            self._checks.check_wish(actor, origin, wish, partly=partly)
        jobs, pictures = len(wishes), sum(self._checks.pictures(wish, partly=partly) for wish in wishes)
        self._desk.check(actor, origin, wishes[0], jobs=jobs, pictures=pictures, partly=partly)

    async def draft(self, actor: Actor, origin: Origin, wishes: Sequence[Wish]) -> int:
        """Keep wishes until their member confirms them."""
        self.check(actor, origin, wishes)
        async with self._backstage.database.write() as tx:
            packed = [_packed(wish) for wish in wishes]
            return await drafts.add(tx, actor.id, packed, self._backstage.clock(), private=origin.private)

    async def drafted(self, actor: Actor, draft_id: int) -> Draft:
        """Return what waits for a member's confirmation."""
        async with self._backstage.database.read() as tx:
            draft = await drafts.get(tx, draft_id)
        if draft is None:
            raise Refusal("draft_gone")
        if draft.member_id != actor.id:
            raise Refusal("not_yours")
        return draft

    async def confirm(self, actor: Actor, origin: Origin, draft_id: int) -> tuple[Roster, list[Standing]]:
        """Submit what waits; every job gets a message of its own."""
        draft = await self.drafted(actor, draft_id)
        wishes = [_unpacked(wish) for wish in draft.wishes]
        self.check(actor, origin, wishes)
        roster = _roster(actor, origin, draft_id)
        async with self._backstage.database.write() as tx:
            if not await drafts.take(tx, draft_id):
                raise Refusal("draft_gone")
            await rosters.add(tx, roster)
        for number, wish in enumerate(wishes):
            # Only one job can answer an interaction; these have numbers that no interaction has, the same every time.
            own = replace(origin, interaction_id=roster.last - number, token=None, message_id=None)
            # Its notices were read with the question.
            await self._desk.submit(actor, own, replace(wish, notices=()), follows=number > 0)
        return roster, await self._desk.together(roster)

    async def discard(self, actor: Actor, draft_id: int) -> None:
        """Forget what waits."""
        draft = await self.drafted(actor, draft_id)
        async with self._backstage.database.write() as tx:
            await drafts.take(tx, draft.id)

    def _crafted(self, origin: Origin, wish: Wish, prompt: str) -> Wish:
        options = {"ar": wish.size, "seed": wish.seed, "style": wish.style}
        crafted = craft(
            prompt,
            negative=wish.negative or "",
            said=frozenset(name for name, value in options.items() if value is not None),
            lists={words.key: words.entries for words in self._backstage.memory.own_lists(origin.guild_id)},
            seed=secrets.randbelow(_SEEDS) if wish.seed is None else wish.seed,
            tiles=self._checks.tiles(wish.model, origin.guild_id),
        )
        if unknown := [str(notice.values["parameter"]) for notice in crafted.notices if notice.key == "unknown"]:
            raise Refusal("parameter", given=", ".join(dict.fromkeys(unknown))[:100])
        return _merged(wish, crafted, origin.locale)


def _merged(wish: Wish, crafted: Crafted, locale: str) -> Wish:
    ratio = crafted.ratio
    return replace(
        wish,
        prompt=crafted.prompt,
        negative=crafted.negative or None,
        style=wish.style if crafted.style is None else crafted.style,
        size=wish.size if ratio is None else f"{ratio[0]}:{ratio[1]}",
        seed=wish.seed if crafted.seed is None else crafted.seed,
        change=replace(wish.change, tile=wish.change.tile or crafted.tile),
        notices=(*wish.notices, *(notice.sentence(locale) for notice in crafted.notices)),
    )


def _roster(actor: Actor, origin: Origin, draft_id: int) -> Roster:
    last = -draft_id * _NUMBERS - 1
    return Roster(
        draft_id=draft_id,
        member_id=actor.id,
        guild_id=origin.guild_id,
        application_id=origin.application_id,
        token=origin.token or "",
        private=origin.private,
        locale=origin.locale,
        first=last - _NUMBERS + 1,
        last=last,
        received_at=origin.received_at,
    )


def _packed(wish: Wish) -> dict[str, Any]:
    return asdict(wish) | {"change": changes.stored(wish.change)}


def _unpacked(stored: Any) -> Wish:
    values = dict(stored)
    values |= {"parents": tuple(values["parents"]), "notices": tuple(values["notices"])}
    return Wish(**values | {"change": changes.read(values.get("change"))})
