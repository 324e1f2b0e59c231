"""`salon evaluate`: paints what nobody has seen together, and tells how well."""

import json
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
from engine.evaluation.training_pictures import from_bank
from engine.settings import load_settings

LEAST = AMONG
"""Fewer pictures would tell nothing, and the choice among so many captions could not be asked for."""
_TOLD_EVERY_S = 20.0

_ROWS = (
    ("accuracy", "factors right", "{:.1%}"),
    ("fd", "FD", "{:.2f}"),
    ("kd", "KD", "{:.3g}"),
    ("fd_crops", "FD crops", "{:.2f}"),
    ("kd_crops", "KD crops", "{:.3g}"),
    ("precision", "precision", "{:.2f}"),
    ("recall", "recall", "{:.2f}"),
    ("coverage", "coverage", "{:.2f}"),
    ("vendi", "Vendi (variety)", "{:.1f}"),
    ("nearest", "nearest training", "{:.2f}"),
    ("agreement", f"own prompt of {AMONG}", "{:.0%}"),
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
    training = from_bank(reference) if reference else None
    try:
        judges = load_judges()
    except (FileNotFoundError, ValueError) as error:
        raise SettingsRefused(str(error)) from error
    painter = EnginePainter(settings, name, _counter())
    found = evaluate(name, painter, judges, training, count, _say, settings.threads)
    folder = settings.data_dir / "evaluation" / slug(name)
    _keep(found, folder)
    if as_json:
        print_json(found.report.as_dict())
    else:
        results().print(_shown(found.report))
    console().print(f"Pictures as they came, unchosen: {shown_path(folder / 'sheet.png')}")


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
        _cells("By style, read from its pictures", report.english),
        Text(""),
        _cells("By style, read from real pictures: what the judge itself gets right", report.judge),
        Text(""),
        _sets(report),
        *doubts,
    )


def _factors(report: Report) -> Table:
    table = _table("right", *FACTOR_ORDER)
    for title, found in (("English", report.english), ("Chinese", report.chinese), ("real", report.judge)):
        table.add_row(title, *(_percent(found.factors[name]) for name in FACTOR_ORDER))
    shares = [report.english.factors[name] for name in FACTOR_ORDER]
    table.add_row("±", *(f"{(share.high - share.low) / 2:.0%}" if share.count else "" for share in shares), style="dim")
    return table


def _pairs(report: Report) -> Table:
    names = tuple(report.pairs)
    table = _table("two subjects", *names)
    for title, found in ((PAINTED, report.pairs), (FLOOR, report.judge_pairs)):
        table.add_row(title, *(_percent(found[name]) for name in names))
    return table


def _cells(title: str, found: Accuracy) -> Group:
    table = _table("", *FACTOR_ORDER)
    for style, row in found.cells.items():
        table.add_row(style, *(_percent(row[name]) for name in FACTOR_ORDER))
    return Group(Text(title), table)


def _sets(report: Report) -> Table:
    table = _table("pictures", *report.sets)
    for name, title, shape in _ROWS:
        values = (getattr(row, name) for row in report.sets.values())
        table.add_row(title, *("" if value is None else shape.format(value) for value in values))
    return table


def _percent(share: Share) -> str:
    return f"{share.right:.0%}" if share.count else ""


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", no_wrap=True)
    return table
