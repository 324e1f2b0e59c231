"""`salon evaluate`: what it refuses, and its tables on a report made by hand."""

import io

import pytest
from rich.console import Console

from engine.cli.evaluation import LEAST, _shown
from engine.evaluation.factors import Accuracy, Share
from engine.evaluation.measures import Measures
from engine.evaluation.report import FACTOR_ORDER, MEANT, Report
from tests.engine.cli.conftest import Salon


def report() -> Report:
    shares = {name: Share(0.75, 0.6, 0.9, 40) for name in FACTOR_ORDER} | {"mood": Share(0.0, 0.0, 1.0, 0)}
    found = Accuracy(shares, {"oil": shares})
    kinds = ["painted", "real", *dict.fromkeys(control for control, _, _ in MEANT)]
    rows = {kind: Measures(0.5, 12.345, 0.00123, 1, 1, 0.5, 0.5, 0.5, 7, 2, None) for kind in kinds}
    pairs = {"both": Share(0.25, 0.1, 0.4, 8)}
    return Report("mini", 1000, found, found, pairs, found, pairs, rows)


def test_the_tables_fit_a_narrow_terminal() -> None:
    paper = io.StringIO()
    Console(file=paper, width=80).print(_shown(report()))
    lines = paper.getvalue().splitlines()
    assert not any("…" in line for line in lines)
    heads = [line.split() for line in lines if line.strip().startswith(("right", "pictures"))]
    assert heads[0] == ["right", *FACTOR_ORDER]
    assert any(line.startswith("FD ") and "12.35" in line for line in lines)
    assert any(line.startswith("Doubtful: The judge reads only 75.0%") for line in lines)


@pytest.mark.parametrize("count", ["0", str(LEAST - 1)])
def test_too_few_pictures_are_refused(salon: Salon, count: str) -> None:
    result = salon("evaluate", "mini", "--count", count)
    assert result.exit_code == 64 and f"at least {LEAST}" in result.stderr


def test_a_folder_without_a_bank_is_refused(salon: Salon) -> None:
    result = salon("evaluate", "mini", "--reference", str(salon.folder))
    assert result.exit_code == 65 and "no finished bank" in result.stderr
