"""`salon models` and `salon styles`: what there is to choose from."""

import asyncio
import dataclasses
import io
from pathlib import Path

from rich.table import Table
from rich.text import Text

from engine.api import Description, ModelInfo
from engine.api.errors import ModelRefused
from engine.cli.console import console, print_json, results, shown_path, visible
from engine.cli.files import data_folder_complaint, write_whole
from engine.client import connect
from engine.settings import EngineSettings, load_settings
from engine.styles import catalogue


def models(as_json: bool) -> None:
    """List the models of the engine, with sizes, steps and schedulers.

    Raises:
        ModelRefused: the one that paints where none is named is not among them.
    """
    settings = load_settings()
    complain(settings)
    with console().status("Asking the engine"):
        description = asyncio.run(describe(settings))
    if as_json:
        print_json([dataclasses.asdict(model) for model in description.models])
    elif description.models:
        _show_models(description)
    name = description.default_model
    if name in [model.name for model in description.models]:
        return
    if "/" in name:  # on the hub
        console().print(f"{visible(name)} is not on this machine yet; it is fetched when it is first to paint.")
    else:
        raise ModelRefused(
            f"The model {name} cannot be used: it is not on this machine, or not whole. "
            "Name another with SALON_ENGINE__MODEL, or unset that for the model that Salon brings."
        )


def styles(as_json: bool, sheet: Path | None = None) -> None:
    """List the styles of the catalogue; write their examples as one labelled picture where a sheet is asked for.

    Raises:
        CannotWrite: the sheet.
    """
    if sheet is not None:
        from engine.styles.thumbnails import sheet as laid_out

        written = io.BytesIO()
        laid_out(catalogue()).save(written, "PNG")
        write_whole(sheet, written.getvalue())
    if as_json:
        print_json([dataclasses.asdict(style) for style in catalogue()])
        return
    table = _table("style", "also called", "description")
    for style in catalogue():
        title = (style.title.lower(),) if style.title.lower() != style.name else ()
        table.add_row(style.name, ", ".join((*title, *style.aliases)), style.description)
    results().print(table)
    aside = "salon styles --sheet styles.png shows a painted example of each" if sheet is None else shown_path(sheet)
    console().print(aside)


def complain(settings: EngineSettings) -> None:
    """Say it where an engine of one's own could keep neither its log nor its caches; it paints all the same."""
    complaint = data_folder_complaint(settings.data_dir) if settings.listen is None else None
    if complaint:
        console().print(complaint)


async def describe(settings: EngineSettings) -> Description:
    """Ask an engine what it can do."""
    async with connect(settings) as engine:
        return await engine.describe()


def _show_models(description: Description) -> None:
    table = _table("model", "size", "steps", "guidance", "schedulers")
    for model in description.models:
        star = " (default)" if model.name == description.default_model else ""
        table.add_row(
            Text(visible(model.name + star)),
            _size(model),
            str(model.steps),
            f"{model.guidance:g}",
            Text(visible(", ".join(model.schedulers))),
        )
    results().print(table)


def _size(model: ModelInfo) -> str:
    width, height = model.native
    return f"{width} x {height}, up to {model.max_side}, multiples of {model.multiple}"


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim", show_edge=False)
    for column in columns:
        table.add_column(column)
    return table
