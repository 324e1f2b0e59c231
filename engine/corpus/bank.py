"""A bank: pictures of the corpus rendered once, by worker processes, for a training to read.

A bank is a folder with ``pictures.u8``, (count, size, size, 3) uint8, and, for people,
``pictures.jsonl``: what each picture shows and a caption of it in every language. ``bank.json``
says what the folder holds and is written last. ``rendered.jsonl`` keeps account of an unfinished
bank, so that the same call goes on where a killed one stopped.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray

from engine.api.errors import EngineError, Kind
from engine.corpus.factors import Factors, draw_factors
from engine.corpus.gathered.written import Written
from engine.corpus.rendering import Chunk, chunks, describe_chunks, render_chunks, require_room

CORPUS_VERSION = 2
"""To be raised whenever the picture or the factors of a seed and an index change."""

PICTURES, LINES, ABOUT, RENDERED = "pictures.u8", "pictures.jsonl", "bank.json", "rendered.jsonl"
GATHERED, WRITTEN = "gathered", "captions.jsonl"
"""The version of banks of other people's pictures, and their captions; see ``engine.corpus.gathered.banks``."""


class BankRefused(EngineError):
    """The folder holds no bank, or another one; name another folder."""

    kind = Kind.USER
    code = "bank_refused"
    exit_code = 65


@dataclass(frozen=True)
class Identity:
    """What the pictures of a bank depend on, apart from their index."""

    seed: int
    size: int
    version: int | str = CORPUS_VERSION


class DrawnFactors(Sequence[Factors]):
    """What pictures 0 to ``count`` of a seed show, each drawn when first asked for."""

    def __init__(self, seed: int, count: int) -> None:
        self._seed = seed
        self._drawn: list[Factors | None] = [None] * count

    def __len__(self) -> int:
        return len(self._drawn)

    @overload
    def __getitem__(self, index: int) -> Factors: ...

    @overload
    def __getitem__(self, index: slice) -> list[Factors]: ...

    def __getitem__(self, index: int | slice) -> Factors | list[Factors]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        found = self._drawn[place]
        if found is None:
            found = self._drawn[place] = draw_factors(self._seed, place)
        return found


@dataclass(frozen=True)
class Bank:
    """An opened bank: ``pictures`` (count, size, size, 3) uint8, memory-mapped, and factors."""

    seed: int
    pictures: NDArray[np.uint8]
    factors: Sequence[Factors]


def render_bank(folder: Path, count: int, seed: int = 0, size: int = 128, workers: int = 0) -> None:
    """Render pictures 0 to ``count`` of the corpus ``seed`` into ``folder``, by one worker a core or ``workers``.

    Pictures that a folder already holds are kept, of an unfinished bank as of a smaller one.

    Raises:
        BankRefused: the folder holds pictures of another seed, size or version of the corpus.
        CannotWrite: there is no room for the bank.
    """
    asked = Identity(seed, size)
    finished = _finished(folder)
    if finished:
        _require_same(folder, finished[0], asked)
        if finished[1] >= count:
            return
    folder.mkdir(parents=True, exist_ok=True)
    account = folder / RENDERED
    kept = set(_rendered(folder, asked))
    if not account.exists():
        account.write_text(json.dumps(asdict(asked)) + "\n", encoding="utf-8")
    first = finished[1] if finished else 0
    missing = [chunk for chunk in chunks(count) if chunk.stop > first and chunk not in kept]
    require_room(folder, sum(chunk.stop - chunk.start for chunk in missing) * size * size * 3)
    with account.open("a", encoding="utf-8") as lines:
        for chunk in render_chunks(folder / PICTURES, seed, size, missing, count, workers):
            lines.write(json.dumps([chunk.start, chunk.stop]) + "\n")
            lines.flush()
    describe_chunks(folder / LINES, seed, count, workers)
    about = folder / f"{ABOUT}.partial"
    about.write_text(json.dumps({**asdict(asked), "count": count}), encoding="utf-8")
    about.replace(folder / ABOUT)
    account.unlink()


def open_bank(folder: Path) -> Bank:
    """Open a finished bank.

    Raises:
        BankRefused: the folder holds no finished bank, or one of another version of the corpus.
    """
    finished = _finished(folder)
    if finished is None:
        raise BankRefused(
            f"{folder} holds no finished bank; render one with `python -m engine.corpus.bank {folder} --count 60000`."
        )
    identity, count = finished
    gathered = identity.version == GATHERED
    if not gathered:
        _require_same(folder, identity, Identity(identity.seed, identity.size))
    shape = (count, identity.size, identity.size, 3)
    pictures = np.memmap(folder / PICTURES, np.uint8, "r", shape=shape)
    return Bank(identity.seed, pictures, _written(folder) if gathered else DrawnFactors(identity.seed, count))


def is_gathered(folder: Path) -> bool:
    """Tell whether a finished bank lies in the folder that holds gathered pictures instead of painted ones."""
    finished = _finished(folder)
    return finished is not None and finished[0].version == GATHERED


def _written(folder: Path) -> list[Factors]:
    lines = (folder / WRITTEN).read_text(encoding="utf-8").splitlines()
    return [Written.of(json.loads(line)["text"]) for line in lines]


def _finished(folder: Path) -> tuple[Identity, int] | None:
    """Return what a finished bank says of itself; banks from before versions were counted are of version 1."""
    path = folder / ABOUT
    if not path.exists():
        return None
    about = json.loads(path.read_text(encoding="utf-8"))
    return Identity(about["seed"], about["size"], about.get("version", 1)), about["count"]


def _rendered(folder: Path, asked: Identity) -> Iterator[Chunk]:
    """Yield the chunks that an unfinished rendering left; a line that was cut off in writing counts for nothing."""
    path = folder / RENDERED
    if not path.exists():
        return
    first, *others = path.read_text(encoding="utf-8").split("\n")
    _require_same(folder, Identity(**json.loads(first)), asked)
    for line in others:
        try:
            yield Chunk(*json.loads(line))
        except ValueError:
            continue


def _require_same(folder: Path, found: Identity, asked: Identity) -> None:
    if found != asked:
        told = [asdict(identity).items() for identity in (found, asked)]
        other = ", ".join(
            f"{name} {old} instead of {new}" for (name, old), (_, new) in zip(*told, strict=True) if old != new
        )
        raise BankRefused(f"{folder} holds pictures of another corpus ({other}); remove it or name another folder.")


def main() -> int:
    """Render a bank from the command line."""
    parser = argparse.ArgumentParser(description="Render a bank of corpus pictures, or go on with one.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--workers", type=int, default=0, help="0: one a core")
    arguments = parser.parse_args()
    try:
        render_bank(arguments.folder, arguments.count, arguments.seed, arguments.size, arguments.workers)
    except EngineError as error:
        sys.stderr.write(f"{error.message}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("Stopped; the same command goes on from here.\n")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
