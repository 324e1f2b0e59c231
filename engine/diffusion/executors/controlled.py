"""Eager torch with a ControlNet beside the network (Zhang et al., Adding conditional control, 2023), by diffusers."""

from typing import Any

import torch
from torch import nn

from engine.diffusion.adapters.base import Adapter
from engine.diffusion.executors.full import Full, place

PICTURES, WEIGHTS = "control_pictures", "control_weights"
"""Inputs beside the network's own: (rows, 3, height, width) in 0..1, and (rows,)."""


class Controlled:
    """The network of a model, led by a ControlNet."""

    name = "controlled"

    def __init__(self, adapter: Adapter, control: nn.Module) -> None:
        self._adapter, self._eager = adapter, Full(adapter)
        self.precision = self._eager.precision
        self._network = _Led(adapter.model.part(adapter.network), control)

    @torch.no_grad()
    def predict(self, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        """Call both networks; `PICTURES` and `WEIGHTS` say what leads each row and how much."""
        model = self._adapter.model
        self._network.pictures, self._network.weights = (
            inputs[key].to(model.device, model.dtype) for key in (PICTURES, WEIGHTS)
        )
        return self._adapter.call(self._network, *place(self._adapter, inputs))

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """Decode with the model's own autoencoder."""
        return self._eager.decode(latents)

    def embed(self, tokens: torch.Tensor) -> None:
        """Leave the text to the pipeline."""

    def tile(self) -> None:
        """Decode and encode by tiles from now on."""
        self._eager.tile()


class _Led:
    """Stands in for a UNet in an adapter's call."""

    pictures: torch.Tensor
    weights: torch.Tensor

    def __init__(self, network: Any, control: Any) -> None:
        self._network, self._control = network, control

    def __call__(self, sample: torch.Tensor, timestep: torch.Tensor, hidden: torch.Tensor, **more: Any) -> Any:
        added = {key: more[key] for key in ("timestep_cond", "added_cond_kwargs") if key in more}
        down, middle = self._control(
            sample, timestep, hidden, controlnet_cond=self.pictures, return_dict=False, **added
        )
        share = self.weights[:, None, None, None]
        residuals = [share * part for part in down]
        return self._network(
            sample,
            timestep,
            hidden,
            down_block_additional_residuals=residuals,
            mid_block_additional_residual=share * middle,
            **more,
        )
