"""Rendering many pictures by worker processes, in chunks that are kept once they are written."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import asdict
from multiprocessing.connection import wait
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine.api.errors import CannotWrite, OutOfMemory
from engine.corpus.captions import caption
from engine.corpus.factors import draw_factors, generator
from engine.corpus.lexicon import LANGUAGES
from engine.corpus.painter import paint_indexed

CHUNK = 256
CAPTION_STREAM = 2
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Chunk(NamedTuple):
    """Pictures ``start`` to ``stop``, the unit of work and of what is kept."""

    start: int
    stop: int


def chunks(count: int) -> list[Chunk]:
    """Return the chunks of ``count`` pictures."""
    return [Chunk(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK)]


def require_room(folder: Path, size: int) -> None:
    """Hold that ``size`` bytes more fit onto the disk.

    Raises:
        CannotWrite: they do not.
    """
    free = shutil.disk_usage(folder).free
    if free < size:
        raise CannotWrite(
            f"The pictures need {size / 1e9:.1f} GB, but there are only {free / 1e9:.1f} GB free in {folder}; "
            "free some space, choose another folder or ask for fewer pictures."
        )


def render_chunks(
    path: Path, seed: int, size: int, missing: Sequence[Chunk], count: int, workers: int = 0
) -> Iterator[Chunk]:
    """Render chunks into the file at ``path``, made big enough for ``count`` pictures; yield each once it is on disk.

    Raises:
        CannotWrite: the disk is full.
        OutOfMemory: a worker was killed.
    """
    if not missing:
        return
    with _plainly(path.parent), _pool(workers) as pool, _progress(count) as advance:
        advance(count - sum(stop - start for start, stop in missing))
        path.touch()
        for future in as_completed([pool.submit(_render, path, seed, size, chunk) for chunk in missing]):
            chunk = future.result()
            advance(chunk.stop - chunk.start)
            yield chunk


def describe_chunks(path: Path, seed: int, count: int, workers: int = 0) -> None:
    """Write one line a picture: its factors and a caption in every language.

    Raises:
        CannotWrite: the disk is full.
    """
    with _plainly(path.parent), _pool(workers) as pool, path.open("w", encoding="utf-8") as lines:
        for text in pool.map(_describe, [seed] * len(chunks(count)), chunks(count)):
            lines.write(text)


def _render(path: Path, seed: int, size: int, chunk: Chunk) -> Chunk:
    pictures = np.stack([paint_indexed(seed, index, size)[0] for index in range(*chunk)])
    # Written rather than mapped: a full disk is then an error, not a signal that kills the worker.
    with path.open("r+b") as file:
        file.seek(chunk.start * size * size * 3)
        file.write(pictures.tobytes())
        file.flush()
        os.fsync(file.fileno())
    return chunk


def _describe(seed: int, chunk: Chunk) -> str:
    lines = []
    for index in range(*chunk):
        factors = draw_factors(seed, index)
        rng = generator(seed, index, CAPTION_STREAM)
        said = {language: caption(factors, rng, language) for language in LANGUAGES}
        lines.append(json.dumps({**asdict(factors), **said}, ensure_ascii=False) + "\n")
    return "".join(lines)


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Start workers afresh, so that they inherit no thread's locks; on an error, work not yet begun is dropped."""
    pool = ProcessPoolExecutor(
        workers or os.cpu_count(), mp_context=multiprocessing.get_context("spawn"), initializer=_end_with_parent
    )
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """Let a worker end when the process that started it is killed; it would otherwise wait for work for ever."""
    if (parent := multiprocessing.parent_process()) is None:
        return
    sentinel = parent.sentinel

    def watch() -> None:
        wait([sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _plainly(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise CannotWrite(
            f"The disk of {folder} is full; what was rendered is kept. Free some space and give the same command again."
        ) from error
    except BrokenProcessPool as error:
        raise OutOfMemory(
            "A worker process was killed, as happens when memory runs short; what was rendered is kept. "
            "Close other programs or use fewer workers, and give the same command again."
        ) from error


@contextmanager
def _progress(count: int) -> Iterator[Callable[[int], None]]:
    """Show progress on a terminal; elsewhere a line now and then."""
    console = Console(stderr=True)
    columns = (TextColumn("Rendering"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    told, done = 0, 0

    def advance(pictures: int) -> None:
        nonlocal told, done
        done += pictures
        bar.update(task, completed=done)
        if not console.is_terminal and done * 10 // count > told:
            told = done * 10 // count
            sys.stderr.write(f"Rendered {done:,} of {count:,} pictures.\n")

    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=count)
        yield advance
