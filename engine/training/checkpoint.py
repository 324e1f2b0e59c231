"""Checkpoints: safetensors for every array, JSON for the rest, replaced in one rename.

A checkpoint is one folder, ``checkpoint/``. It is written beside the old one, synced, and swapped
in; whatever kills the process, a whole checkpoint is found afterwards.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

NAME = "checkpoint"


def save_checkpoint(
    folder: Path,
    model: nn.Module,
    ema: dict[str, Tensor],
    optimizer: torch.optim.Optimizer,
    progress: dict[str, Any],
) -> None:
    """Write weights, EMA, optimizer state and progress as the newest checkpoint of ``folder``."""
    fresh, current, old = (folder / f"{NAME}{suffix}" for suffix in (".new", "", ".old"))
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    arrays = {
        "model": dict(model.state_dict()),
        "ema": ema,
        "optimizer": _flatten(optimizer, model),
    }
    for name, tensors in arrays.items():
        save_file({key: value.contiguous() for key, value in tensors.items()}, fresh / f"{name}.safetensors")
    (fresh / "progress.json").write_text(json.dumps(progress, indent=1), encoding="utf-8")
    for path in [*fresh.iterdir(), fresh]:
        _sync(path)
    shutil.rmtree(old, ignore_errors=True)
    if current.exists():
        current.rename(old)
    fresh.rename(current)
    _sync(folder)
    shutil.rmtree(old, ignore_errors=True)


def load_checkpoint(
    folder: Path, model: nn.Module, ema: dict[str, Tensor], optimizer: torch.optim.Optimizer
) -> dict[str, Any] | None:
    """Restore the newest whole checkpoint in place; return its progress, None without one."""
    found = _newest(folder)
    if found is None:
        return None
    model.load_state_dict(load_file(found / "model.safetensors"))
    for key, value in load_file(found / "ema.safetensors").items():
        ema[key].copy_(value)
    _restore(optimizer, model, load_file(found / "optimizer.safetensors"))
    return json.loads((found / "progress.json").read_text(encoding="utf-8"))


def load_average(folder: Path) -> dict[str, Tensor]:
    """Return the averaged weights of the newest whole checkpoint.

    Raises:
        FileNotFoundError: there is none.
    """
    found = _newest(folder)
    if found is None:
        raise FileNotFoundError(f"{folder} holds no checkpoint; train first.")
    return load_file(found / "ema.safetensors")


def _newest(folder: Path) -> Path | None:
    whole = (folder / f"{NAME}{suffix}" for suffix in ("", ".old"))
    return next((found for found in whole if (found / "progress.json").exists()), None)


def _flatten(optimizer: torch.optim.Optimizer, model: nn.Module) -> dict[str, Tensor]:
    names = {parameter: name for name, parameter in model.named_parameters()}
    return {
        f"{names[parameter]}|{key}": value
        for parameter, state in optimizer.state.items()
        for key, value in state.items()
    }


def _restore(optimizer: torch.optim.Optimizer, model: nn.Module, tensors: dict[str, Tensor]) -> None:
    parameters = dict(model.named_parameters())
    for joined, value in tensors.items():
        name, key = joined.rsplit("|", 1)
        optimizer.state[parameters[name]][key] = value


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
