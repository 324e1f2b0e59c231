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
) -> Path:
    """Train the model ``name`` for ``minutes`` (those of earlier, interrupted runs included).

    ``data`` is a folder with a bank of pictures (rendered there when missing), ``out`` the folder
    of the checkpoints; return ``out``.

    Raises:
        ValueError: no recipe is called ``name``.
        TrainingDivergedError: the loss stopped being a number.
    """
    from engine.training.mini import train_text_to_image
    from engine.training.recipe import load_recipe

    recipe = load_recipe(name)
    folder = out or default_folder(name)
    train_text_to_image(recipe, minutes, data or folder / "bank", folder, say or _say)
    return folder


def export_model(name: str, out: Path | None = None, to: Path | None = None) -> Path:
    """Turn the newest checkpoint of ``name`` into a model folder, by default the shipped one.

    Raises:
        ValueError: no recipe is called ``name``.
        FileNotFoundError: it was never trained.
    """
    from engine.training.export import export
    from engine.training.recipe import load_recipe

    recipe = load_recipe(name)
    folder = to or MODELS / name
    export(recipe, out or default_folder(name), folder)
    return folder


def default_folder(name: str) -> Path:
    """Return where checkpoints of a model live unless told otherwise."""
    return Path(".salon") / "training" / name


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 (the command line's own voice)
