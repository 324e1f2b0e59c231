"""`salon describe` and `salon shorten`: pictures into words, and which words matter."""

import asyncio
import dataclasses
from pathlib import Path

from rich.table import Table
from rich.text import Text

from engine.api import DescribePicture, PictureWords, PromptWeights
from engine.api.errors import InvalidBrief
from engine.api.questions import Language
from engine.cli.console import console, print_json, results, shown_path, visible
from engine.cli.files import Names, check_folder, read_bytes, slug
from engine.cli.listings import complain
from engine.cli.painting import inputs_of
from engine.client import connect
from engine.client.weighing import SEED, weighed, weighed_in
from engine.prompting import craft, variants
from engine.settings import EngineSettings, load_settings

_BAR = 24


def describe(path: Path, *, chinese: bool, as_json: bool) -> None:
    """Print words that would paint a picture such as this."""
    data = read_bytes(path)
    settings = load_settings()
    complain(settings)
    with console().status("Looking at the picture"):
        found = asyncio.run(_described(settings, data, "zh" if chinese else "en"))
    if as_json:
        print_json(dataclasses.asdict(found))
    elif not found.prompts:
        results().print(f"{visible(found.model)} sees nothing it knows in {shown_path(path)}.")
    else:
        _show_words(found)


def shorten(prompt: str, *, image: Path | None, model: str | None, seed: int | None, out: Path, as_json: bool) -> None:
    """Print which words of a prompt matter, and write where in its picture each is felt."""
    check_folder(out)
    (only,) = variants(prompt, 1)
    crafted = craft(only, seed=seed or 0)
    if not crafted.prompt.strip():
        raise InvalidBrief("The prompt has no words to weigh; write what you would have painted.")
    data = read_bytes(image) if image is not None else None
    settings = load_settings()
    complain(settings)
    with console().status("Weighing the words"):
        found = asyncio.run(_weighed(settings, crafted.prompt, data, model, SEED if seed is None else seed))
    sheet = Names(out, f"{slug(prompt)}-words").write("1.webp", found.sheet)
    if as_json:
        plain = dataclasses.asdict(found) | {"sheet": str(sheet)}
        print_json(plain)
        return
    _show_weights(found)
    results().print(f"Shorter: {visible(found.shortened)}")
    results().print(shown_path(sheet))
    for notice in found.notices:
        console().print(visible(notice))


async def _described(settings: EngineSettings, data: bytes, language: Language) -> PictureWords:
    inputs = inputs_of(data)
    async with connect(settings) as engine:
        return await engine.ask(DescribePicture(picture=next(iter(inputs)), language=language), inputs)


async def _weighed(
    settings: EngineSettings, prompt: str, data: bytes | None, model: str | None, seed: int
) -> PromptWeights:
    async with connect(settings) as engine:
        if data is None:
            return await weighed(engine, prompt, model=model, seed=seed)
        inputs = inputs_of(data)
        return await weighed_in(engine, prompt, next(iter(inputs)), data, model=model)


def _show_words(found: PictureWords) -> None:
    out = results()
    for prompt in found.prompts:
        out.print(visible(prompt))
    if not found.told:
        return
    table = Table.grid(padding=(0, 3))
    for told in found.told:
        table.add_row(Text(told.factor, style="dim"), visible(told.words), Text(f"{told.sure:.0%}", style="dim"))
    out.print(table)


def _show_weights(found: PromptWeights) -> None:
    table = Table.grid(padding=(0, 2))
    heaviest = max(weight.share for weight in found.weights) or 1.0
    for rank, weight in enumerate(sorted(found.weights, key=lambda one: -one.share), 1):
        bar = "█" * max(1, round(_BAR * weight.share / heaviest))
        words = Text(visible(weight.words), style="" if weight.kept else "strike dim")
        table.add_row(
            Text(str(rank), style="dim"), words, f"{weight.share:.0%}", Text(bar, style="" if weight.kept else "dim")
        )
    results().print(table)
