"""What every command that paints does: reach the engine, show progress, write the pictures, say where they are."""

import asyncio
import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image

from engine.api import Brief, EngineError, Finished, Moving, Picture, Progress, Queued
from engine.api.errors import EngineLost, InternalError, UnreadablePicture
from engine.cli.comparison import Comparison
from engine.cli.console import console, print_json, results, shown_path, visible
from engine.cli.crafting import Order
from engine.cli.files import Names, slug, write_whole
from engine.cli.listings import complain
from engine.cli.progress import Report, report
from engine.cli.request import MAX_BYTES, new_id
from engine.client import Engine, connect
from engine.pictures.encode import PNG, encode
from engine.pictures.intake import MAX_UPLOAD_BYTES
from engine.pictures.provenance import recipe_dict
from engine.pictures.sheet import contact_sheet
from engine.settings import load_settings

_GLANCE_S = 0.3
_SECOND_TRY = "-again"
"""Ends the id of a brief that is painted for the second time."""


@dataclass(frozen=True, slots=True)
class Painted:
    """What came of a brief."""

    brief: Brief
    pictures: Mapping[int, Picture]
    paths: Mapping[int, Path]
    sheet: Path | None
    finished: Finished
    moving: Moving | None = None
    """Of a morph."""


def inputs_of(*files: bytes | None) -> dict[str, bytes]:
    """Return files by the SHA-256 that a brief names them by.

    Raises:
        UnreadablePicture: one is too large.
    """
    found = [data for data in files if data is not None]
    if any(len(data) > MAX_UPLOAD_BYTES for data in found):
        raise UnreadablePicture(f"Pictures of up to {MAX_UPLOAD_BYTES // 2**20} MiB are read; send a smaller one.")
    return {hashlib.sha256(data).hexdigest(): data for data in found}


def paint(brief: Brief, inputs: Mapping[str, bytes], out: Path, show: Callable[[Painted], None]) -> None:
    """Paint a brief that refers to `inputs` by their SHA-256, write the pictures and show what came of it."""
    paint_all([Order(brief)], inputs, out, show)


def paint_all(orders: Sequence[Order], inputs: Mapping[str, bytes], out: Path, show: Callable[[Painted], None]) -> None:
    """Paint one order after the other, as `paint` does."""
    asyncio.run(_paint_by_engine(orders, inputs, out, show))


async def _paint_by_engine(
    orders: Sequence[Order], inputs: Mapping[str, bytes], out: Path, show: Callable[[Painted], None]
) -> None:
    settings = load_settings()
    complain(settings)
    async with connect(settings) as engine:
        for order in orders:
            with report(console(), 1 if order.brief.only is not None else order.brief.count) as progress:
                # Once it has answered, losing the engine means that it was lost while painting.
                brief = order.fitted(await engine.describe())
                painted = await _painted(engine, brief, inputs, out, progress)
            notices = (*order.notices, *painted.finished.notices)
            show(replace(painted, finished=replace(painted.finished, notices=notices)))
        if settings.listen is None:
            with suppress(asyncio.CancelledError, EngineError):
                await _prepared(engine)


async def _prepared(engine: Engine) -> None:
    """Wait until the fast executor is ready: an engine of one's own ends with the command, and that work with it."""
    told = False
    while any(model.preparing for model in (await engine.describe()).models):
        if not told:
            console().print("Compiling the model for a quicker start next time, this once; Ctrl-C skips it.")
            told = True
        await asyncio.sleep(_GLANCE_S)


async def _painted(engine: Engine, brief: Brief, inputs: Mapping[str, bytes], out: Path, progress: Report) -> Painted:
    names = Names(out, f"{slug(brief.prompt)}-{brief.seed}")
    pictures: dict[int, Picture] = {}
    paths: dict[int, Path] = {}

    def keep(picture: Picture) -> None:
        if picture.index in paths:  # painted again, for the engine was lost
            write_whole(paths[picture.index], picture.image)
        else:
            suffix = "png" if picture.mime == PNG else picture.mime.rpartition("/")[2]
            paths[picture.index] = names.write(f"{picture.index + 1}.{suffix}", picture.image)
        pictures[picture.index] = picture
        progress.finished(len(pictures))

    moving: list[Moving] = []
    finished = await _paint(engine, brief, inputs, progress, keep, moving.append)
    sheet = None
    if len(pictures) > 1:
        sheet = names.write("sheet.png", _sheet([pictures[index] for index in sorted(pictures)]))
    return Painted(
        brief, dict(sorted(pictures.items())), dict(sorted(paths.items())), sheet, finished, next(iter(moving), None)
    )


async def _paint(
    engine: Engine,
    brief: Brief,
    inputs: Mapping[str, bytes],
    progress: Report,
    keep: Callable[[Picture], None],
    move: Callable[[Moving], None],
) -> Finished:
    """Follow a brief to its end; an engine lost in mid-paint is given one more try, from the same seed."""
    while True:
        try:
            async with aclosing(engine.paint(brief, inputs)) as events:
                async for event in events:
                    if isinstance(event, Queued):
                        progress.queued(event.ahead)
                    elif isinstance(event, Progress):
                        progress.stepped(event.step, event.steps, event.eta_s)
                    elif isinstance(event, Picture):
                        keep(event)
                    elif isinstance(event, Moving):
                        move(event)
                    elif isinstance(event, Finished):
                        return event
        except EngineLost:
            if brief.id.endswith(_SECOND_TRY):
                raise
            progress.say(f"The engine stopped while it painted; painting again from seed {brief.seed}.")
            brief = replace(brief, id=new_id() + _SECOND_TRY)
        else:
            raise InternalError("The engine ended the brief without a word.")


def opened(picture: Picture) -> Image.Image:
    """Decode a picture that the engine painted."""
    with Image.open(io.BytesIO(picture.image)) as image:
        return image.convert("RGB")


def _sheet(pictures: list[Picture]) -> bytes:
    recipe = pictures[0].recipe
    model = Path(recipe.model).name if Path(recipe.model).is_absolute() else recipe.model
    note = f"{model}, {recipe.steps} steps of {recipe.scheduler}, seed {recipe.seed}"
    caption = recipe.prompt if recipe.style is None else f"{recipe.prompt}, {recipe.style}"
    pixelated = "pixel" in caption.casefold()
    return encode(contact_sheet([opened(one) for one in pictures], caption, note, pixelated), None, MAX_BYTES).data


def tell(painted: Painted, comparison: Comparison | None = None, *, as_json: bool) -> None:
    """Print where the pictures are, how long they took and what else is to be said."""
    if as_json:
        print_json(as_plain(painted, comparison))
        return
    out, aside = results(), console()
    for path in (*painted.paths.values(), painted.sheet):
        if path is not None:
            out.print(shown_path(path))
    count = len(painted.pictures)
    plural = "" if count == 1 else "s"
    out.print(f"{count} picture{plural} in {painted.finished.seconds:.1f} s, seed {painted.brief.seed}")
    if comparison is not None:
        out.print(visible(comparison.sentence()))
    for notice in painted.finished.notices:
        aside.print(visible(notice))


def as_plain(painted: Painted, comparison: Comparison | None = None) -> dict[str, Any]:
    """Return what came of a brief for programs."""
    return {
        "seed": painted.brief.seed,
        "seconds": round(painted.finished.seconds, 3),
        "notices": list(painted.finished.notices),
        "sheet": None if painted.sheet is None else str(painted.sheet),
        "pictures": [
            {
                "path": str(painted.paths[index]),
                "sha256": picture.sha256,
                "width": picture.width,
                "height": picture.height,
                "recipe": recipe_dict(picture.recipe),
            }
            for index, picture in painted.pictures.items()
        ],
        "comparison": None
        if comparison is None
        else {
            "identical": comparison.identical,
            "psnr_db": comparison.psnr_db,
            "differences": list(comparison.differences),
        },
    }
