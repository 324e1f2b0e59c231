"""`salon evaluate`: paints what nobody has seen together, and tells how well."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Group
from rich.table import Table
from rich.text import Text

from engine.api.errors import InvalidBrief, SettingsRefused
from engine.cli.console import console, print_json, results, shown_path, visible
from engine.cli.files import slug
from engine.evaluation.agreement import AMONG
from engine.evaluation.evaluate import Evaluation, evaluate, load_judges
from engine.evaluation.factors import Accuracy, Share
from engine.evaluation.painting import EnginePainter
from engine.evaluation.report import FACTOR_ORDER, FLOOR, PAINTED, Report
from engine.evaluation.sheet import unchosen_sheet
from engine.evaluation.training_pictures import TrainingPictures, from_bank, painted_again
from engine.settings import load_settings

LEAST = AMONG
"""Fewer pictures would tell nothing, and the choice among so many captions could not be asked for."""
TRAINING = 2
"""Pictures of the training corpus to look through for copies, for each that is painted, where no bank is given."""

_TOLD_EVERY_S = 20.0

_COLUMNS = (
    ("accuracy", "factors", "{:.1%}"),
    ("fd", "FD", "{:.2f}"),
    ("kd", "KD", "{:.4f}"),
    ("fd_crops", "FD crops", "{:.2f}"),
    ("kd_crops", "KD crops", "{:.4f}"),
    ("precision", "precision", "{:.2f}"),
    ("recall", "recall", "{:.2f}"),
    ("coverage", "coverage", "{:.2f}"),
    ("vendi", "Vendi", "{:.1f}"),
    ("nearest", "nearest", "{:.2f}"),
    ("agreement", f"1 of {AMONG}", "{:.0%}"),
)


def run(name: str, reference: Path | None, count: int, as_json: bool) -> None:
    """Evaluate a model and print the report; the contact sheet and the report lie in the data folder.

    Raises:
        InvalidBrief: too few pictures.
        BankRefused: `reference` holds no bank.
        SettingsRefused: the judge cannot be used.
    """
    if count < LEAST:
        raise InvalidBrief(f"--count takes at least {LEAST}; you gave {count}.")
    settings = load_settings()
    workers = settings.threads or os.cpu_count() or 1
    training = _training(reference, count, workers)
    try:
        judges = load_judges()
    except (FileNotFoundError, ValueError) as error:
        raise SettingsRefused(str(error)) from error
    painter = EnginePainter(settings, name, _counter())
    found = evaluate(name, painter, judges, training, count, _say, workers)
    folder = settings.data_dir / "evaluation" / slug(name)
    _keep(found, folder)
    if as_json:
        print_json(found.report.as_dict())
    else:
        results().print(_shown(found.report))
    console().print(f"Pictures as they came, unchosen: {shown_path(folder / 'sheet.png')}")


def _training(reference: Path | None, count: int, workers: int) -> TrainingPictures:
    if reference is None:
        _say("Painting pictures of the training corpus, to look for copies in; --reference takes a bank instead.")
        return painted_again(TRAINING * count, workers)
    return from_bank(reference)


def _say(line: str) -> None:
    console().print(visible(line))


def _counter() -> Callable[[], None]:
    done, told = 0, time.monotonic()

    def painted() -> None:
        nonlocal done, told
        done += 1
        if time.monotonic() - told > _TOLD_EVERY_S:
            told = time.monotonic()
            _say(f"{done} pictures are painted.")

    return painted


def _keep(found: Evaluation, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    unchosen_sheet(found.unchosen.pictures).save(folder / "sheet.png")
    (folder / "prompts.txt").write_text("\n".join(found.unchosen.prompts) + "\n", encoding="utf-8")
    report = json.dumps(found.report.as_dict(), indent=1, ensure_ascii=False)
    (folder / "report.json").write_text(report + "\n", encoding="utf-8")


def _shown(report: Report) -> Group:
    doubts = [Text(f"Doubtful: {doubt}") for doubt in report.doubts()]
    return Group(
        Text(f"{report.model}: {report.count} combinations it has never seen\n"),
        _factors(report),
        Text(""),
        _pairs(report),
        Text(""),
        _cells("Read from its pictures, by style", report.english),
        Text(""),
        _cells("Read from real pictures, by style: what the judge itself gets right", report.judge),
        Text(""),
        _sets(report),
        *doubts,
    )


def _factors(report: Report) -> Table:
    table = _table("right", *FACTOR_ORDER)
    for title, found in (("English", report.english), ("Chinese", report.chinese), ("real", report.judge)):
        table.add_row(title, *(_percent(found.factors[name]) for name in FACTOR_ORDER))
    low_high = (report.english.factors[name] for name in FACTOR_ORDER)
    table.add_row("  95 %", *(f"{share.low:.0%}-{share.high:.0%}" for share in low_high), style="dim")
    return table


def _pairs(report: Report) -> Table:
    names = tuple(report.pairs)
    table = _table("two subjects", *names)
    for title, found in ((PAINTED, report.pairs), (FLOOR, report.judge_pairs)):
        table.add_row(title, *(_percent(found[name]) for name in names))
    return table


def _cells(title: str, found: Accuracy) -> Table:
    table = _table(title, *FACTOR_ORDER)
    for style, row in found.cells.items():
        table.add_row(style, *(_percent(row[name]) for name in FACTOR_ORDER))
    return table


def _sets(report: Report) -> Table:
    table = _table("pictures", *(title for _, title, _ in _COLUMNS))
    for kind, row in report.sets.items():
        values = ((getattr(row, name), shape) for name, _, shape in _COLUMNS)
        table.add_row(kind, *("" if value is None else shape.format(value) for value, shape in values))
    return table


def _percent(share: Share) -> str:
    return f"{share.right:.0%}" if share.count else ""


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", no_wrap=bool(number))
    return table
