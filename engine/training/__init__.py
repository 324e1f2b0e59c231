"""Training: one loop for every model of the house; recipes decide the rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

MODELS = Path(__file__).parents[1] / "models"


def train(
    name: str,
    minutes: float,
    data: Path | None = None,
    out: Path | None = None,
    say: Callable[[str], None] | None = None,
    begin: Path | None = None,
) -> Path:
    """Train the model ``name`` for ``minutes`` (those of earlier, interrupted runs included).

    ``data`` is a folder with a bank of pictures, ``out`` the folder of the checkpoints; by default all
    models share one bank. Return ``out``, where ``record.json`` says what was run. ``begin`` is a model
    folder whose parts a new text-to-image training takes over instead of training them from nothing.

    Raises:
        UnknownName: no recipe is called ``name``.
        InvalidBrief: there is no bank and this kind of model renders none, or something else lies there.
        CheckpointRefused: another recipe made the checkpoints in ``out``.
        TrainingDivergedError: the loss stopped being a number.
        CannotWrite: the disk is full.
        OutOfMemory: memory ran short.
    """
    from engine.training import console
    from engine.training.errors import plainly
    from engine.training.kinds import kind_name, open_recipe
    from engine.training.record import recorded

    kind, recipe = open_recipe(name)
    folder = out or default_folder(name)
    bank, voice = data or default_bank(), say or console.say
    kind.check_bank(bank)
    if begin:
        kind.begin(name, begin, folder)
    with plainly(), recorded(folder, name, kind_name(name), recipe, minutes, bank, voice):
        kind.train(recipe, minutes, bank, folder, voice)
    return folder


def export_model(name: str, out: Path | None = None, to: Path | None = None) -> Path:
    """Turn the newest checkpoint of ``name`` into a model folder, by default the shipped one.

    Raises:
        UnknownName: no recipe is called ``name``.
        FileNotFoundError: it was never trained.
    """
    from engine.training.kinds import open_recipe

    kind, recipe = open_recipe(name)
    folder = to or MODELS / name
    kind.export(recipe, out or default_folder(name), folder)
    return folder


def default_bank() -> Path:
    """Return where the bank lies that all models share unless told otherwise."""
    return Path(".salon") / "training" / "bank"


def default_folder(name: str) -> Path:
    """Return where checkpoints of a model live unless told otherwise."""
    return Path(".salon") / "training" / name
