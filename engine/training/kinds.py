"""The kinds of models of the house, and what a recipe's ``kind`` leads to."""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.api.errors import InvalidBrief
from engine.corpus.bank import ABOUT, LINES, PICTURES, RENDERED, is_gathered
from engine.corpus.gathered.folders import holds_pictures
from engine.names import unknown
from engine.training import recipe as recipes

DEFAULT = "text-to-image"
"""The kind of a recipe that names none."""
_UNFINISHED = {PICTURES, LINES, RENDERED, f"{ABOUT}.partial"}
"""What an interrupted rendering leaves."""


@dataclass(frozen=True)
class Kind:
    """How the models of one kind are trained. A recipe is a frozen dataclass of frozen dataclasses and plain values."""

    load: Callable[[Path], Any]
    """Reads a recipe's TOML."""
    train: Callable[[Any, float, Path, Path, Callable[[str], None]], Any]
    """recipe, minutes in all, bank, folder of the checkpoints, voice: goes on from what lies in that folder."""
    export: Callable[[Any, Path, Path], Any]
    """recipe, folder of the checkpoints, model folder to write."""
    score: Callable[[Any, Path, Path], float] | None = None
    """recipe, bank, folder of the checkpoints: how bad the model is that was trained there; for `salon tune`."""
    take_over: Callable[[Path, Path], Any] | None = None
    """model folder, folder of the checkpoints: begins a training with the parts of a model."""
    renders: bool = False
    """Whether ``train`` renders the bank where there is none."""
    gathers: bool = False
    """Whether ``train`` takes other people's pictures: a folder of captioned ones, or a bank of them."""

    def begin(self, name: str, model: Path, folder: Path) -> None:
        """Begin a training of ``name`` in ``folder`` with the parts of ``model``.

        Raises:
            InvalidBrief: this kind of model has no parts, there are none, or a training already lies there.
        """
        if self.take_over is None:
            raise InvalidBrief(f"{name} has no parts to begin with; leave --from out.")
        self.take_over(model, folder)

    def check_bank(self, bank: Path) -> None:
        """Refuse a folder that is not a bank and will not become one.

        Raises:
            InvalidBrief: it holds something else, nothing is to be rendered into it, or other people's pictures
                teach this kind of model nothing.
        """
        if (bank / ABOUT).exists():
            if is_gathered(bank) and not self.gathers:
                raise InvalidBrief(
                    f"{bank} holds other people's pictures, and this model learns from Salon's own corpus alone; "
                    "leave --data out."
                )
            return
        if self.gathers and holds_pictures(bank):
            return
        if not self.renders:
            raise InvalidBrief(
                f"There is no bank of pictures in {bank}; 'salon train mini' renders one, and --data names one."
            )
        strange = sorted({path.name for path in bank.iterdir()} - _UNFINISHED) if bank.is_dir() else []
        if strange:
            raise InvalidBrief(
                f"{bank} holds {strange[0]} and no bank of pictures; name a folder that a bank lies in, "
                "or a new one to render the corpus into."
            )


_KINDS: dict[str, Callable[[], Kind]] = {
    DEFAULT: lambda: _of("text_to_image", "load", "train", "export", "score", "take_over", renders=True, gathers=True),
    "clip": lambda: _of("clip", "load_clip_recipe", "train_clip", "export_clip"),
    "lora": lambda: _of("lora", "load_lora_recipe", "train_lora", "export_lora", take_over="begin_lora", gathers=True),
    "judge": lambda: _of("judge", "load_judge_recipe", "train_judge", "export_judge"),
    "restyle": lambda: _of("restyle", "load_restyle_recipe", "train_restyle", "export_restyle"),
    "upscaler": lambda: _of(
        "upscaler", "load_upscaler_recipe", "train_upscaler", "export_upscaler", "score_upscaler", renders=True
    ),
}
"""The literal list of kinds: module and functions in the order of ``Kind``'s fields, imported when asked for."""


def kind_name(recipe_name: str) -> str:
    """Return the kind that a recipe names.

    Raises:
        UnknownName: there is no such recipe, or no such kind.
    """
    table = tomllib.loads(recipe_path(recipe_name).read_text(encoding="utf-8"))
    name = str(table.get("kind", DEFAULT))
    if name not in _KINDS:
        raise unknown("kind of model", name, _KINDS)
    return name


def open_recipe(name: str) -> tuple[Kind, Any]:
    """Return the kind of a recipe and the recipe.

    Raises:
        UnknownName: there is no such recipe, or no such kind.
    """
    kind = _KINDS[kind_name(name)]()
    return kind, kind.load(recipe_path(name))


def recipe_path(name: str) -> Path:
    """Return the TOML of a recipe.

    Raises:
        UnknownName: there is none of that name.
    """
    if name not in recipes.recipe_names():
        raise unknown("training recipe", name, recipes.recipe_names())
    return recipes.FOLDER / f"{name}.toml"


def _of(
    module: str, *functions: str, take_over: str | None = None, renders: bool = False, gathers: bool = False
) -> Kind:
    found = importlib.import_module(f"engine.training.{module}")
    made = Kind(*(getattr(found, function) for function in functions), renders=renders, gathers=gathers)
    return replace(made, take_over=getattr(found, take_over)) if take_over else made
