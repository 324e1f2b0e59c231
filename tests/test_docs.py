"""What the documents say about the code is true."""

import re
from pathlib import Path

from typer.testing import CliRunner

from engine.cli import app
from engine.settings import PREFIX, EngineSettings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_every_setting_named_in_the_readme_exists():
    named = set(re.findall(rf"{PREFIX}([A-Z_]+)", README))
    assert named
    assert {name.lower() for name in named} <= set(EngineSettings.model_fields)


def test_every_command_shown_in_the_readme_exists():
    listed = CliRunner().invoke(app, ["--help"]).output
    for command in set(re.findall(r"salon ([a-z]+)\b", README)):
        assert re.search(rf"\b{command}\b", listed), command


def test_pictures_and_links_of_the_documents_are_there():
    for text in (README, ARCHITECTURE):
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (ROOT / target).exists(), target


def test_every_package_of_the_engine_is_on_the_map():
    for folder in (ROOT / "engine").iterdir():
        if (folder / "__init__.py").exists():
            assert re.search(rf"\b{folder.name}\b", ARCHITECTURE), folder.name
