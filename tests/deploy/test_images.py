"""What the images are made of. They are not built here: what can be read from their files is."""

import fnmatch
import importlib.metadata
import re
import shlex
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
IMAGES = sorted(DEPLOY.glob("*.Dockerfile"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
HEAVY = {"torch", "diffusers", "transformers", "openvino", "accelerate", "peft", "compel", "triton"}


def instructions(image: Path) -> list[tuple[str, str]]:
    """Return the instructions of a Dockerfile with their arguments, continued lines joined."""
    lines = [line for line in image.read_text().splitlines() if not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [tuple(line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]


def last_stage(image: Path) -> list[tuple[str, str]]:
    found = instructions(image)
    return found[max(index for index, (word, _) in enumerate(found) if word == "FROM") :]


def test_both_images_are_there():
    assert [image.name for image in IMAGES] == ["bot.Dockerfile", "engine.Dockerfile"]


def required(name: str, extras: frozenset[str], seen: set[tuple[str, frozenset[str]]]) -> set[str]:
    """Return the names of all distributions that installing one brings, itself included."""
    if (name, extras) in seen:
        return set()
    seen.add((name, extras))
    try:
        listed = importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:  # not needed on this machine
        return {name}
    return {name}.union(*(everything([Requirement(line)], extras, seen) for line in listed))


def everything(wanted: list[Requirement], extras: frozenset[str], seen: set[tuple[str, frozenset[str]]]) -> set[str]:
    found: set[str] = set()
    for one in wanted:
        if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras | {""}):
            found |= required(one.name.lower().replace("_", "-"), frozenset(one.extras), seen)
    return found


def test_the_bots_requirements_hold_no_torch():
    base = everything([Requirement(line) for line in PROJECT["dependencies"]], frozenset(), set())
    assert not base & HEAVY
    assert {"discord-py", "discord.py"} & base and "sqlalchemy" in base


def test_the_engines_do():
    engine = {Requirement(line).name for line in PROJECT["optional-dependencies"]["engine"]}
    assert {"torch", "diffusers"} <= engine


def test_the_bots_image_installs_no_extra_and_the_engines_does():
    commands = {image.name: " ".join(rest for word, rest in instructions(image) if word == "RUN") for image in IMAGES}
    assert re.search(r"constraints\.txt \.$", commands["bot.Dockerfile"].split(" RUN ")[0].split("groupadd")[0].strip())
    assert "torch" not in commands["bot.Dockerfile"]
    assert "'.[engine]'" in commands["engine.Dockerfile"]


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.stem)
class TestEachImage:
    def test_it_runs_as_nobody_special(self, image):
        users = [rest for word, rest in last_stage(image) if word == "USER"]
        assert users == ["salon"]
        made = " ".join(rest for word, rest in last_stage(image) if word == "RUN")
        assert "--uid 10001" in made and "--gid 10001" in made

    def test_its_bases_are_named_by_version(self, image):
        arguments = {rest.split("=")[0]: rest.split("=")[1] for word, rest in instructions(image) if word == "ARG"}
        for word, rest in instructions(image):
            if word == "FROM":
                base = rest.split()[0]
                base = arguments["BASE"] if base == "${BASE}" else base
                assert re.fullmatch(r"[a-z/]+:3\.\d+-[a-z-]+", base)

    def test_what_it_copies_exists_and_is_not_ignored(self, image):
        ignored = (ROOT / ".dockerignore").read_text().split()
        for word, rest in instructions(image):
            if word == "COPY" and "--from" not in rest:
                *sources, _ = shlex.split(rest)
                for source in sources:
                    assert (ROOT / source).exists()
                    assert not any(fnmatch.fnmatch(source, pattern) for pattern in ignored)

    def test_it_says_how_it_is_doing_and_ends_on_a_signal(self, image):
        words = [word for word, _ in last_stage(image)]
        assert {"HEALTHCHECK", "STOPSIGNAL", "ENTRYPOINT", "CMD"} <= set(words)
        assert dict(last_stage(image))["ENTRYPOINT"].startswith("["), "the exec form, or signals stay with the shell"

    def test_it_holds_no_secret_and_caches_nothing(self, image):
        text = image.read_text()
        assert not re.search(r"(?i)token\s*=|password|apt-get upgrade|sudo|^ADD ", text, re.M)
        for word, rest in instructions(image):
            if word == "RUN" and "pip install" in rest:
                assert rest.count("--no-cache-dir") == rest.count("pip install")
                assert rest.count("--constraint constraints.txt") == rest.count("pip install")


def test_no_secret_is_sent_to_the_builder():
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {"deploy/secrets", ".salon", ".venv", ".git"} <= set(ignored)
