"""What the shared step asks of whoever calls the network."""

from typing import Protocol

import torch


class Executor(Protocol):
    """Calls the networks of one model. A picture keeps the executor that it started with."""

    name: str
    """`full` or `fast`."""
    precision: str
    """Of the denoising network's arithmetic, such as `float32`."""

    def predict(self, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        """Call the denoising network.

        Args:
            inputs: float32 tensors, one row of each for every row of the batch, by the adapter's names.

        Returns:
            The prediction, shaped as the sample, on the model's device.
        """
        ...

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """Decode scaled latents of N pictures to (N, 3, height, width), around -1..1."""
        ...

    def embed(self, tokens: torch.Tensor) -> torch.Tensor | None:
        """Return the hidden states of (N, tokens) ids, or None where the pipeline's own path is to be taken."""
        ...

    def tile(self) -> None:
        """Decode by tiles from now on: less memory, more time."""
        ...
