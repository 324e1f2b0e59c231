"""`python -m engine.styles.thumbnails`: paint the example of every style anew, with the shipped model.

Writes `examples/NAME.webp` beside the catalogue and one labelled sheet to look at.
"""

import argparse
import asyncio
import io
import math
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from engine.api import Brief, Picture
from engine.client import Engine, connect
from engine.pictures.sheet import PAPER, TEXT
from engine.settings import load_settings
from engine.styles.catalogue import Style, catalogue
from engine.styles.examples import FOLDER

PROMPT = "a fox in a meadow at noon"
SEED = 3
MOST_BYTES = 400_000
"""Of all examples together."""
_QUALITY = 84
_COLUMNS, _GAP, _LABEL = 8, 8, 20


def main() -> None:
    """Paint, write and say how large all of it is."""
    parser = argparse.ArgumentParser(description="Paint the example of every style with the shipped model.")
    parser.add_argument("--sheet", type=Path, help="Where a labelled sheet of all of them goes, as PNG.")
    parser.add_argument("--only", nargs="*", help="Names of styles; all of them unless said.")
    arguments = parser.parse_args()
    wanted = [style for style in catalogue() if not arguments.only or style.name in arguments.only]
    FOLDER.mkdir(exist_ok=True)
    asyncio.run(_write_all(wanted))
    files = sorted(FOLDER.glob("*.webp"))
    total = sum(file.stat().st_size for file in files)
    print(f"{len(files)} examples, {total:,} bytes of {MOST_BYTES:,}")  # noqa: T201
    if arguments.sheet:
        sheet(wanted).save(arguments.sheet)


async def _write_all(styles: Sequence[Style]) -> None:
    async with connect(load_settings()) as engine:
        await asyncio.gather(*(_write(engine, style) for style in styles))


async def _write(engine: Engine, style: Style) -> None:
    brief = Brief(id=style.name, prompt=PROMPT, style=style.name, count=1, seed=SEED, model="mini", executor="full")
    async with aclosing(engine.paint(brief)) as events:
        async for event in events:
            if isinstance(event, Picture):
                with Image.open(io.BytesIO(event.image)) as image:
                    image.convert("RGB").save(FOLDER / f"{style.name}.webp", quality=_QUALITY, method=6)


def sheet(styles: Sequence[Style]) -> Image.Image:
    """Return the examples of these styles side by side, each with its name below."""
    pictures = [Image.open(FOLDER / f"{style.name}.webp").convert("RGB") for style in styles]
    side = max(picture.width for picture in pictures)
    rows = math.ceil(len(pictures) / _COLUMNS)
    width, height = side + _GAP, side + _GAP + _LABEL
    laid = Image.new("RGB", (_COLUMNS * width + _GAP, rows * height + _GAP), PAPER)
    draw, font = ImageDraw.Draw(laid), ImageFont.load_default(13)
    for at, (style, picture) in enumerate(zip(styles, pictures, strict=True)):
        x, y = _GAP + at % _COLUMNS * width, _GAP + at // _COLUMNS * height
        laid.paste(picture, (x, y))
        draw.text((x, y + side + 3), style.name, fill=TEXT, font=font)
    return laid


if __name__ == "__main__":
    main()
