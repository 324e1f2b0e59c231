import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from engine.cli.console import console, print_json, visible
from engine.cli.progress import LiveReport, PlainReport, report


@given(st.text())
def test_nothing_shown_commands_the_terminal(text: str) -> None:
    shown = visible(text)
    assert all(char.isprintable() or char in "\u200c\u200d" for char in shown)
    shown.encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", r"\x1b[31m"),
        ("a\nb", "a b"),
        ("\u202e", r"\u202e"),
        ("\udcff", r"\udcff"),
        ("👩‍👧 بومة", "👩‍👧 بومة"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_markup_and_emoji_codes_stay_as_typed(capsys: pytest.CaptureFixture[str]) -> None:
    console().print("[bold]x[/bold] :smile:")
    assert capsys.readouterr().err == "[bold]x[/bold] :smile:\n"


def test_json_is_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"prompt": "🦉\ud800"})
    out = capsys.readouterr().out
    assert out.isascii() and json.loads(out) == {"prompt": "🦉\ud800"}


def test_plain_progress_is_a_few_lines() -> None:
    out = io.StringIO()
    with report(Console(file=out), 2) as progress:
        progress.queued(0)
        for step in range(1, 101):
            progress.stepped(step, 100, 100 - step)
        progress.finished(1)
    assert isinstance(progress, PlainReport)
    lines = out.getvalue().splitlines()
    assert lines[-2:] == ["Step 100 of 100, 0 s left.", "Picture 1 of 2."]
    assert 5 <= len(lines) <= 8


def test_live_progress_shows_steps_pictures_and_time() -> None:
    out = io.StringIO()
    terminal = Console(file=out, force_terminal=True, width=120, markup=False, emoji=False, highlight=False)
    with report(terminal, 2) as progress:
        progress.queued(3)
        progress.stepped(5, 20, 7.4)
        progress.finished(1)
        progress.say("\x1b[2J[bold]")
    assert isinstance(progress, LiveReport)
    for words in ("step 5/20", "1/2 pictures", "7 s left", r"\x1b[2J[bold]"):
        assert words in out.getvalue()
