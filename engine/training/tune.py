"""Tuning: many variants of a recipe are trained a little, the better half of them on, until one is left.

Successive halving (Jamieson & Talwalkar 2016, arXiv:1502.07943), every round with an equal share of
the time. A variant's training goes on from its own checkpoint, so no minute is spent twice. What is
known is written after every score: a tuning that was killed goes on where it was.
"""

from __future__ import annotations

import json
import math
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import tomlkit

from engine.api.errors import InvalidBrief
from engine.training.errors import CheckpointRefused, TrainingDivergedError, plainly
from engine.training.kinds import Kind, kind_name, open_recipe, recipe_path
from engine.training.plot import COLOURS, Line, Panel, draw
from engine.training.record import flattened, recorded
from engine.training.variants import draw_variants, said, varied

STATE, BEST, CURVE = "tune.json", "best.toml", "tune.png"

Say = Callable[[str], None]


@dataclass
class Trial:
    """A variant: what it changes in the recipe, and (minutes trained, score) after each of its rounds.

    A score is None where the loss stopped being a number.
    """

    number: int
    changes: dict[str, Any]
    scores: list[tuple[float, float | None]] = field(default_factory=list)

    def finite(self) -> list[tuple[float, float]]:
        """Return minutes and scores of the rounds it came through."""
        return [(minutes, score) for minutes, score in self.scores if score is not None]

    def rank(self) -> tuple[int, float, int]:
        """Order trials: who came further is better, then who scored lower."""
        through = self.finite()
        return (-len(through), through[-1][1] if through else math.inf, self.number)


def tune(
    name: str, minutes: float, trials: int, bank: Path, folder: Path, say: Say, begin: Path | None = None
) -> tuple[Trial, Path]:
    """Try ``trials`` variants of a recipe for ``minutes`` in all; return the best and the TOML it is kept as.

    The recipe's ``[tune]`` table has the ranges: ``"schedule.rate" = { low = 1e-4, high = 1e-2, log = true }``
    or ``"batch" = { choices = [32, 64] }``. The first variant is the recipe itself. ``folder`` receives
    ``best.toml``, ``tune.json``, ``tune.png`` and the record of the best variant's training. Every variant
    takes over the parts in ``begin``, a model or a training, instead of training them from nothing.

    Raises:
        UnknownName: no recipe is called ``name``.
        InvalidBrief: it has no ranges, a range is none, its kind has no score, there is no bank, or
            there are no such parts in ``begin``.
        CheckpointRefused: another tuning lies in ``folder``.
        TrainingDivergedError: not one variant could be trained.
        CannotWrite, OutOfMemory: as in training.
    """
    kind, recipe = open_recipe(name)
    ranges = tomllib.loads(recipe_path(name).read_text(encoding="utf-8")).get("tune", {})
    if not ranges or kind.score is None:
        lacking = "a way to score what was trained" if ranges else "a [tune] table that says what may vary"
        raise InvalidBrief(f"The recipe {name} cannot be tuned: it lacks {lacking}.")
    kind.check_bank(bank)
    with plainly():
        facts = json.loads(json.dumps([flattened(recipe), ranges, minutes, trials, begin and str(begin.resolve())]))
        known = _opened(folder, facts) or [
            Trial(number, changes) for number, changes in enumerate(draw_variants(recipe, ranges, trials))
        ]
        _Tuning(name, kind, recipe, bank, folder, minutes, facts, known, begin).halve(say)
        best = min(known, key=Trial.rank)
        if not best.finite():
            raise TrainingDivergedError(
                "The loss of every variant stopped being a number; narrow the ranges in [tune] towards lower rates."
            )
        return best, _keep(name, best, folder)


@dataclass(frozen=True)
class _Tuning:
    name: str
    kind: Kind
    recipe: Any
    bank: Path
    folder: Path
    minutes: float
    facts: list[Any]
    trials: list[Trial]
    begin: Path | None

    def halve(self, say: Say) -> None:
        rounds = max(1, math.ceil(math.log2(len(self.trials))))
        alive, spent = self.trials, 0.0
        for number in range(rounds):
            spent += self.minutes / rounds / max(1, len(alive))
            for trial in alive:
                if len(trial.scores) > number:
                    continue
                say(f"Round {number + 1} of {rounds}, variant {trial.number}: {said(trial.changes)}.")
                score = self.tried(trial, spent, say)
                trial.scores.append((spent, score))
                self.write()
                say(f"Variant {trial.number} scored {_short(score)}.")
            ranked = sorted(alive, key=Trial.rank)
            alive = [trial for trial in ranked[: -(-len(ranked) // 2)] if trial.scores[-1][1] is not None]
            for trial in ranked[max(1, len(alive)) :]:
                shutil.rmtree(self.place(trial), ignore_errors=True)

    def tried(self, trial: Trial, minutes: float, say: Say) -> float | None:
        """Train a variant for ``minutes`` in all and return its score."""
        variant, place = varied(self.recipe, trial.changes), self.place(trial)
        assert self.kind.score is not None
        if self.begin and not place.exists():
            self.begun(place)
        try:
            with recorded(place, self.name, kind_name(self.name), variant, minutes, self.bank, say):
                self.kind.train(variant, minutes, self.bank, place, say)
        except TrainingDivergedError:
            return None
        score = self.kind.score(variant, self.bank, place)
        return score if math.isfinite(score) else None

    def begun(self, place: Path) -> None:
        """Begin a variant with the parts of another model; the folder has its name only when it is whole."""
        assert self.begin is not None
        partial = place.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        self.kind.begin(self.name, self.begin, partial)
        partial.rename(place)

    def place(self, trial: Trial) -> Path:
        return self.folder / f"trial-{trial.number:02d}"

    def write(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        state = {"of": self.facts, "trials": [asdict(trial) for trial in self.trials]}
        _replace(self.folder / STATE, json.dumps(state, indent=1) + "\n")
        _plot(self.name, self.trials, self.folder / CURVE)


def _opened(folder: Path, facts: list[Any]) -> list[Trial] | None:
    path = folder / STATE
    if not path.exists():
        return None
    state = json.loads(path.read_text(encoding="utf-8"))
    if state["of"] != facts:
        raise CheckpointRefused(
            f"Another tuning lies in {folder}: its recipe, ranges, minutes, number of trials or beginning were "
            "not these. Move that folder away to begin anew, or ask for the same again."
        )
    return [
        Trial(trial["number"], trial["changes"], [(at, score) for at, score in trial["scores"]])
        for trial in state["trials"]
    ]


def _keep(name: str, best: Trial, folder: Path) -> Path:
    """Write the recipe of the best variant, its comments kept, and the record of its training beside it."""
    document = tomlkit.parse(recipe_path(name).read_text(encoding="utf-8"))
    for key, value in best.changes.items():
        *tables, last = key.split(".")
        table: Any = document
        for part in tables:
            table = table[part]
        if not tables and last not in document:
            table = document["model"]
        table[last] = value
    heading = f"# Tuned: {said(best.changes)}; score {_short(best.finite()[-1][1])}.\n"
    _replace(folder / BEST, heading + tomlkit.dumps(document))
    shutil.copyfile(folder / f"trial-{best.number:02d}" / "record.json", folder / "record.json")
    return folder / BEST


def _plot(name: str, trials: list[Trial], path: Path) -> None:
    """Draw every variant's scores over the minutes it was trained, the best one in colour."""
    best = min(trials, key=Trial.rank)
    lines = []
    for trial in trials:
        if points := trial.finite():
            xs, ys = zip(*points, strict=True)
            leads = trial is best
            lines.append(Line(xs, ys, COLOURS[1 if leads else 0], faint=not leads, marks=True))
    if lines:
        title = f"{name}: the best of {len(trials)} variants scores {_short(best.finite()[-1][1])} (less is better)"
        draw([Panel(title, "minutes of training", lines)], path)


def _replace(path: Path, text: str) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _short(score: float | None) -> str:
    return "nothing: its loss stopped being a number" if score is None else f"{score:.4g}"
