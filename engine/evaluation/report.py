"""The report: one table for people, one tree for programs, and whether the measures can be believed."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from engine.evaluation.factors import UNSAID, Accuracy, Share
from engine.evaluation.measures import Measures

PAINTED, FLOOR = "painted", "real"
BLURRED, DROPPED, MEMORISED, SHUFFLED = "blurred", "mode-dropped", "memorised", "shuffled"

MEANT: tuple[tuple[str, str, bool], ...] = (
    (BLURRED, "fd", True),
    (BLURRED, "kd", True),
    (BLURRED, "precision", False),
    (DROPPED, "recall", False),
    (DROPPED, "coverage", False),
    (DROPPED, "vendi", False),
    (MEMORISED, "nearest", False),
    (SHUFFLED, "accuracy", False),
)
"""Control, the measure meant for it, and whether being spoilt makes that measure rise."""

JUDGE_OVERALL, JUDGE_CELL = 0.97, 0.90
"""What the judge must read rightly of real pictures before anything it says counts."""


@dataclass(frozen=True)
class Check:
    """One broken control by the measure meant for it, beside real pictures."""

    control: str
    measure: str
    real: float
    broken: float
    seen: bool


@dataclass(frozen=True)
class Report:
    """All that was found out about a model."""

    model: str
    count: int
    english: Accuracy
    chinese: Accuracy
    pairs: dict[str, Share]
    judge: Accuracy
    judge_pairs: dict[str, Share]
    sets: dict[str, Measures]

    def checks(self) -> list[Check]:
        """Return whether each broken control came out worse than real pictures."""
        found = []
        for control, name, rises in MEANT:
            real, broken = (float(getattr(self.sets[kind], name)) for kind in (FLOOR, control))
            found.append(Check(control, name, real, broken, broken > real if rises else broken < real))
        return found

    def doubts(self) -> list[str]:
        """Return, in sentences, why the table is not to be believed; nothing where it is."""
        said = [
            f"By {check.measure}, {check.control} is no worse than real." for check in self.checks() if not check.seen
        ]
        if self.judge.mean() < JUDGE_OVERALL:
            said.append(f"The judge reads only {self.judge.mean():.1%} of real pictures' factors rightly.")
        worst = self.judge.worst_cell(least=20)
        if worst and worst[2] < JUDGE_CELL:
            style, factor, right = worst
            said.append(f"The judge reads only {right:.0%} of {factor} rightly in real pictures of style {style}.")
        return said

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            **dataclasses.asdict(self),
            "checks": [dataclasses.asdict(check) for check in self.checks()],
            "doubts": self.doubts(),
        }


FACTOR_ORDER = ("style", "ground", "hour", "mood", "palette", "subject", "colour", UNSAID)
