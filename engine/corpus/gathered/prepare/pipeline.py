"""Steps by name, in the order that a person gives them."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from engine.api.errors import InvalidBrief
from engine.corpus.gathered.folders import read_folder
from engine.corpus.gathered.prepare.augmenting import Augment
from engine.corpus.gathered.prepare.base import Dropped, Step
from engine.corpus.gathered.prepare.captioning import Caption
from engine.corpus.gathered.prepare.cropping import Segment, Trim
from engine.corpus.gathered.prepare.decoding import read_sample
from engine.corpus.gathered.prepare.deduplication import Deduplicate
from engine.corpus.gathered.prepare.denoising import Denoise
from engine.corpus.gathered.prepare.filtering import Filter
from engine.corpus.gathered.prepare.normalising import Normalise
from engine.corpus.gathered.prepare.record import Record, StepRecord
from engine.corpus.gathered.samples import Entry, Remark, Sample
from engine.names import unknown

DECODE = "decode"
"""Always the first; it needs no naming."""
DEFAULT = ("trim", "filter", "deduplicate", "denoise", "segment", "normalise", "caption", "augment")
_SHOWN = 200
_MOST_STEPS = 32


class Stage(NamedTuple):
    """One picture after one step: what became of it, or why it was dropped."""

    step: str
    samples: list[Sample]
    dropped: str = ""


class Pipeline:
    """Steps in their order, for one run over one folder."""

    def __init__(self, names: Sequence[str], size: int) -> None:
        """Make the steps.

        Raises:
            UnknownName: there is no step of that name.
        """
        makers: dict[str, Callable[[], Step]] = {
            step.name: step for step in (Trim, Filter, Deduplicate, Segment, Denoise, Caption, Augment)
        }
        makers[Normalise.name] = lambda: Normalise(size)
        for name in names:
            if name not in makers:
                raise unknown("step of preparation", name, makers)
        self.steps = [makers[name]() for name in names]
        decoded = StepRecord(DECODE, _first_sentence(read_sample))
        self._records = [decoded, *(StepRecord(step.name, _first_sentence(type(step))) for step in self.steps)]
        self.record = Record(self._records, [])

    def entries(self, folder: Path) -> list[Entry]:
        """Return the pictures of a folder and record what is wrong with its files.

        Raises:
            CorpusRefused: there are none.
        """
        entries, self.record.remarks[:] = read_folder(folder)
        return entries

    def run(self, entries: Iterable[Entry]) -> Iterator[Sample]:
        """Yield what the last step leaves of the pictures, one after the other."""
        for entry in entries:
            *_, last = self.stages(entry)
            yield from last.samples

    def stages(self, entry: Entry) -> Iterator[Stage]:
        """Yield what becomes of one picture, step by step; the last one it reaches comes last."""
        first, *others = self._records
        first.seen += 1
        try:
            samples = [read_sample(entry)]
        except Dropped as reason:
            first.dropped.append(_remark(entry.name, reason))
            yield Stage(DECODE, [], str(reason))
            return
        yield Stage(DECODE, samples)
        for step, record in zip(self.steps, others, strict=True):
            made: list[Sample] = []
            why = ""
            for sample in samples:
                record.seen += 1
                try:
                    after = step.apply(sample)
                except Dropped as reason:
                    why = str(reason)
                    record.dropped.append(_remark(sample.name, reason))
                    continue
                record.changed += after[0] is not sample and not _same(after[0], sample)
                record.added += len(after) - 1
                made += after
            samples = made
            yield Stage(step.name, samples, "" if samples else why)
            if not samples:
                return


def named(text: str) -> tuple[str, ...]:
    """Read the names of steps as a person gives them: separated by commas, or a TOML file with ``steps = [...]``.

    Raises:
        InvalidBrief: no names, too many, or a file that does not say them.
    """
    names: object
    if text.endswith(".toml"):
        try:
            names = tomllib.loads(Path(text).read_text(encoding="utf-8")).get("steps")
        except OSError as error:
            raise InvalidBrief(f"{text} cannot be read: {error.strerror or error}.") from error
        except ValueError as error:
            raise InvalidBrief(f"{text} is no TOML file: {error}.") from error
    else:
        names = [name.strip() for name in text.split(",") if name.strip()]
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise InvalidBrief(f"Name steps, such as {','.join(DEFAULT[:3])}, or a TOML file with steps = [...].")
    if len(names) > _MOST_STEPS:
        raise InvalidBrief(f"A preparation has at most {_MOST_STEPS} steps; you gave {len(names)}.")
    return tuple(names)


def _remark(name: str, reason: Dropped) -> Remark:
    return Remark(name[:_SHOWN], str(reason))


def _same(after: Sample, before: Sample) -> bool:
    return (
        after.caption == before.caption
        and after.picture.size == before.picture.size
        and after.picture.tobytes() == before.picture.tobytes()
    )


def _first_sentence(documented: object) -> str:
    return (inspect.getdoc(documented) or "").split("\n")[0]
