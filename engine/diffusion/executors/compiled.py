"""The network compiled by torch, for CUDA devices."""

import copy

import torch

from engine.diffusion.adapters.base import Adapter
from engine.diffusion.executors.full import Full, place

_WARM_ROWS = (2, 4)
"""Two batch sizes, so that the compiler learns that this dimension varies."""


class Compiled:
    """Calls a compiled twin of the denoising network; the twin shares its weights with the eager one.

    Where the network names its repeated blocks only those are compiled, which takes a fraction of the time at the same
    speed (diffusers, "Regional compilation").
    """

    name = "fast"

    def __init__(self, adapter: Adapter, width: int, height: int) -> None:
        self._adapter = adapter
        self._eager = Full(adapter)
        self.precision = self._eager.precision
        self._network = _twin(adapter.model.part(adapter.network))
        if getattr(self._network, "_repeated_blocks", None):
            self._network.compile_repeated_blocks(fullgraph=True, dynamic=True)
        else:
            self._network.compile(dynamic=True)
        self._warm(width, height)

    @torch.no_grad()
    def predict(self, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        """Call the compiled network."""
        return self._adapter.call(self._network, *place(self._adapter, inputs))

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """Decode with the model's own autoencoder."""
        return self._eager.decode(latents)

    def embed(self, tokens: torch.Tensor) -> None:
        """Leave the text to the pipeline."""

    def tile(self) -> None:
        """Decode by tiles from now on."""
        self._eager.tile()

    def _warm(self, width: int, height: int) -> None:
        row = self._adapter.scratch_row(width, height)
        for rows in _WARM_ROWS:
            self.predict(self._adapter.scratch_inputs(row, rows, width, height))


def _twin(network: torch.nn.Module) -> torch.nn.Module:
    """Copy a network's modules, not its tensors."""
    shared = {id(tensor): tensor for tensor in (*network.parameters(), *network.buffers())}
    return copy.deepcopy(network, memo=shared)
