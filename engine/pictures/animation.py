"""Pictures that move, as files of several kinds that fit where they are sent."""

import hashlib
import io
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from PIL import Image

from engine.api.brief import Animation, Brief
from engine.api.errors import InvalidBrief
from engine.api.events import Moving
from engine.api.recipe import Recipe
from engine.pictures.encode import thumbnail
from engine.pictures.provenance import png_info, xmp_packet

FRAME_MS = 120
"""How long a frame is shown, in milliseconds."""
MIMES: dict[Animation, str] = {"webp": "image/webp", "apng": "image/apng", "gif": "image/gif", "mp4": "video/mp4"}
_QUALITIES = (90, 80, 65, 50)
_SHRINK = 0.75
_SMALLEST_SIDE = 64
"""Pixels of the longest side below which it is no longer worth sending."""
_FFMPEG_S = 120.0
_REPEATS = 3
"""How often a film is told: players stop where it ends, and two seconds are over too soon."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An animation as a file."""

    data: bytes
    mime: str
    width: int
    height: int


def check(kind: Animation) -> None:
    """Refuse a kind of file that cannot be made here, before minutes are spent on painting.

    Raises:
        InvalidBrief: it needs ffmpeg, which is not installed.
    """
    if kind == "mp4" and shutil.which("ffmpeg") is None:
        raise InvalidBrief("MP4 needs ffmpeg, which is not installed here; ask for webp, apng or gif.")


def encode(images: Sequence[Image.Image], kind: Animation, recipe: Recipe | None, max_bytes: int) -> Moved:
    """Encode RGB pictures of one size, in the order shown, into at most `max_bytes`; all but films run for ever.

    The recipe and the AI mark are in WebP and APNG; prompt, seed and model in the comment of a GIF or an MP4.

    Raises:
        InvalidBrief: it cannot be made to fit, or ffmpeg is missing or fails.
    """
    check(kind)
    for scaled in _scaled(images):
        for data in _ENCODERS[kind](scaled, recipe):
            if len(data) <= max_bytes:
                return Moved(data, MIMES[kind], *scaled[0].size)
    raise InvalidBrief(
        f"The {len(images)} frames cannot be made to fit into {max_bytes:,} bytes; ask for fewer frames or allow more."
    )


def moving(frames: Sequence[Image.Image], recipe: Recipe, brief: Brief) -> Moving:
    """Put the frames of a morph together.

    Args:
        frames: RGB, one size, in their order.
        recipe: of any of them.
        brief: of the morph.

    Raises:
        InvalidBrief: as `encode`.
    """
    whole = whole_recipe(recipe, brief)
    order = shown(len(frames), brief)
    made = encode([frames[at] for at in order], brief.animation, whole, brief.max_bytes)
    return Moving(
        image=made.data,
        mime=made.mime,
        sha256=hashlib.sha256(made.data).hexdigest(),
        still=thumbnail(frames[len(frames) // 2]),
        width=made.width,
        height=made.height,
        frames=len(order),
        seconds=len(order) * FRAME_MS / 1000,
        recipe=whole,
    )


def whole_recipe(frame: Recipe, brief: Brief) -> Recipe:
    """Return the recipe of a whole morph from that of one of its frames."""
    return replace(
        frame,
        mode="morph",
        ingredients=brief.ingredients,
        strength=brief.strength,
        count=brief.count,
        index=0,
        loop=brief.loop,
    )


def shown(frames: int, brief: Brief) -> list[int]:
    """Return which frame is shown when: there and back again in a loop between two, else each once."""
    there = list(range(frames))
    return there + there[-2:0:-1] if brief.loop and len(brief.ingredients) == 2 else there


def _scaled(images: Sequence[Image.Image]) -> Iterator[list[Image.Image]]:
    width, height = images[0].size
    scale = 1.0
    while scale == 1.0 or max(width, height) * scale >= _SMALLEST_SIDE:
        # Films of the usual kind have even sides.
        size = (max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2))
        yield [image if image.size == size else image.resize(size, Image.Resampling.LANCZOS) for image in images]
        scale *= _SHRINK


def _webp(images: Sequence[Image.Image], recipe: Recipe | None) -> Iterator[bytes]:
    for quality in _QUALITIES:
        yield _saved(images, "WEBP", quality=quality, xmp=xmp_packet(recipe), loop=0)


def _apng(images: Sequence[Image.Image], recipe: Recipe | None) -> Iterator[bytes]:
    yield _saved(images, "PNG", pnginfo=png_info(recipe), loop=0)


def _gif(images: Sequence[Image.Image], recipe: Recipe | None) -> Iterator[bytes]:
    # One palette for all frames, or colours would flicker.
    together = Image.new("RGB", (images[0].width, images[0].height * len(images)))
    for place, image in enumerate(images):
        together.paste(image, (0, place * image.height))
    palette = together.quantize(256, method=Image.Quantize.MEDIANCUT)
    few = [image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG) for image in images]
    yield _saved(few, "GIF", comment=_comment(recipe).encode(), loop=0, optimize=False)


def _mp4(images: Sequence[Image.Image], recipe: Recipe | None) -> Iterator[bytes]:
    width, height = images[0].size
    frames = b"".join(image.tobytes() for image in images) * _REPEATS
    for quality in (18, 24, 30):
        command = ["ffmpeg", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}"]
        command += ["-r", f"{1000 / FRAME_MS:.3f}", "-i", "-", "-pix_fmt", "yuv420p", "-crf", str(quality)]
        command += [
            "-metadata",
            f"comment={_comment(recipe)}",
            "-movflags",
            "frag_keyframe+empty_moov",
            "-f",
            "mp4",
            "-",
        ]
        try:
            made = subprocess.run(command, input=frames, capture_output=True, check=True, timeout=_FFMPEG_S)  # noqa: S603
        except (OSError, subprocess.SubprocessError) as error:
            raise InvalidBrief("ffmpeg could not make an MP4 of the frames; ask for webp, apng or gif.") from error
        yield made.stdout


_ENCODERS: dict[Animation, Callable[[Sequence[Image.Image], Recipe | None], Iterator[bytes]]] = {
    "webp": _webp,
    "apng": _apng,
    "gif": _gif,
    "mp4": _mp4,
}


def _saved(images: Sequence[Image.Image], form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    first, *others = images
    first.save(buffer, form, save_all=True, append_images=others, duration=FRAME_MS, **options)
    return buffer.getvalue()


def _comment(recipe: Recipe | None) -> str:
    """Write the recipe short enough for a comment."""
    return (
        ""
        if recipe is None
        else json.dumps({"prompt": recipe.prompt[:500], "seed": recipe.seed, "model": recipe.model})
    )
