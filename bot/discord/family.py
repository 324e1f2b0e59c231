"""The family tree of a picture, drawn and told."""

import asyncio
import base64
import json
import logging
import sys
from typing import Any

from bot.discord.call import Call
from bot.discord.pictures import Chosen
from bot.discord.render.family import Relative, family_panel
from bot.studio.requests import Refusal
from bot.studio.rights import may_see
from storage.records import Artwork

log = logging.getLogger(__name__)

_PATIENCE_S = 30.0


async def show_family(call: Call, picture: Chosen, *, typed: bool) -> None:
    """Show where a picture comes from and what has come of it, to the member alone.

    Args:
        call: The interaction.
        picture: An artwork.
        typed: Whether they named it by its number, instead of pressing a button under it.
    """
    await call.defer()
    assert picture.artwork_id is not None
    if typed:
        await call.studio.choose(call.actor, call.origin(private=True), picture.artwork_id)
    family = await call.studio.family(call.actor, picture.artwork_id)
    works = [work for row in family.generations for work in row]
    numbers = {work.id: number for number, work in enumerate(works, 1)}
    relatives = [await _relative(call, numbers[work.id], work, work.id == picture.artwork_id) for work in works]
    drawing = None
    if len(works) > 1:
        looks = {one.number: await call.look(one.work) if one.shown else None for one in relatives}
        nodes = {work.id: _node(numbers, work, looks[numbers[work.id]], picture.artwork_id) for work in works}
        drawing = await drawn([[nodes[work.id] for work in row] for row in family.generations])
    await call.show(family_panel(relatives, len(family.generations), family.left_out, drawing, call.text))


async def drawn(told: list[list[dict[str, Any]]]) -> bytes | None:
    """Return the drawing as WebP; None where it could not be made, which is logged."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.discord.draw_tree",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    drawing = b""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            drawing, _ = await process.communicate(json.dumps(told).encode())
    except TimeoutError:
        log.warning("A family tree was not drawn within %s s.", _PATIENCE_S)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return drawing or None


async def _relative(call: Call, number: int, work: Artwork, asked: bool) -> Relative:
    job = None
    if may_see(call.actor, work) and not work.removed:
        try:
            job = await call.studio.job(work.job_id)
        except Refusal:
            job = None
    return Relative(number=number, work=work, job=job, asked=asked, private=not may_see(call.actor, work))


def _node(numbers: dict[int, int], work: Artwork, look: bytes | None, asked: int) -> dict[str, Any]:
    return {
        "number": numbers[work.id],
        "picture": None if look is None else base64.b64encode(look).decode(),
        "parents": [numbers[parent] for parent in work.parents if parent in numbers],
        "asked": work.id == asked,
    }
