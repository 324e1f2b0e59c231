"""The form that lets somebody change the words before painting them anew."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace

from discord import ui

from bot.discord.answers import open_form, refuse
from bot.discord.call import Call
from bot.discord.clean import shown
from bot.discord.crafting import ask_first
from bot.discord.ids import CustomId
from bot.discord.modals.form import entries, form, line
from bot.studio.changes import IMAGINE
from bot.studio.checks import MAX_PROMPT, NO_STYLE
from bot.studio.requests import Accepted, Change, Origin, Refusal, Wish
from engine.prompting import as_typed

MAX_SEED = 2**53 - 1
"""The largest whole number that Discord's options carry."""
_READ_S = 1.0
"""How long the words may take to be read: the form is itself the answer, due within three seconds."""


async def open_remix(call: Call, job_id: int) -> None:
    """Open the form, filled with what the job asked for.

    Raises:
        Refusal: there is no such job, or it is somebody else's private one.
    """
    try:
        async with asyncio.timeout(_READ_S):
            wish = await call.studio.wish_of(call.actor, job_id)
    except TimeoutError:
        await call.refuse("error.slow")
        return
    await open_form(call.interaction, _remix_form(call, job_id, wish))


def _remix_form(call: Call, job_id: int, wish: Wish) -> ui.Modal:
    text = call.text
    style = "" if wish.style in (None, NO_STYLE) else str(wish.style)[:60]
    return form(
        text("remix.title"),
        CustomId("remix", job_id),
        line(
            "prompt",
            text("remix.prompt"),
            default=as_typed(wish.prompt)[:MAX_PROMPT],
            long=True,
            required=True,
            most=MAX_PROMPT,
        ),
        line("negative", text("remix.negative"), default=(wish.negative or "")[:MAX_PROMPT], most=MAX_PROMPT),
        line(
            "style",
            text("remix.style"),
            hint=text("remix.style_hint"),
            default=style,
            most=60,
        ),
        line("seed", text("remix.seed"), hint=text("remix.seed_hint"), most=20),
    )


async def submit_remix(call: Call, target: CustomId) -> None:
    """Paint what the form says; what it does not ask stays as it was. A refusal gives back what was typed."""
    entered = entries(call.interaction)
    try:
        await _submit(call, target, entered)
    except Refusal as refusal:
        # A form cannot be opened in answer to a form: what was typed must be there to be copied.
        words = shown(entered.get("prompt", ""), 2 * MAX_PROMPT)
        reason = call.text.error(refusal.key, refusal.values)
        await refuse(call.interaction, f"{reason}\n{call.text('remix.typed', prompt=words)}" if words else reason)


async def _submit(call: Call, target: CustomId, entered: Mapping[str, str]) -> None:
    typed = Wish(
        prompt=entered.get("prompt", ""),
        negative=entered.get("negative") or None,
        style=entered.get("style") or None,
        seed=_seed(entered.get("seed", "")),
    )
    wishes = call.studio.wishes(call.origin(private=call.private()), typed)
    if len(wishes) > 1:
        await ask_first(call, wishes, complete=lambda wish: _merged(call, target.id, wish))
        return

    async def ask(origin: Origin) -> Accepted:
        wish = await _merged(call, target.id, wishes[0])
        return await call.studio.submit(call.actor, origin, wish)

    await call.submit(wishes[0], ask)


async def _merged(call: Call, job_id: int, changed: Wish) -> Wish:
    # The form says that an empty style is none; a default must not come in its place.
    changed = replace(changed, style=changed.style or NO_STYLE)
    try:
        parent = await call.studio.wish_of(call.actor, job_id)
        artworks = await call.studio.job_artworks(job_id)
    except Refusal:
        # It was removed while the form was open; what the member typed still stands by itself.
        return changed
    after = parent.change if parent.mode == IMAGINE else Change()
    parents = tuple(artwork.id for artwork in artworks if not artwork.removed)
    return replace(
        changed,
        size=changed.size or parent.size,
        count=parent.count,
        model=parent.model,
        palette=parent.palette,
        parents=parents or parent.parents,
        change=replace(changed.change, like=after.like, style_like=after.style_like),
    )


def _seed(entered: str) -> int | None:
    """Return the seed, as `/imagine` would take it.

    Raises:
        Refusal: seed.
    """
    if not entered.strip():
        return None
    if not re.fullmatch(r"\d{1,16}", entered.strip(), re.ASCII) or int(entered) > MAX_SEED:
        raise Refusal("seed", most=MAX_SEED)
    return int(entered)
