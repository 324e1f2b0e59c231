"""Gathered pictures as a bank: what a training reads, with captions in the place of factors."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from engine.api.errors import CannotWrite, InvalidBrief
from engine.corpus.bank import ABOUT, GATHERED, PICTURES, WRITTEN, BankRefused
from engine.corpus.gathered.errors import CorpusRefused
from engine.corpus.gathered.prepare.normalising import Normalise
from engine.corpus.gathered.prepare.pipeline import DEFAULT, Pipeline
from engine.corpus.gathered.samples import Entry, Sample
from engine.corpus.rendering import NO_ROOM

RECORD = "preparation.json"
SIZES = (16, 1024)
_TOLD_EVERY = 500

Say = Callable[[str], None]


def prepare_bank(folder: Path, bank: Path, size: int, say: Say, names: Sequence[str] = DEFAULT) -> int:
    """Prepare the pictures of ``folder`` and write them into the new folder ``bank``; return how many there are.

    The bank is there whole or not at all; ``folder`` is only read.

    Raises:
        InvalidBrief: the steps do not end in pictures of one size, or the size makes no sense.
        UnknownName: there is no step of that name.
        CorpusRefused: no picture is left.
        BankRefused: there is something at ``bank`` already.
        CannotWrite: the disk is full, or the place cannot be written to.
    """
    _check(names, size, bank)
    pipeline = Pipeline(names, size)
    entries = pipeline.entries(folder)
    say(f"Preparing {len(entries):,} pictures of {folder}.")
    with _new_folder(bank) as fresh:
        count = _write(fresh, _told(pipeline, entries, say), size)
        record = {"size": size, "pictures": count, **pipeline.record.as_dict()}
        (fresh / RECORD).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        for sentence in pipeline.record.sentences():
            say(sentence)
        if not count:
            raise CorpusRefused(f"No picture of {folder} is left after preparation; the lines above say why.")
        about = {"seed": 0, "size": size, "version": GATHERED, "count": count, "source": fingerprint(entries)}
        (fresh / ABOUT).write_text(json.dumps(about), encoding="utf-8")
    return count


def prepared(folder: Path, bank: Path, size: int, least: int, say: Say) -> Path:
    """Return ``bank``, prepared from ``folder`` unless that was done before.

    Raises:
        BankRefused: it was prepared from other pictures, or in another size.
        CorpusRefused: fewer than ``least`` pictures are left.
        EngineError: as ``prepare_bank``.
    """
    if not (bank / ABOUT).exists():
        prepare_bank(folder, bank, size, say)
    about = json.loads((bank / ABOUT).read_text(encoding="utf-8"))
    entries = Pipeline((), size).entries(folder)
    if (about["size"], about.get("source")) != (size, fingerprint(entries)):
        raise BankRefused(
            f"{bank} was prepared from other pictures than those now in {folder}; "
            f"move {bank.parent} away to train anew."
        )
    if about["count"] < least:
        # A bank of Salon's own making; the next attempt begins with the pictures as they are then.
        shutil.rmtree(bank)
        raise CorpusRefused(
            f"Of {folder} {about['count']} prepared pictures are left, too few to learn from; gather more: "
            f"at least {least} are needed, copies that the preparation makes included."
        )
    return bank


def fingerprint(entries: Sequence[Entry]) -> str:
    """Return a SHA-256 over names, sizes and captions: whether a bank is still that of these pictures."""
    digest = hashlib.sha256()
    for entry in entries:
        told = f"{entry.name}\0{entry.path.stat().st_size}\0{entry.caption}\0"
        digest.update(told.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _check(names: Sequence[str], size: int, bank: Path) -> None:
    low, high = SIZES
    if not low <= size <= high:
        raise InvalidBrief(f"--size takes a number from {low} to {high}; you gave {size}.")
    if Normalise.name not in names:
        raise InvalidBrief(f"A bank holds pictures of one size; put {Normalise.name} among the steps.")
    if bank.is_symlink() or (bank.exists() and (not bank.is_dir() or any(bank.iterdir()))):
        raise BankRefused(f"There is something at {bank} already; name a new folder for the bank.")


def _told(pipeline: Pipeline, entries: Sequence[Entry], say: Say) -> Iterator[Sample]:
    for number, entry in enumerate(entries, 1):
        yield from pipeline.run([entry])
        if number % _TOLD_EVERY == 0:
            say(f"{number:,} of {len(entries):,} pictures are prepared.")


def _write(folder: Path, samples: Iterator[Sample], size: int) -> int:
    count = 0
    with (folder / PICTURES).open("wb") as pixels, (folder / WRITTEN).open("w", encoding="utf-8") as lines:
        for sample in samples:
            if sample.picture.size != (size, size):
                raise InvalidBrief(
                    f"The steps leave pictures of different sizes; put {Normalise.name} after those that crop."
                )
            pixels.write(sample.picture.tobytes())
            # ASCII, so that half an emoji in somebody's caption cannot end the run.
            line = {"name": sample.name, "text": sample.caption, **sample.facts}
            lines.write(json.dumps(line) + "\n")
            count += 1
    return count


@contextmanager
def _new_folder(bank: Path) -> Iterator[Path]:
    """Give a folder to write into that takes the place of ``bank`` if all goes well, and vanishes if not."""
    fresh: Path | None = None
    try:
        bank.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=bank.parent, prefix=f".{bank.name}."))
        yield fresh
        fresh.chmod(0o755)
        if bank.exists():
            bank.rmdir()
        fresh.rename(bank)
    except OSError as error:
        why = "the disk is full" if error.errno in NO_ROOM else (error.strerror or str(error))
        raise CannotWrite(
            f"The bank {bank} cannot be written: {why}. The pictures it is made of are as they were; "
            "free some space or name another folder, and give the same command again."
        ) from error
    finally:
        if fresh is not None:
            shutil.rmtree(fresh, ignore_errors=True)
