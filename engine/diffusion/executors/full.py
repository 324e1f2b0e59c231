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
        return self._adapter.call(self._adapter.model.part(self._adapter.network), *place(self._adapter, inputs))

    @torch.no_grad()
    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """Decode with the model's own autoencoder."""
        return self._adapter.decode(self._adapter.model.part("vae"), latents)

    def embed(self, tokens: torch.Tensor) -> None:
        """Leave the text to the pipeline."""

    def tile(self) -> None:
        """Decode and encode by tiles from now on."""
        self._adapter.model.part("vae").enable_tiling()


def place(adapter: Adapter, inputs: dict[str, torch.Tensor]) -> list[torch.Tensor]:
    """Bring the inputs, in the adapter's order, to the model's device and all but the timestep to its precision."""
    model = adapter.model
    return [inputs[key].to(model.device, torch.float32 if key == "timestep" else model.dtype) for key in adapter.inputs]
