"""Sheets to look at: the painted corpus with its captions, and what each step makes of gathered pictures."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw, ImageFont

from engine.corpus.captions import caption
from engine.corpus.factors import PLACES, Factors, Figure, generator
from engine.corpus.gathered.prepare.pipeline import Pipeline, Stage
from engine.corpus.gathered.samples import Entry
from engine.corpus.lexicon import LANGUAGES, values
from engine.corpus.painter import paint, paint_indexed
from engine.pictures.sheet import FAINT, PAPER, TEXT

CELL = 160
_GUTTER, _MARGIN = 14, 28
_SIZE, _LINE = 13, 18
_HEADING = 30
_MOST_LINES = 4
_MOST_COLUMNS = 10
_COLUMNS = 6
_SIDE = 128
_CAPTION_STREAM = 2
_CHINESE_FONTS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansSC-Regular.otf",
    "SourceHanSansSC-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "msyh.ttc",
    "simsun.ttc",
)
"""Files that Pillow looks up among the system's fonts; the one it brings has no Chinese."""
_PLAIN = Factors((Figure("fox", None, "centre", "large"),), "meadow", "noon", None, None, "plain")
"""What the rows of factors vary, one factor each."""

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True)
class Cell:
    """A picture, if there is one, and lines below it, the first of them brighter."""

    picture: Image.Image | None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """Cells side by side under a heading, which may be empty."""

    heading: str
    cells: tuple[Cell, ...]


def grid_sheet(rows: Sequence[Row]) -> Image.Image:
    """Draw rows of cells as an RGB picture."""
    columns = max(len(row.cells) for row in rows)
    width = 2 * _MARGIN + columns * CELL + (columns - 1) * _GUTTER
    heights = [_height(row) for row in rows]
    sheet = Image.new("RGB", (width, 2 * _MARGIN + sum(heights)), PAPER)
    draw = ImageDraw.Draw(sheet)
    top = _MARGIN
    for row, height in zip(rows, heights, strict=True):
        y = top
        if row.heading:
            draw.text((_MARGIN, y), _shortened(row.heading, width - 2 * _MARGIN), fill=TEXT, font=_font(_SIZE + 2))
            y += _HEADING
        for column, cell in enumerate(row.cells):
            _draw_cell(sheet, draw, cell, _MARGIN + column * (CELL + _GUTTER), y)
        top += height
    return sheet


def painted_rows(count: int, seed: int = 0) -> tuple[list[Row], list[tuple[str, ...]]]:
    """Paint the first pictures of the corpus and a row a factor; return the rows and the captions of the first ones."""
    cells, captions = [], []
    for index in range(count):
        pixels, factors = paint_indexed(seed, index, _SIDE)
        rng = generator(seed, index, _CAPTION_STREAM)
        said = tuple(caption(factors, rng, language) for language in LANGUAGES)
        captions.append(said)
        cells.append(Cell(Image.fromarray(pixels), (f"{index + 1}  {said[0]}", *said[1:])))
    rows = [Row("", tuple(cells[start : start + _COLUMNS])) for start in range(0, count, _COLUMNS)]
    return [*rows, *(_factor_row(factor) for factor in _VARIED)], captions


def prepared_rows(pipeline: Pipeline, entries: Sequence[Entry]) -> list[Row]:
    """Return a row a picture with a cell a step."""
    rows = []
    for entry in entries:
        cells: list[Cell] = []
        for stage in pipeline.stages(entry):
            cells += _stage_cells(stage, cells[-1] if cells else None)
        rows.append(Row(entry.name, tuple(cells)))
    return rows


def can_write_chinese() -> bool:
    """Tell whether the system has a font for Chinese captions."""
    return _chinese_font(_SIZE) is not None


_VARIED = ("style", "ground", "hour", "mood", "palette", "colour", "size", "place", "subject")


def _factor_row(factor: str) -> Row:
    options = list(PLACES) if factor == "place" else list(values(factor))
    step = max(1, -(-len(options) // _MOST_COLUMNS))
    shown = options[::step]
    heading = factor if step == 1 else f"{factor} ({len(shown)} of {len(options)})"
    return Row(heading, tuple(Cell(_varied(factor, value), (value,)) for value in shown))


def _varied(factor: str, value: str) -> Image.Image:
    if factor in ("colour", "size", "place", "subject"):
        factors = replace(_PLAIN, figures=(replace(_PLAIN.figures[0], **{factor: value}),))
    else:
        factors = replace(_PLAIN, **{factor: value})
    return Image.fromarray(paint(factors, generator(0, 0, 1), _SIDE))


def _stage_cells(stage: Stage, before: Cell | None) -> list[Cell]:
    if not stage.samples:
        return [Cell(None, (stage.step, f"dropped: {stage.dropped}"))]
    cells = []
    for number, sample in enumerate(stage.samples, 1):
        title = stage.step if len(stage.samples) == 1 else f"{stage.step} {number}"
        width, height = sample.picture.size
        same = before is not None and before.picture is not None and _equal(before.picture, sample.picture)
        said = sample.caption if stage.step == "caption" else "as it was" if same else f"{width} x {height}"
        cells.append(Cell(sample.picture, (title, said)))
    return cells


def _equal(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and one.tobytes() == other.tobytes()


def _draw_cell(sheet: Image.Image, draw: ImageDraw.ImageDraw, cell: Cell, x: int, y: int) -> None:
    if cell.picture is None:
        draw.rectangle((x, y, x + CELL - 1, y + CELL - 1), outline=FAINT)
        draw.line((x, y, x + CELL - 1, y + CELL - 1), fill=FAINT)
    else:
        scale = CELL / max(cell.picture.size)
        size = (max(1, round(cell.picture.width * scale)), max(1, round(cell.picture.height * scale)))
        fitted = cell.picture.resize(size, Image.Resampling.LANCZOS)
        sheet.paste(fitted, (x + (CELL - size[0]) // 2, y + (CELL - size[1]) // 2))
    y += CELL + 6
    for number, text in enumerate(cell.lines):
        for line in _wrapped(text):
            draw.text((x, y), line, fill=FAINT if number else TEXT, font=_font_for(line))
            y += _LINE


def _height(row: Row) -> int:
    lines = max(sum(len(_wrapped(text)) for text in cell.lines) for cell in row.cells)
    return (_HEADING if row.heading else 0) + CELL + 6 + lines * _LINE + _GUTTER


def _wrapped(text: str) -> list[str]:
    """Break a text into lines of a cell's width, after words or, in Chinese, anywhere; too much is cut off."""
    font = _font_for(text)
    if _is_wide(text) and font is _font(_SIZE):
        return []
    pieces = list(text) if _is_wide(text) else [f"{word} " for word in text.split()]
    lines = [""]
    for piece in pieces:
        if lines[-1] and font.getlength((lines[-1] + piece).rstrip()) > CELL:
            lines.append("")
        lines[-1] += piece
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], f"{lines[_MOST_LINES - 1].rstrip()}..."]
    return [_shortened(line.rstrip(), CELL) for line in lines]


def _shortened(line: str, width: int) -> str:
    font = _font_for(line)
    while len(line) > 4 and font.getlength(line) > width:
        line = f"{line[:-4]}..."
    return line


def _is_wide(text: str) -> bool:
    return any("\u2e80" <= char <= "\uffef" for char in text)


def _font_for(text: str) -> Font:
    return (_chinese_font(_SIZE) if _is_wide(text) else None) or _font(_SIZE)


@functools.cache
def _font(size: int) -> Font:
    return ImageFont.load_default(size)


@functools.cache
def _chinese_font(size: int) -> Font | None:
    for name in _CHINESE_FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return None
