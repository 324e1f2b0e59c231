"""What the documents say about the code is true."""

import re
from pathlib import Path

from typer.testing import CliRunner

from bot.commands import mount
from bot.settings import PREFIX, names
from engine.cli import app

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_every_setting_named_in_the_readme_exists():
    named = set(re.findall(rf"{PREFIX}[A-Z_]+", README))
    assert named
    assert named <= set(names())


def test_every_command_shown_in_the_readme_exists():
    mount(app)
    listed = CliRunner().invoke(app, ["--help"]).output
    for command in set(re.findall(r"salon ([a-z]+)\b", README)):
        assert re.search(rf"\b{command}\b", listed), command


def test_pictures_and_links_of_the_documents_are_there():
    for text in (README, ARCHITECTURE):
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (ROOT / target).exists(), target


def test_every_package_is_on_the_map():
    for root in ("bot", "engine", "storage"):
        for folder in (ROOT / root, *(ROOT / root).iterdir()):
            if (folder / "__init__.py").exists():
                assert re.search(rf"\b{folder.name}\b", ARCHITECTURE), folder.name
