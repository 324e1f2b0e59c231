"""The record of a model's training, ``record.json``: what was run, on what, with what, and what came of it.

It also keeps a folder to one recipe: checkpoints that another recipe made are not gone on from.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import os
import platform
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import torch
from filelock import FileLock, Timeout

from engine.training.checkpoint import load_progress
from engine.training.errors import CheckpointRefused

NAME = "record.json"
LIBRARIES = (
    "accelerate",
    "diffusers",
    "numpy",
    "pillow",
    "safetensors",
    "salon",
    "tokenizers",
    "torch",
    "transformers",
)
_SHOWN = 4
_BLOCK = 1 << 16
_BLOCKS = 64


@contextmanager
def recorded(
    folder: Path, name: str, kind: str, recipe: Any, minutes: float, data: Path, say: Callable[[str], None]
) -> Iterator[None]:
    """Write into ``folder`` what is run in this context, before it begins and after it ended, however it did.

    Args:
        folder: Of the checkpoints.
        name: The model's.
        kind: The model's.
        recipe: A dataclass or a mapping; what lies in a schedule may change from run to run.
        minutes: Asked for, of all runs together.
        data: The folder of the pictures; it need not exist yet.
        say: Told when schedule or pictures are not those of the run before.

    Raises:
        CheckpointRefused: another recipe made the checkpoints in ``folder``, or another process is training there.
    """
    facts = flattened(recipe)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        before = read_record(folder)
        if before and _stages(folder):
            _compare(folder, before["recipe"], facts, say)
        record = {"model": name, "kind": kind, "recipe": facts, "fingerprint": fingerprint(facts)}
        this = _circumstances(minutes)
        runs = [*(before["runs"] if before else []), this]
        _write(folder, record | {"runs": runs})
        earlier = before["runs"][-1].get("data") if before else None
        this["data"] = data_fingerprint(data)
        if earlier and this["data"] and earlier != this["data"]:
            say(f"The pictures in {data} are not those of the run before.")
        this["outcome"] = "interrupted"
        try:
            yield
            this["outcome"] = "finished"
        except Exception as error:
            this["outcome"] = str(error) or type(error).__name__
            raise
        finally:
            this |= {"ended": _now(), "data": data_fingerprint(data), "stages": _stages(folder)}
            _write(folder, record | {"runs": runs})


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes out of ``folder``; the system lets go when this one dies, however it does."""
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise CheckpointRefused(
            f"Another training is at work in {folder}; wait for it, or end it before this one."
        ) from error
    try:
        yield
    finally:
        lock.release()


def read_record(folder: Path) -> dict[str, Any] | None:
    """Return the record in ``folder``, None without one."""
    path = folder / NAME
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def flattened(recipe: Any) -> dict[str, Any]:
    """Return what a recipe decides as one level of plain values: ``{"denoiser.schedule.rate": 0.001}``.

    What the trained model says of itself (``defaults``) decides nothing.
    """
    table = dataclasses.asdict(recipe) if dataclasses.is_dataclass(recipe) else dict(recipe)
    facts: dict[str, Any] = {}

    def walk(prefix: str, value: Any) -> None:
        if isinstance(value, Mapping):
            for key, part in value.items():
                walk(f"{prefix}.{key}" if prefix else key, part)
        elif isinstance(value, tuple | list):
            facts[prefix] = list(value)
        else:
            facts[prefix] = str(value) if isinstance(value, float) and not math.isfinite(value) else value

    walk("", {key: part for key, part in table.items() if key not in ("defaults", "tune")})
    return facts


def fingerprint(facts: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a flattened recipe."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def data_fingerprint(folder: Path) -> str | None:
    """Return a SHA-256 over the names, sizes and samples of all files in ``folder``, None without any.

    Of large files 64 blocks of 64 KiB are read, evenly spread: banks have gigabytes.
    """
    digest = hashlib.sha256()
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
        with path.open("rb") as stream:
            for index in range(_BLOCKS):
                stream.seek(max(index * _BLOCK, (size - _BLOCK) * index // (_BLOCKS - 1)))
                digest.update(stream.read(_BLOCK))
    return digest.hexdigest() if files else None


def _compare(folder: Path, there: dict[str, Any], here: dict[str, Any], say: Callable[[str], None]) -> None:
    different = [key for key in {**there, **here} if there.get(key) != here.get(key)]
    schedule = [key for key in different if "schedule" in key.split(".")]
    others = [key for key in different if key not in schedule]
    if others:
        raise CheckpointRefused(
            f"The checkpoints in {folder} were made by another recipe: {_told(others, there, here)}. "
            "Move that folder away to begin anew, or go back to that recipe."
        )
    if schedule:
        say(f"Going on with another schedule: {_told(schedule, there, here)}.")


def _told(keys: list[str], there: dict[str, Any], here: dict[str, Any]) -> str:
    parts = [f"{key} was {there.get(key, 'not set')} and is {here.get(key, 'not set')}" for key in keys[:_SHOWN]]
    more = len(keys) - len(parts)
    return ", ".join(parts) + (f" (and {more} more)" if more else "")


def _circumstances(minutes: float) -> dict[str, Any]:
    cuda = torch.cuda.is_available()
    return {
        "begun": _now(),
        "minutes": minutes if math.isfinite(minutes) else None,
        "device": torch.cuda.get_device_name() if cuda else platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "versions": {library: _version(library) for library in LIBRARIES},
    }


def _stages(folder: Path) -> dict[str, Any]:
    """Return what every checkpoint in and under ``folder`` says: steps, seconds, samples, losses, processes..."""
    found = {place.name: load_progress(place) for place in [folder, *sorted(folder.iterdir())] if place.is_dir()}
    return {name: progress for name, progress in found.items() if progress}


def _version(library: str) -> str | None:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _write(folder: Path, record: dict[str, Any]) -> None:
    partial = folder / f"{NAME}.partial"
    partial.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    partial.replace(folder / NAME)
