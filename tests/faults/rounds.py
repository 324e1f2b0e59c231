"""How long a campaign is: short wherever tests run, whole under `make soak`, with `make soak ROUNDS=20` shorter."""

import os
import sys

import pytest

WHOLE = int(os.environ.get("SOAK_ROUNDS", "100"))


def rounds(short: int):
    """Parametrize a campaign by its number of rounds."""
    whole = pytest.param(WHOLE, marks=[pytest.mark.soak, pytest.mark.timeout(3 * 3600)], id="whole")
    return pytest.mark.parametrize("rounds", [pytest.param(short, id="short"), whole])


def say(line: str) -> None:
    """Show how far a campaign is, where pytest lets it be seen (`-s`, as `make soak` does)."""
    print(line, file=sys.stderr, flush=True)
