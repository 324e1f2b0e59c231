"""Eager torch."""

import torch

from engine.diffusion.adapters.base import Adapter


class Full:
    """The network as its library wrote it: everything that hooks into it works."""

    name = "full"

    def __init__(self, adapter: Adapter) -> None:
        self._adapter = adapter
        self.precision = str(adapter.model.dtype).removeprefix("torch.")

    @torch.no_grad()
    def predict(self, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        """Call the network; all but the timestep are brought to its precision."""
        model = self._adapter.model
        placed = [
            inputs[key].to(model.device, torch.float32 if key == "timestep" else model.dtype)
            for key in self._adapter.inputs
        ]
        return self._adapter.call(model.part(self._adapter.network), *placed)

    @torch.no_grad()
    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """Decode with the model's own autoencoder."""
        return self._adapter.decode(self._adapter.model.part("vae"), latents)

    def tile(self) -> None:
        """Decode and encode by tiles from now on: less memory, more time."""
        self._adapter.model.part("vae").enable_tiling()
