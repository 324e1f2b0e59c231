"""What every brief must satisfy before any family sees it. What depends on the model is the family's to refuse."""

import secrets
from dataclasses import replace

from engine.api import MAX_PROMPT, MAX_SIDE, Adjustment, Brief
from engine.api.errors import InvalidBrief
from engine.pictures import animation
from engine.wire.frames import MAX_ATTACHED

DRAWN_SEEDS = 2**32
"""Seeds that are drawn stay below this: short enough to be read out and typed."""
MOST_BYTES = MAX_ATTACHED // 2
"""No picture is encoded larger, whatever the brief allows, so that it fits into a frame beside its thumbnail."""


def checked(brief: Brief) -> Brief:
    """Return the brief with its seed drawn and its limits applied.

    Raises:
        InvalidBrief: it cannot be painted by any model, or not be put together on this machine.
    """
    if brief.ingredients and brief.family != "diffusion":
        raise InvalidBrief("Only models of diffusion blend and morph; leave the family out.")
    if (
        brief.source is None
        and not brief.ingredients
        and not any(char.isprintable() and not char.isspace() for char in brief.prompt)
    ):
        raise InvalidBrief("The prompt is empty; say in words what to paint.")
    _check_text(brief.prompt, "prompt")
    _check_text(brief.negative, "negative prompt")
    if brief.mode == "morph":
        animation.check(brief.animation)
    for each in brief.ingredients:
        _check_text(each.prompt, "prompt")
        _check_text(each.negative, "negative prompt")
    for change in brief.timeline:
        check_change(change)
    for side, name in ((brief.width, "width"), (brief.height, "height")):
        if side is not None and side > MAX_SIDE:
            raise InvalidBrief(f"A {name} of {side:,} pixels is too large; the most is {MAX_SIDE:,}.")
    if brief.only is not None and brief.only >= brief.count:
        raise InvalidBrief(
            f"Picture {brief.only} was asked for alone, but the {brief.count} that are painted are numbered from 0."
        )
    seed = secrets.randbelow(DRAWN_SEEDS) if brief.seed is None else brief.seed
    return replace(brief, seed=seed, max_bytes=min(brief.max_bytes, MOST_BYTES))


def check_change(change: Adjustment) -> None:
    """Refuse a change to a running brief that no model could make.

    Raises:
        InvalidBrief: its prompt is too long.
    """
    if change.prompt is not None:
        _check_text(change.prompt, "prompt")


def _check_text(text: str, name: str) -> None:
    if len(text) > MAX_PROMPT:
        raise InvalidBrief(f"The {name} has {len(text):,} characters; the most is {MAX_PROMPT:,}, so shorten it.")
