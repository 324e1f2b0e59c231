"""Evaluating a model: what it is asked, what it paints, and how that compares with real and spoilt pictures."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.corpus.factors import Factors
from engine.evaluation.agreement import Agreement
from engine.evaluation.cases import Language, cases, paint_real, unseen
from engine.evaluation.controls import blurred, mode_dropped, shuffled
from engine.evaluation.factors import Accuracy, Share, accuracy, bound
from engine.evaluation.judge import Judge, load_judge
from engine.evaluation.measures import Measures, Yardstick, measure
from engine.evaluation.painting import Painter
from engine.evaluation.reading import embed, read
from engine.evaluation.report import BLURRED, DROPPED, FLOOR, MEMORISED, PAINTED, SHUFFLED, Report
from engine.evaluation.training_pictures import TrainingPictures, painted_again
from engine.training import MODELS

COUNT = 1000
PAIRS = 4
"""One picture of two subjects to so many of one."""
SEED = 8_000
"""Of everything that is drawn here, so that two models are asked the same."""
SHEET = 64
TRAINING = 2
"""Pictures of the training corpus to look through, for each that is painted, where none are given."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Judges:
    """The networks that measure; ``agreement`` may be missing."""

    judge: Judge
    agreement: Agreement | None


@dataclass(frozen=True)
class Pictures:
    """Pictures (n, 128, 128, 3) and what they were to show, in factors and, where it matters, in words."""

    pictures: NDArray[np.uint8]
    factors: list[Factors]
    prompts: list[str]


@dataclass(frozen=True)
class Evaluation:
    """The report, and the first pictures that were painted, with their prompts: nobody chose them."""

    report: Report
    unchosen: Pictures


def load_judges(folder: Path = MODELS) -> Judges:
    """Load the judge and mini-clip that ship with Salon.

    Raises:
        FileNotFoundError: there is no judge.
        ValueError: the judge knows another lexicon.
    """
    return Judges(load_judge(folder / "judge"), Agreement.load(folder / "mini-clip"))


def evaluate(
    name: str,
    painter: Painter,
    judges: Judges,
    training: TrainingPictures | None = None,
    count: int = COUNT,
    say: Say = lambda line: None,
    workers: int = 0,
) -> Evaluation:
    """Measure the model behind ``painter`` on ``count`` unseen combinations in each language.

    Copies are looked for in ``training``, or in the beginning of the training corpus, painted again;
    ``workers`` processes paint real pictures, 0 for one a core.
    """
    alone, two = unseen(SEED, count), unseen(SEED + 1, max(2, count // PAIRS), 2)
    say(f"Painting {2 * len(alone) + len(two)} pictures.")
    english, chinese = (_painted(painter, alone, language, SEED) for language in ("en", "zh"))
    pairs = _painted(painter, two, "en", SEED + 1)
    say("Painting as many real pictures to compare with.")
    workers = workers or os.cpu_count() or 1
    training = training or painted_again(TRAINING * count, workers)
    floor = _real(unseen(SEED + 2, count), SEED + 2, workers)
    sets = {
        PAINTED: english,
        FLOOR: floor,
        BLURRED: Pictures(blurred(floor.pictures), floor.factors, floor.prompts),
        DROPPED: _real(mode_dropped(SEED + 3, count), SEED + 3, workers),
        MEMORISED: _memorised(training, count),
        SHUFFLED: Pictures(floor.pictures, shuffled(floor.factors), floor.prompts[1:] + floor.prompts[:1]),
    }
    say("Measuring.")
    reference = _real(unseen(SEED + 4, count), SEED + 4, workers)
    yardstick = Yardstick(
        read(judges.judge, reference.pictures, reference.factors), embed(judges.judge, training.pictures)
    )
    measured = {kind: _measured(judges, several, yardstick) for kind, several in sets.items()}
    report = Report(
        model=name,
        count=count,
        english=measured[PAINTED][1],
        chinese=_accuracy(judges.judge, chinese),
        pairs=_bound(judges.judge, pairs),
        judge=measured[FLOOR][1],
        judge_pairs=_bound(judges.judge, _real(two, SEED + 5, workers)),
        sets={kind: row for kind, (row, _) in measured.items()},
    )
    first = slice(0, SHEET)
    return Evaluation(report, Pictures(english.pictures[first], english.factors[first], english.prompts[first]))


def _painted(painter: Painter, factors: list[Factors], language: Language, seed: int) -> Pictures:
    asked = cases(factors, language, seed)
    prompts = [case.prompt for case in asked]
    return Pictures(painter(prompts, [case.seed for case in asked]), factors, prompts)


def _real(factors: list[Factors], seed: int, workers: int) -> Pictures:
    prompts = [case.prompt for case in cases(factors, "en", seed)]
    return Pictures(paint_real(factors, seed, workers=workers), factors, prompts)


def _memorised(training: TrainingPictures, count: int) -> Pictures:
    alone = (row for row, factors in enumerate(training.factors) if len(factors.figures) == 1)
    rows = np.resize(list(itertools.islice(alone, count)), count)
    factors = [training.factors[row] for row in rows]
    return Pictures(training.pictures[rows], factors, [case.prompt for case in cases(factors, "en", SEED)])


def _measured(judges: Judges, several: Pictures, yardstick: Yardstick) -> tuple[Measures, Accuracy]:
    agreement = judges.agreement.top1(several.pictures, several.prompts) if judges.agreement else None
    return measure(read(judges.judge, several.pictures, several.factors), several.factors, yardstick, agreement)


def _accuracy(judge: Judge, several: Pictures) -> Accuracy:
    return accuracy(read(judge, several.pictures, several.factors), several.factors)


def _bound(judge: Judge, several: Pictures) -> dict[str, Share]:
    return bound(read(judge, several.pictures, several.factors), several.factors)
