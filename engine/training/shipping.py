"""Shipping: a model folder is written beside the old one and put in its place in one rename."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.diffusion import manifest
from engine.training.recipe import FOLDER

CARD = "README.md"


@contextmanager
def shipped(folder: Path, card: str) -> Iterator[Path]:
    """Give a folder to write a model into; then add card and manifest, and let it replace ``folder``."""
    fresh, old = (folder.with_name(f".{folder.name}.{suffix}") for suffix in ("new", "old"))
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    yield fresh
    (fresh / CARD).write_text(card, encoding="utf-8")
    manifest.write(fresh)
    for path in fresh.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def filled_card(name: str, trained: Path, **figures: str) -> str:
    """Return the card of a recipe with its figures, and those of the newest checkpoint, filled in."""
    progress = json.loads((trained / "checkpoint" / "progress.json").read_text(encoding="utf-8"))
    figures |= {"steps": f"{progress['step']:,}", "minutes": f"{progress['seconds'] / 60:.0f}"}
    text = (FOLDER / f"{name}.card.md").read_text(encoding="utf-8")
    for key, value in figures.items():
        text = text.replace(f"{{{key}}}", value)
    return text
