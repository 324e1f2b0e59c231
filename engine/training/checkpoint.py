"""Checkpoints: safetensors for every array, JSON for the rest, replaced by renaming.

A checkpoint is one folder, ``checkpoint/``. It is written beside the old one, synced, and swapped
in. At every moment one of ``checkpoint/`` and ``checkpoint.old/`` is whole, and ``checkpoint/``
is whole whenever it is there; so whatever kills the process, a whole checkpoint is found.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.training.errors import CheckpointRefused

NAME = "checkpoint"


def save_checkpoint(
    folder: Path,
    model: nn.Module,
    ema: dict[str, Tensor],
    optimizer: torch.optim.Optimizer,
    progress: dict[str, Any],
) -> None:
    """Write weights, EMA, optimizer state and progress as the newest checkpoint of ``folder``.

    Raises:
        OSError, SafetensorError: it could not be written; the one before is as it was.
    """
    fresh, current, old = (folder / f"{NAME}{suffix}" for suffix in (".new", "", ".old"))
    shutil.rmtree(fresh, ignore_errors=True)
    arrays = {
        "model": dict(model.state_dict()),
        "ema": ema,
        "optimizer": _flatten(optimizer, model),
    }
    try:
        fresh.mkdir(parents=True)
        for name, tensors in arrays.items():
            save_file({key: value.contiguous() for key, value in tensors.items()}, fresh / f"{name}.safetensors")
        told = progress | {"optimizer": type(optimizer).__name__}
        (fresh / "progress.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
        for path in [*fresh.iterdir(), fresh]:
            _sync(path)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)  # a full disk needs the room
        raise
    if current.exists():
        # only now may the old one go: without a current one it is the only whole one
        shutil.rmtree(old, ignore_errors=True)
        current.rename(old)
    fresh.rename(current)
    _sync(folder)
    shutil.rmtree(old, ignore_errors=True)


def load_checkpoint(
    folder: Path, model: nn.Module, ema: dict[str, Tensor], optimizer: torch.optim.Optimizer
) -> dict[str, Any] | None:
    """Restore the newest whole checkpoint in place; return its progress, None without one.

    Raises:
        CheckpointRefused: it is damaged, of a model of another shape, or by another optimizer; nothing was changed.
    """
    found = _newest(folder)
    if found is None:
        return None
    try:
        weights, average, state = (load_file(found / f"{name}.safetensors") for name in ("model", "ema", "optimizer"))
        progress: dict[str, Any] = json.loads((found / "progress.json").read_text(encoding="utf-8"))
    except (SafetensorError, FileNotFoundError, ValueError) as error:
        raise CheckpointRefused(
            f"The checkpoint {found} is damaged ({error}); remove it to begin anew, or put a copy in its place."
        ) from error
    _check_shapes(found, weights, model)
    earlier, now = progress.get("optimizer"), type(optimizer).__name__
    if earlier not in (None, now):
        raise CheckpointRefused(
            f"The checkpoint {found} was trained by {earlier} and this recipe trains by {now}; train into another "
            "folder, or go back to the recipe it was made with."
        )
    model.load_state_dict(weights)
    for key, value in average.items():
        ema[key].copy_(value)
    _restore(optimizer, model, state)
    return progress


def load_average(folder: Path) -> dict[str, Tensor]:
    """Return the averaged weights of the newest whole checkpoint.

    Raises:
        FileNotFoundError: there is none.
    """
    found = _newest(folder)
    if found is None:
        raise FileNotFoundError(f"{folder} holds no checkpoint; train first.")
    return load_file(found / "ema.safetensors")


def load_progress(folder: Path) -> dict[str, Any] | None:
    """Return what the newest whole checkpoint says of its training, None without one."""
    found = _newest(folder)
    return None if found is None else json.loads((found / "progress.json").read_text(encoding="utf-8"))


def _newest(folder: Path) -> Path | None:
    whole = (folder / f"{NAME}{suffix}" for suffix in ("", ".old"))
    return next((found for found in whole if (found / "progress.json").exists()), None)


def _check_shapes(found: Path, weights: dict[str, Tensor], model: nn.Module) -> None:
    there = {key: tuple(value.shape) for key, value in weights.items()}
    here = {key: tuple(value.shape) for key, value in model.state_dict().items()}
    different = [key for key in [*here, *there] if there.get(key) != here.get(key)]
    if different:
        key = different[0]
        shapes = (f"has shape {shape[key]}" if key in shape else "does not exist" for shape in (there, here))
        raise CheckpointRefused(
            "The checkpoint {} is of another model: {} {} there and {} in this recipe. Train into another folder, "
            "or go back to the recipe it was made with.".format(found, key, *shapes)
        )


def _flatten(optimizer: torch.optim.Optimizer, model: nn.Module) -> dict[str, Tensor]:
    names = {parameter: name for name, parameter in model.named_parameters()}
    return {
        f"{names[parameter]}|{key}": value
        for parameter, state in optimizer.state.items()
        for key, value in state.items()
    }


def _restore(optimizer: torch.optim.Optimizer, model: nn.Module, tensors: dict[str, Tensor]) -> None:
    names = {parameter: name for name, parameter in model.named_parameters()}
    states: dict[str, dict[str, Tensor]] = {}
    for joined, value in tensors.items():
        name, key = joined.rsplit("|", 1)
        states.setdefault(name, {})[key] = value
    whole = optimizer.state_dict()
    ordered = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    whole["state"] = {i: states[names[p]] for i, p in enumerate(ordered) if names[p] in states}
    optimizer.load_state_dict(whole)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
