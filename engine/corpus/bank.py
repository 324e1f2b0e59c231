"""A bank: pictures of the corpus rendered once, by worker processes, for a training to read.

A bank is a folder with ``pictures.u8`` (count, size, size, 3), uint8, and ``pictures.jsonl`` (one
line a picture: its factors and one caption). ``bank.json`` says what it holds and is written last,
so a bank without it is unfinished.
"""

from __future__ import annotations

import argparse
import json
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.corpus.captions import caption
from engine.corpus.factors import Factors, draw_factors, generator
from engine.corpus.painter import paint_indexed

CHUNK = 256
CAPTION_STREAM = 2


@dataclass(frozen=True)
class Bank:
    """An opened bank: ``pictures`` (count, size, size, 3) uint8, memory-mapped, and factors."""

    seed: int
    pictures: NDArray[np.uint8]
    factors: list[Factors]


def render_bank(folder: Path, count: int, seed: int = 0, size: int = 128, workers: int = 0) -> None:
    """Render pictures 0 to ``count`` of the corpus ``seed`` into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bank.json").unlink(missing_ok=True)
    shape = (count, size, size, 3)
    np.memmap(folder / "pictures.u8", np.uint8, "w+", shape=shape).flush()
    starts = range(0, count, CHUNK)
    jobs = [(folder, seed, start, min(start + CHUNK, count), shape) for start in starts]
    with ProcessPoolExecutor(workers or os.cpu_count()) as pool:
        for _ in pool.map(_render_chunk, jobs):
            pass
    with (folder / "pictures.jsonl").open("w", encoding="utf-8") as lines:
        for index in range(count):
            factors = draw_factors(seed, index)
            said = caption(factors, generator(seed, index, CAPTION_STREAM))
            lines.write(json.dumps({**factors.as_dict(), "caption": said}, ensure_ascii=False))
            lines.write("\n")
    about = json.dumps({"seed": seed, "count": count, "size": size})
    (folder / "bank.json").write_text(about, encoding="utf-8")


def _render_chunk(job: tuple[Path, int, int, int, tuple[int, ...]]) -> None:
    folder, seed, start, stop, shape = job
    pictures = np.memmap(folder / "pictures.u8", np.uint8, "r+", shape=shape)
    for index in range(start, stop):
        pictures[index], _ = paint_indexed(seed, index, shape[1])
    pictures.flush()


def open_bank(folder: Path) -> Bank:
    """Open a finished bank.

    Raises:
        FileNotFoundError: the folder holds no finished bank.
    """
    about_path = folder / "bank.json"
    if not about_path.exists():
        raise FileNotFoundError(
            f"{folder} holds no finished bank; render one with `python -m engine.corpus.bank {folder} --count 60000`."
        )
    about = json.loads(about_path.read_text(encoding="utf-8"))
    shape = (about["count"], about["size"], about["size"], 3)
    pictures = np.memmap(folder / "pictures.u8", np.uint8, "r", shape=shape)
    factors = [draw_factors(about["seed"], index) for index in range(about["count"])]
    return Bank(about["seed"], pictures, factors)


def main() -> None:
    """Render a bank from the command line."""
    parser = argparse.ArgumentParser(description="Render a bank of corpus pictures.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--workers", type=int, default=0, help="0: one a core")
    arguments = parser.parse_args()
    render_bank(arguments.folder, arguments.count, arguments.seed, arguments.size, arguments.workers)


if __name__ == "__main__":
    main()
