"""`salon train` and `salon tune`: pass on to the training package."""

import math
from pathlib import Path

from engine.api.errors import Cancelled, InvalidBrief
from engine.cli.console import shown_path
from engine.cli.lora import train_lora

MOST_TRIALS = 1000
LORA = "lora"


def train(name: str, minutes: float, data: Path | None, begin: Path | None = None, called: str | None = None) -> None:
    """Train a model; what an interrupted run learnt is kept and the next one goes on from there.

    Raises:
        InvalidBrief: there is no such recipe, time or bank.
        Cancelled: Ctrl-C.
        EngineError: the training ended early; see `engine.training.train`.
    """
    from engine.training import train as run

    _check_minutes(minutes)
    if called is not None and name != LORA:
        raise InvalidBrief("--name is what a LoRA is to be called; leave it out.")
    try:
        if name == LORA:
            train_lora(minutes, data, begin, called)
            return
        folder = run(name, minutes, data, begin=begin)
    except KeyboardInterrupt as interrupt:
        raise Cancelled(
            f"Stopped; what was learnt is saved, and 'salon train {name}' goes on from there."
        ) from interrupt
    from engine.training import console

    console.say(f"Trained. Checkpoints, sample sheets, plots and the record lie in {shown_path(folder)}.")


def tune(name: str, minutes: float, trials: int, data: Path | None, begin: Path | None = None) -> None:
    """Look for a better recipe and keep it.

    Raises:
        InvalidBrief: there is no such recipe, time, number or bank, or the recipe does not say what may vary.
        Cancelled: Ctrl-C.
        EngineError: the tuning ended early; see `engine.training.tune.tune`.
    """
    from engine.training import console, default_bank
    from engine.training.tune import tune as run
    from engine.training.variants import said

    _check_minutes(minutes)
    if not 2 <= trials <= MOST_TRIALS:
        raise InvalidBrief(f"--trials takes a number from 2 to {MOST_TRIALS}; you gave {trials}.")
    folder = Path(".salon") / "tuning" / name
    try:
        best, kept = run(name, minutes, trials, data or default_bank(), folder, console.say, begin)
    except KeyboardInterrupt as interrupt:
        raise Cancelled(f"Stopped; what is known is saved, and the same 'salon tune {name}' goes on.") from interrupt
    console.say(
        f"Best of all: variant {best.number}, {said(best.changes)}. It is kept as {shown_path(kept)}; put it in the "
        f"place of {name}.toml among the recipes to train by it."
    )


def _check_minutes(minutes: float) -> None:
    if not 0 < minutes < math.inf:
        raise InvalidBrief(f"--minutes takes a number greater than 0; you gave {minutes:g}.")
