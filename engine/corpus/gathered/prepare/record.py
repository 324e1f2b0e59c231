"""The account of a preparation: what each step kept, changed, dropped and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.corpus.gathered.samples import Remark


@dataclass
class StepRecord:
    """What one step did; ``added`` counts copies beyond the first."""

    name: str
    does: str
    seen: int = 0
    changed: int = 0
    added: int = 0
    dropped: list[Remark] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "step": self.name,
            "does": self.does,
            "seen": self.seen,
            "kept": self.seen - len(self.dropped),
            "changed": self.changed,
            "added": self.added,
            "dropped": [{"name": remark.name, "reason": remark.reason} for remark in self.dropped],
        }


@dataclass
class Record:
    """The steps of one preparation and what was wrong with the files."""

    steps: list[StepRecord]
    remarks: list[Remark]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "remarks": [{"name": remark.name, "reason": remark.reason} for remark in self.remarks],
            "steps": [step.as_dict() for step in self.steps],
        }

    def sentences(self) -> list[str]:
        """Tell in a line each what every step did that did anything."""
        told = []
        for step in self.steps:
            parts = [
                f"{count:,} {what}"
                for count, what in ((len(step.dropped), "dropped"), (step.changed, "changed"), (step.added, "added"))
                if count
            ]
            if parts:
                example = f" (such as {step.dropped[0].name}: {step.dropped[0].reason})" if step.dropped else ""
                told.append(f"{step.name}: of {step.seen:,} pictures {', '.join(parts)}{example}.")
        return told
