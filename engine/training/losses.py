"""The log of a training: ``losses.csv``, one row every so many steps."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

NAME = "losses.csv"


class LossLog:
    """Appends to the log of a folder, first taking out what comes after ``step``: it will come again."""

    def __init__(self, folder: Path, step: int) -> None:
        self._path = folder / NAME
        rows = read_losses(folder)
        self._columns = list(rows[0]) if rows else []
        kept = [row for row in rows if row["step"] <= step]
        if len(kept) < len(rows):
            self._write(kept)

    def add(self, step: int, seconds: float, values: Mapping[str, float]) -> None:
        """Append a row: the step, the seconds trained until then, and the values."""
        row = {"step": step, "seconds": round(seconds, 1), **values}
        if list(row) != self._columns:
            known = read_losses(self._path.parent)
            self._columns = list(row)
            self._write(known)
        with self._path.open("a", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerow(_short(value) for value in row.values())

    def _write(self, rows: list[dict[str, float]]) -> None:
        partial = self._path.with_suffix(".partial")
        with partial.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(self._columns)
            writer.writerows([_short(row[name]) if name in row else "" for name in self._columns] for row in rows)
        partial.replace(self._path)


def read_losses(folder: Path) -> list[dict[str, float]]:
    """Return the rows of the log in ``folder``, oldest first; a line that a death cut short is left out."""
    path = folder / NAME
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as stream:
        header, *lines = [*csv.reader(stream)] or [[]]
    return [
        {name: float(cell) for name, cell in zip(header, line, strict=True) if cell}
        for line in lines
        if len(line) == len(header)
    ]


def _short(value: float) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(int(value))
