"""Small charts as PNG: lines over an axis, drawn with pillow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from engine.training.losses import read_losses

SCALE = 3
"""Drawn so many times larger and shrunk: pillow's own lines are jagged."""
PANEL = (560, 320)
MARGINS = (64, 34, 20, 46)
"""Left, top, right, bottom."""
INK, GRID, PAPER = "#3a3a3a", "#e4e2dd", "#fdfcf9"
COLOURS = ("#2f6f8f", "#c0562f", "#4f8a4b", "#8a5aa3", "#b08a1e", "#7a6a5d")


@dataclass(frozen=True)
class Line:
    """One curve; ``faint`` ones lie behind the others. ``label`` is written at its end."""

    xs: Sequence[float]
    ys: Sequence[float]
    colour: str = COLOURS[0]
    faint: bool = False
    marks: bool = False
    label: str = ""


@dataclass(frozen=True)
class Panel:
    """One chart. The y axis is logarithmic where all is positive and spans more than a factor of four."""

    title: str
    x_label: str
    lines: Sequence[Line]


def plot_losses(folder: Path) -> None:
    """Draw every column of the log in ``folder`` against its steps, as ``losses.png`` beside it."""
    rows = read_losses(folder)
    names = [name for name in (rows[-1] if rows else ()) if name not in ("step", "seconds")]
    panels = []
    for name, colour in zip(names, COLOURS * len(names), strict=False):
        points = [(row["step"], row[name]) for row in rows if name in row and math.isfinite(row[name])]
        if len(points) > 1:
            xs, ys = (list(axis) for axis in zip(*points, strict=True))
            curves = [Line(xs, ys, colour, faint=True), Line(xs, smoothed(ys), colour)]
            minutes = f"{rows[-1]['seconds'] / 60:.0f} min"
            panels.append(Panel(f"{name}: {ys[-1]:.4g} after {minutes}", "step", curves))
    if panels:
        draw(panels, folder / "losses.png")


def smoothed(values: Sequence[float]) -> list[float]:
    """Return the exponential mean of values, over a fiftieth of them, forwards and backwards.

    Both ways, so that the curve does not lag behind what it smooths.
    """
    keep = math.exp(-1 / max(1.0, len(values) / 50))

    def one_way(line: Sequence[float]) -> list[float]:
        means, total, weight = [], 0.0, 0.0
        for value in line:
            total, weight = keep * total + value, keep * weight + 1
            means.append(total / weight)
        return means

    forward, backward = one_way(values), one_way(values[::-1])[::-1]
    return [(a + b) / 2 for a, b in zip(forward, backward, strict=True)]


def draw(panels: Sequence[Panel], path: Path, columns: int = 2) -> None:
    """Draw panels in a grid and write them whole or not at all. Values must be finite."""
    columns = min(columns, len(panels))
    rows = -(-len(panels) // columns)
    width, height = PANEL
    sheet = Image.new("RGB", (width * columns * SCALE, height * rows * SCALE), PAPER)
    pen = ImageDraw.Draw(sheet)
    for index, panel in enumerate(panels):
        _panel(pen, panel, (index % columns * width, index // columns * height))
    small = sheet.resize((width * columns, height * rows), Image.Resampling.LANCZOS)
    partial = path.with_suffix(".partial")
    small.save(partial, "PNG")
    partial.replace(path)


class _Axis:
    """Maps values to pixels and knows where its ticks are."""

    def __init__(self, values: Sequence[float], start: float, stop: float, *, may_be_log: bool) -> None:
        low, high = min(values), max(values)
        self._log = may_be_log and low > 0 and high / low > 4
        if low == high:
            low, high = low - (abs(low) or 1) * 0.5, high + (abs(high) or 1) * 0.5
        self._low, self._high = (math.log10(low), math.log10(high)) if self._log else (low, high)
        if may_be_log:
            room = 0.05 * (self._high - self._low)
            self._low, self._high = self._low - room, self._high + room
        self._start, self._stop = start, stop

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        there = math.log10(value) if self._log else value
        return self._start + (there - self._low) / (self._high - self._low) * (self._stop - self._start)

    def ticks(self) -> list[float]:
        """Return three to eight round values within the axis."""
        if self._log:
            decades = range(math.floor(self._low), math.ceil(self._high) + 1)
            every = [[factor * 10.0**decade for decade in decades for factor in row] for row in _LOG_TICKS]
            inside = [[tick for tick in ticks if self._low <= math.log10(tick) <= self._high] for ticks in every]
            return next((ticks for ticks in inside if len(ticks) >= 3), inside[-1])
        span = self._high - self._low
        unit = 10.0 ** math.floor(math.log10(span / 4))
        step = next(unit * factor for factor in (1, 2, 5, 10) if span / (unit * factor) <= 6)
        first = math.ceil(self._low / step - 1e-9)
        return [step * k for k in range(first, math.floor(self._high / step + 1e-9) + 1)]


_LOG_TICKS = ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 8))


def _panel(pen: ImageDraw.ImageDraw, panel: Panel, corner: tuple[int, int]) -> None:
    left, top, right, bottom = MARGINS
    box = (corner[0] + left, corner[1] + top, corner[0] + PANEL[0] - right, corner[1] + PANEL[1] - bottom)
    inset = 10 if any(line.marks for line in panel.lines) else 0
    x_axis = _Axis([x for line in panel.lines for x in line.xs], box[0] + inset, box[2] - inset, may_be_log=False)
    y_axis = _Axis([y for line in panel.lines for y in line.ys], box[3], box[1], may_be_log=True)
    for tick in y_axis.ticks():
        y = y_axis.at(tick)
        _stroke(pen, [(box[0], y), (box[2], y)], GRID, 1)
        _write(pen, (box[0] - 8, y), f"{tick:.4g}", "rm")
    for tick in x_axis.ticks():
        x = x_axis.at(tick)
        _stroke(pen, [(x, box[3]), (x, box[3] + 4)], INK, 1)
        _write(pen, (x, box[3] + 7), f"{tick:,.10g}", "ma")
    _stroke(pen, [(box[0], box[1]), (box[0], box[3]), (box[2], box[3])], INK, 1)
    _write(pen, ((box[0] + box[2]) / 2, box[3] + 25), panel.x_label, "ma")
    _write(pen, (corner[0] + 14, corner[1] + 10), panel.title, "la", size=15)
    for line in sorted(panel.lines, key=lambda line: not line.faint):
        points = [(x_axis.at(x), y_axis.at(y)) for x, y in zip(line.xs, line.ys, strict=True)]
        _stroke(pen, points, _pale(line.colour) if line.faint else line.colour, 1 if line.faint else 2)
        for x, y in points if line.marks else ():
            dot = [value * SCALE for value in (x - 3, y - 3, x + 3, y + 3)]
            pen.ellipse(dot, fill=_pale(line.colour) if line.faint else line.colour)
        if line.label:
            _write(pen, (points[-1][0] - 6, points[-1][1] - 6), line.label, "rs", colour=line.colour)


def _stroke(pen: ImageDraw.ImageDraw, points: Sequence[tuple[float, float]], colour: str, width: float) -> None:
    pen.line([(x * SCALE, y * SCALE) for x, y in points], colour, round(width * SCALE), joint="curve")


def _write(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, anchor: str, size: int = 12, colour: str = INK
) -> None:
    font = ImageFont.load_default(size * SCALE)
    pen.text((at[0] * SCALE, at[1] * SCALE), text, colour, font, anchor)


def _pale(colour: str) -> str:
    levels = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(level + (255 - level) * 0.68):02x}" for level in levels)
