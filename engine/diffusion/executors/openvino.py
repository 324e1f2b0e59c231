"""The network compiled by OpenVINO: bfloat16 where the processor has it, several times as quick as eager torch.

The networks are converted once, in the background, and kept on disk; a later process only reads them, and then needs
neither the weights nor the classes of the eager ones.
"""

import atexit
import logging
import os
import shutil
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
import torch

from engine.diffusion.adapters.base import Adapter
from engine.diffusion.executors.full import Full

log = logging.getLogger(__name__)

# When imported, OpenVINO tells Google Analytics so, unasked and from forked copies of this process that outlive it.
# Without its telemetry package it makes do with a stub.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

CPU = torch.device("cpu")
_UNFINISHED = "unfinished-"
"""Begins the names of folders that are being written, followed by the process that writes."""
_DAY = 24 * 60 * 60.0
"""Seconds after which a folder is unfinished for good; its process's number may be another's by then."""
_MARGIN = 4
"""Free memory needed for a conversion, as a multiple of the network's weights: itself, its trace, its copy on disk."""


class OpenVino:
    """Calls networks that were converted by `convert`."""

    name = "fast"

    def __init__(self, adapter: Adapter, folder: Path, threads: int) -> None:
        import openvino

        self._adapter = adapter
        self._eager = Full(adapter)
        self._tiled = False
        core = openvino.Core()
        narrow = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        self.precision = "bfloat16" if narrow else "float32"
        hint = "bf16" if narrow else "f32"
        self._network = _Compiled(core, folder / "network.xml", hint, threads)
        self._decoder = _Compiled(core, folder / "decoder.xml", hint, threads)
        self._text = _Compiled(core, folder / "text.xml", "f32", threads) if (folder / "text.xml").is_file() else None

    def predict(self, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        """Call the compiled network."""
        return self._network(*(inputs[key] for key in self._adapter.inputs))

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """Decode with the compiled decoder, or by tiles with the eager one."""
        return self._eager.decode(latents) if self._tiled else self._decoder(latents)

    def embed(self, tokens: torch.Tensor) -> torch.Tensor | None:
        """Call the compiled text encoder, if this architecture has one; it computes in float32."""
        return self._text(tokens) if self._text else None

    def tile(self) -> None:
        """Leave decoding to the eager autoencoder, which can do it by tiles."""
        self._tiled = True
        self._eager.tile()


class _Compiled:
    """One network on the CPU. Threads are not pinned to cores: other work on a shared machine would stall them."""

    def __init__(self, core: Any, path: Path, precision: str, threads: int) -> None:
        settings: dict[str, Any] = {
            "CACHE_DIR": str(path.parent / "compiled"),
            "INFERENCE_PRECISION_HINT": precision,
            "PERFORMANCE_HINT": "LATENCY",
            "ENABLE_CPU_PINNING": False,
        }
        if threads:
            settings["INFERENCE_NUM_THREADS"] = threads
        self._request = core.compile_model(path, "CPU", settings).create_infer_request()
        self._lock = threading.Lock()

    def __call__(self, *inputs: torch.Tensor) -> torch.Tensor:
        """Compute; the result is a copy, for the next call overwrites the request's own buffer."""
        arrays = [value.detach().contiguous().numpy() for value in inputs]
        with self._lock:
            self._request.infer(arrays, share_inputs=True)
            result: torch.Tensor = torch.from_numpy(self._request.get_output_tensor(0).data.copy())
        return result


def folder_for(adapter: Adapter, data_dir: Path, width: int, height: int) -> Path:
    """Return where the converted networks of a model lie; some architectures are converted for each size."""
    size = "any" if adapter.traces_every_size else f"{width}x{height}"
    tools = "-".join(f"{name}{version(name)}" for name in ("openvino", "diffusers"))
    return data_dir / "cache" / "openvino" / f"{adapter.model.hash[:32]}-{size}-{tools}"


def has_room(adapter: Adapter) -> bool:
    """Whether converting would leave the machine enough memory."""
    weights = adapter.model.source.folder / adapter.network
    size = sum(path.stat().st_size for path in weights.glob("*.safetensors"))
    return bool(psutil.virtual_memory().available > _MARGIN * 2 * size)


def convert(adapter: Adapter, folder: Path, width: int, height: int) -> None:
    """Convert all networks of a model into a folder that appears only when it is complete.

    Fresh copies of the networks are traced, so that eager ones may serve meanwhile.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f"{_UNFINISHED}{os.getpid()}-", dir=folder.parent))
    remove = partial(shutil.rmtree, unfinished, ignore_errors=True)
    atexit.register(remove)  # a process that ends does not wait for the thread that converts
    try:
        for name, prepare in _jobs(adapter, width, height).items():
            _convert_one(*prepare(), unfinished / f"{name}.xml")
        if not folder.exists():
            unfinished.replace(folder)
    finally:
        remove()
        atexit.unregister(remove)


def sweep(cache: Path) -> None:
    """Remove what processes left that ended while they converted."""
    for folder in cache.glob(f"{_UNFINISHED}*"):
        owner = folder.name.removeprefix(_UNFINISHED).partition("-")[0]
        if not (owner.isdigit() and psutil.pid_exists(int(owner))) or _age(folder) > _DAY:
            shutil.rmtree(folder, ignore_errors=True)


def _age(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:  # its process has just finished or removed it
        return 0.0


Traced = tuple[torch.nn.Module, tuple[torch.Tensor, ...]]


class _Call(torch.nn.Module):
    """A function over a network, as a module that can be traced."""

    def __init__(self, network: torch.nn.Module, function: Callable[..., torch.Tensor]) -> None:
        super().__init__()
        self.network = network
        self._function = function

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        return self._function(self.network, *inputs)


def _jobs(adapter: Adapter, width: int, height: int) -> dict[str, Callable[[], Traced]]:
    jobs: dict[str, Callable[[], Traced]] = {
        "network": partial(_network, adapter, width, height),
        "decoder": partial(_decoder, adapter, width, height),
    }
    if adapter.compiles_text:
        jobs["text"] = partial(_text, adapter)
    return jobs


def _network(adapter: Adapter, width: int, height: int) -> Traced:
    row = adapter.scratch_row(width, height)
    inputs = adapter.scratch_inputs(row, 2, width, height)
    network = adapter.model.load(adapter.network, CPU, torch.float32)
    return _Call(network, adapter.call), tuple(inputs[key] for key in adapter.inputs)


def _decoder(adapter: Adapter, width: int, height: int) -> Traced:
    latents = torch.randn(2, *adapter.shape(width, height)[1:])
    return _Call(adapter.model.load("vae", CPU, torch.float32), adapter.decode), (latents,)


def _text(adapter: Adapter) -> Traced:
    length = adapter.model.part("tokenizer").model_max_length
    encoder = adapter.model.load("text_encoder", CPU, torch.float32)
    return _Call(encoder, lambda network, ids: network(ids)[0]), (torch.zeros(2, length, dtype=torch.long),)


@torch.no_grad()
def _convert_one(module: torch.nn.Module, inputs: tuple[torch.Tensor, ...], path: Path) -> None:
    import openvino

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", torch.jit.TracerWarning)
        converted = openvino.convert_model(module.eval(), example_input=inputs)
    openvino.save_model(converted, path, compress_to_fp16=False)
