"""What size a picture is painted at."""

from PIL.Image import Image

from engine.api import Brief
from engine.api.errors import InvalidBrief
from engine.diffusion.model import Defaults
from engine.prompting.shape import least_side


def size_of(brief: Brief, defaults: Defaults, source: Image | None) -> tuple[int, int]:
    """Return the size that a brief asks for: its own, or the shape of its source, or the model's native one.

    Raises:
        InvalidBrief: the model does not take that size.
    """
    width, height = defaults.width, defaults.height
    if source is not None and brief.width is None and brief.height is None:
        width, height = _like(source, defaults)
    width, height = brief.width or width, brief.height or height
    smallest = _smallest(defaults)
    for name, side in (("width", width), ("height", height)):
        if not smallest <= side <= defaults.max_side:
            raise InvalidBrief(
                f"A {name} of {side} pixels is out of range; this model paints {smallest} to {defaults.max_side}."
            )
        if side % defaults.multiple:
            lower = side // defaults.multiple * defaults.multiple
            raise InvalidBrief(
                f"A {name} of {side} pixels is not divisible by {defaults.multiple}; "
                f"take {lower} or {lower + defaults.multiple}."
            )
    return width, height


def fitting(source: Image, defaults: Defaults) -> tuple[int, int]:
    """Return a picture's own size where the model paints that, else its shape at about the native area."""
    return source.size if keeps(source.size, defaults) else _like(source, defaults)


def keeps(size: tuple[int, int], defaults: Defaults) -> bool:
    """Whether the model paints that size as it is."""
    smallest = _smallest(defaults)
    return all(smallest <= side <= defaults.max_side and side % defaults.multiple == 0 for side in size)


def whole(length: float, defaults: Defaults) -> int:
    """Return the side nearest to a length that the model paints."""
    rounded = round(length / defaults.multiple) * defaults.multiple
    return min(max(rounded, _smallest(defaults)), defaults.max_side // defaults.multiple * defaults.multiple)


def _smallest(defaults: Defaults) -> int:
    return least_side((defaults.width, defaults.height), defaults.multiple)


def _like(source: Image, defaults: Defaults) -> tuple[int, int]:
    """Return the shape of a picture at about the area that the model paints natively."""
    ratio = (source.width / source.height) ** 0.5
    side = (defaults.width * defaults.height) ** 0.5

    def whole(length: float) -> int:
        smallest = max(defaults.multiple, int(side) // 2 // defaults.multiple * defaults.multiple)
        rounded = round(length / defaults.multiple) * defaults.multiple
        return min(max(rounded, smallest), defaults.max_side // defaults.multiple * defaults.multiple)

    return whole(side * ratio), whole(side / ratio)
