"""`salon inspect`: the recipe inside a picture."""

from pathlib import Path

from rich.table import Table
from rich.text import Text

from engine.api import Box, Recipe
from engine.cli.console import print_json, results, visible
from engine.cli.files import read_bytes
from engine.pictures.provenance import read_recipe, recipe_dict


def inspect(path: Path, as_json: bool) -> None:
    """Print the recipe that a picture carries."""
    recipe = read_recipe(read_bytes(path))
    if as_json:
        print_json(recipe_dict(recipe))
        return
    table = Table.grid(padding=(0, 3))
    table.add_column()
    table.add_column(overflow="fold")
    for name, value in _facts(recipe).items():
        table.add_row(Text(name, style="dim"), Text(visible(value)))
    results().print(table)


def _facts(recipe: Recipe) -> dict[str, str]:
    """Say everything that a recipe holds, in the order in which people ask."""
    backend = recipe.backend
    facts: dict[str, object] = {
        "prompt": recipe.prompt,
        "negative prompt": recipe.negative,
        "style": recipe.style,
        "picture": f"{recipe.index + 1} of {recipe.count}",
        "seed": recipe.seed,
        "size": f"{recipe.width} x {recipe.height}",
        "steps": recipe.steps,
        "guidance": f"{recipe.guidance:g}",
        "scheduler": recipe.scheduler,
        "started from": recipe.source,
        "noise": ", ".join(f"{share.weight:.3g} of seed {share.seed}" for share in recipe.noise),
        "strength": recipe.strength,
        "mask": recipe.mask,
        "box": _percent(recipe.box),
        "found": recipe.find,
        "place of the picture": _percent(recipe.place),
        "tile": "yes" if recipe.tile else None,
        "parents": ", ".join(recipe.parents),
        "changes": "; ".join(
            f"step {change.step}: "
            + ", ".join(
                f"{name} {value!r}"
                for name in ("prompt", "guidance", "strength")
                if (value := getattr(change, name)) is not None
            )
            for change in recipe.timeline
        ),
        "mode": recipe.mode,
        "model": f"{recipe.model} ({recipe.family})",
        "model hash": recipe.model_hash,
        "backend": f"{backend.executor}, {backend.device}, {backend.precision}, threads: {backend.threads}",
        "batches": ", ".join(f"{steps} steps of {rows} rows" for rows, steps in recipe.rows),
        "versions": ", ".join(f"{name} {version}" for name, version in backend.versions.items()),
    }
    return {name: str(value) for name, value in facts.items() if value not in (None, "")}


def _percent(box: Box | None) -> str | None:
    if box is None:
        return None
    return "{:.4g} % to {:.4g} % across, {:.4g} % to {:.4g} % down".format(
        *(100 * part for part in (box.left, box.right, box.top, box.bottom))
    )
