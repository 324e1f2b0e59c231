"""What a prompt says beside its words: choices, parameters, wildcards."""

import re
from dataclasses import dataclass, replace

from engine.api import Brief, Description
from engine.api.errors import InvalidBrief
from engine.cli.request import Wish, brief_of, drawn_seed
from engine.prompting import Crafted, craft, shaped, variants

_RATIO = re.compile(r"\s*(\d{1,4})\s*[:/]\s*(\d{1,4})\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Order:
    """One brief, and what its prompt said that only the engine or the person can make something of."""

    brief: Brief
    ratio: tuple[int, int] | None = None
    """Of width to height."""
    notices: tuple[str, ...] = ()

    def fitted(self, description: Description) -> Brief:
        """Return the brief with sides of the ratio that was asked for, at the area of the model that will paint it."""
        name = self.brief.model or description.default_model
        model = next((model for model in description.models if model.name == name), None)
        if self.ratio is None or model is None:
            return self.brief
        width, height = shaped(self.ratio, model.native, model.multiple)
        return replace(self.brief, width=width, height=height)


def orders_of(wish: Wish, source: str | None, most: int) -> list[Order]:
    """Return what a wish asks for: one order, or as many as the choices in its prompt make.

    Args:
        wish: What was typed.
        source: SHA-256 of the picture to start from.
        most: Orders that one prompt may become.

    Raises:
        InvalidBrief: as `brief_of`, or the prompt cannot be understood.
    """
    ratio = _shape(wish.size)
    if ratio is not None:
        wish = replace(wish, size=None)
    if wish.prompt is None:
        return [Order(brief_of(wish, source), ratio)]
    seed = drawn_seed() if wish.seed is None else wish.seed
    options = {"ar": wish.size or ratio, "seed": wish.seed, "style": wish.style}
    said = frozenset(name for name, value in options.items() if value is not None)
    return [
        _order(wish, source, craft(prompt, negative=wish.negative or "", said=said, seed=seed, tiles=True), seed, ratio)
        for prompt in variants(wish.prompt, most)
    ]


def _shape(size: str | None) -> tuple[int, int] | None:
    """Read a shape such as 3:2; pixels are none."""
    match = _RATIO.fullmatch(size or "")
    if match is None:
        return None
    if not int(match[1]) or not int(match[2]):
        raise InvalidBrief(f"{match[0]} is no shape; --size takes pixels such as 512x768, or a shape such as 3:2.")
    return int(match[1]), int(match[2])


def _order(wish: Wish, source: str | None, crafted: Crafted, seed: int, ratio: tuple[int, int] | None = None) -> Order:
    changed = replace(
        wish,
        prompt=crafted.prompt,
        negative=crafted.negative or None,
        seed=seed if crafted.seed is None else crafted.seed,
        style=wish.style if crafted.style is None else crafted.style,
        tile=crafted.tile or wish.tile,
    )
    return Order(
        brief_of(changed, source), ratio or crafted.ratio, tuple(notice.sentence() for notice in crafted.notices)
    )
