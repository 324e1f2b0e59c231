"""Eager torch on a torus: what leaves a picture on one side comes in on the other."""

import copy
from typing import Any

import torch
from torch import nn

from engine.api.errors import InvalidBrief
from engine.diffusion.adapters.base import Adapter
from engine.diffusion.executors.full import place


class Seamless:
    """The networks of a model with every convolution led round from edge to edge; the weights are shared."""

    name = "seamless"

    def __init__(self, adapter: Adapter) -> None:
        """Lead the networks of a model round.

        Raises:
            InvalidBrief: its network knows the place of every patch, so that it would paint edges all the same.
        """
        if adapter.network != "unet":
            raise InvalidBrief(f"The model {adapter.model.name} cannot paint seamless tiles; use one with a UNet.")
        self._adapter = adapter
        self._network = led_round(adapter.model.part(adapter.network))
        self._autoencoder = led_round(adapter.model.part("vae"))
        self.precision = str(adapter.model.dtype).removeprefix("torch.")

    @torch.no_grad()
    def predict(self, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        """Call the network; all but the timestep are brought to its precision."""
        return self._adapter.call(self._network, *place(self._adapter, inputs))

    @torch.no_grad()
    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """Decode with the model's own autoencoder."""
        return self._adapter.decode(self._autoencoder, latents)

    def embed(self, tokens: torch.Tensor) -> None:
        """Leave the text to the pipeline."""

    def tile(self) -> None:
        """Change nothing: decoded by tiles, the edges would not meet."""


def led_round(network: nn.Module) -> Any:
    """Return a copy of a network, on the same weights, whose convolutions pad each side with the opposite one."""
    weights = [*network.parameters(), *network.buffers()]
    twin = copy.deepcopy(network, {id(weight): weight for weight in weights})
    for module in twin.modules():
        if isinstance(module, nn.Conv2d) and module.padding != (0, 0):
            module.padding_mode = "circular"
    return twin
