"""Where the source of an edit lies on the new picture, and which part of that is painted anew.

The size painted is the one asked for, else the source's own where the model takes it (with `place`, as much larger as
the place says), else its shape at about the model's native area. Without `place`, a source of another shape is scaled
and cropped about its middle. A source whose size is kept is never resampled, so that it stays to the bit.
"""

from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image, ImageOps

from engine.api import Box, Brief
from engine.api.errors import InvalidBrief
from engine.diffusion import pixels
from engine.diffusion.model import Defaults
from engine.diffusion.sizes import keeps, size_of, whole
from engine.modes.filling import continued

_LIKENESS = 0.02
"""How far the shape of a mask may be from that of its picture, for masks that were saved at another size."""
_TOUCHING = 1e-6
_NEAREST = Image.Resampling.NEAREST
_LANCZOS = Image.Resampling.LANCZOS


@dataclass(frozen=True)
class Laid:
    """A source on its canvas."""

    picture: Image.Image
    """RGB, of the size that is painted: mirrored where it is unknown, and without what is to be erased."""
    marked: Image.Image
    """Mode L, of the same size: 255 where it is painted anew, 0 elsewhere."""


def lay(brief: Brief, source: Image.Image, mask: Image.Image | None, defaults: Defaults) -> Laid:
    """Lay the source of a brief on its canvas and mark what is painted anew.

    Raises:
        InvalidBrief: a size that the model does not take, or a mask, box or place that misses the picture.
    """
    marked = _marked(brief, source, mask)
    width, height = _size(brief, source, defaults)
    if brief.place is None:
        picture = pixels.fit(source, width, height)
        marked = ImageOps.fit(marked, (width, height), _NEAREST)
    else:
        picture, marked = _placed(brief.place, source, marked, (width, height), defaults.multiple)
    _check(marked)
    return Laid(_emptied(picture, marked) if brief.mode == "erase" else picture, marked)


def _marked(brief: Brief, source: Image.Image, mask: Image.Image | None) -> Image.Image:
    """Return what mask and box mark on the source, as 255 on 0."""
    marked = Image.new("L", source.size, 0)
    if mask is not None:
        if abs(mask.width * source.height / (mask.height * source.width) - 1) > _LIKENESS:
            raise InvalidBrief(
                f"The mask has {mask.width} x {mask.height} pixels and the picture {source.width} x {source.height}; "
                "draw it on the picture itself."
            )
        drawn = np.asarray(mask.convert("L").resize(source.size, _NEAREST)) > 127
        if not drawn.any():
            raise InvalidBrief("The mask marks nothing; paint what is to change in white, on black.")
        marked.paste(255, mask=Image.fromarray(drawn))
    if brief.box is not None:
        left, top, right, bottom = _pixels(brief.box, *source.size)
        left, top, right, bottom = max(left, 0), max(top, 0), min(right, source.width), min(bottom, source.height)
        if left >= right or top >= bottom:
            raise InvalidBrief("The box holds nothing of the picture; name left, top, right and bottom within it.")
        marked.paste(255, (left, top, right, bottom))
    return marked


def _size(brief: Brief, source: Image.Image, defaults: Defaults) -> tuple[int, int]:
    if brief.width is not None or brief.height is not None or not keeps(source.size, defaults):
        width, height = size_of(brief, defaults, source)
    else:
        width, height = source.size
    if brief.place is None or brief.width is not None or brief.height is not None:
        return width, height
    across, down = brief.place.right - brief.place.left, brief.place.bottom - brief.place.top
    if across <= 0 or down <= 0:
        raise _misplaced()
    return whole(width / across, defaults), whole(height / down, defaults)


def _placed(
    place: Box, source: Image.Image, marked: Image.Image, size: tuple[int, int], multiple: int
) -> tuple[Image.Image, Image.Image]:
    """Put a source and what is marked of it on a canvas; around it the source is mirrored, and all is marked."""
    left, top, right, bottom = _pixels(place, *size)
    if abs(right - left - source.width) < multiple and abs(bottom - top - source.height) < multiple:
        # The canvas was rounded to what the model paints; that is no reason to resample what stays.
        left, right = _snapped(place.left, place.right, source.width, size[0])
        top, bottom = _snapped(place.top, place.bottom, source.height, size[1])
    seen = (max(left, 0), max(top, 0), min(right, size[0]), min(bottom, size[1]))
    if seen[0] >= seen[2] or seen[1] >= seen[3]:
        raise _misplaced()
    # Only what is seen is scaled: a place may ask for a thousandfold.
    across, down = source.width / (right - left), source.height / (bottom - top)
    box = ((seen[0] - left) * across, (seen[1] - top) * down, (seen[2] - left) * across, (seen[3] - top) * down)
    extent = (seen[2] - seen[0], seen[3] - seen[1])
    if (across, down) == (1, 1):
        exact = (round(box[0]), round(box[1]), round(box[2]), round(box[3]))
        shown, part = source.crop(exact), marked.crop(exact)
    else:
        shown, part = source.resize(extent, _LANCZOS, box=box), marked.resize(extent, _NEAREST, box=box)
    around = Image.new("L", size, 255)
    around.paste(part, seen)
    # Mirrored, it has the same texture and no seam to begin with; blurred colours would be painted as blur.
    margins = ((seen[1], size[1] - seen[3]), (seen[0], size[0] - seen[2]), (0, 0))
    return Image.fromarray(np.pad(np.asarray(shown), margins, "symmetric")), around


def _snapped(low: float, high: float, length: int, side: int) -> tuple[int, int]:
    """Return where a length begins and ends on a side, at the edge that its place touches."""
    if low == 0:
        return 0, length
    begin = side - length if abs(high - 1) < _TOUCHING else round(low * side)
    return begin, begin + length


def _check(marked: Image.Image) -> None:
    least, most = marked.getextrema()
    if most == 0:
        raise InvalidBrief("Nothing would be painted anew; mark a part of the picture, or extend it.")
    if least != 0:
        raise InvalidBrief("All of the picture would be painted anew; mark a part of it, or ask for a variation.")


def _emptied(picture: Image.Image, marked: Image.Image) -> Image.Image:
    known = torch.from_numpy((np.asarray(marked) == 0).astype(np.float32))[None, None]
    return pixels.to_images(continued(pixels.to_tensor(picture), known))[0]


def _pixels(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    return round(box.left * width), round(box.top * height), round(box.right * width), round(box.bottom * height)


def _misplaced() -> InvalidBrief:
    return InvalidBrief("The picture would lie outside the new one; give it a place that overlaps it.")
