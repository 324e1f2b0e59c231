"""Eager torch whose cross-attention reads several texts in every row and mixes what it found by weight.

Interpolating what attention returns, rather than the embeddings that it reads, keeps every text meaningful by itself
halfway between two (outer interpolation of He et al., AID: Attention interpolation of text-to-image diffusion, 2024).
Only UNets have cross-attention apart from the rest; a transformer that attends to words and pixels together mixes the
embeddings instead (see `engine.modes.blend`).
"""

from typing import Any

import torch
import torch.nn.functional as F

from engine.diffusion.adapters.base import Adapter
from engine.diffusion.executors.full import Full, place
from engine.diffusion.executors.twin import twin_of
from engine.modes.blend import SHARES

_CELLS_AT_ONCE = 2**18
"""Latent cells that the network is called with at once: sixteen rows of 1024 pixels."""


class Mixing:
    """The network of a model with processors of its own in its cross-attention; the weights are shared."""

    name = "mixing"

    def __init__(self, adapter: Adapter) -> None:
        """Equip the network of a model, which is a UNet."""
        self._adapter, self._eager = adapter, Full(adapter)
        self.precision = self._eager.precision
        self._network = twin_of(adapter.model.part(adapter.network))
        self._mix = _Mix()
        processors = self._network.attn_processors
        self._network.set_attn_processor(
            {name: self._mix if name.endswith("attn2.processor") else own for name, own in processors.items()}
        )

    @torch.no_grad()
    def predict(self, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        """Call the network; `SHARES` says how much of each text counts.

        The frames of a morph are one batch, however many: it is computed in parts that fit into memory.
        """
        sample = inputs["sample"]
        rows = max(1, _CELLS_AT_ONCE // (sample.shape[-2] * sample.shape[-1]))
        parts = zip(*(value.split(rows) for value in inputs.values()), strict=True)
        return torch.cat([self._call(dict(zip(inputs, part, strict=True))) for part in parts])

    def _call(self, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        self._mix.shares = inputs[SHARES].to(self._adapter.model.device, self._adapter.model.dtype)
        try:
            return self._adapter.call(self._network, *place(self._adapter, inputs))
        finally:
            self._mix.shares = None

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """Decode with the model's own autoencoder."""
        return self._eager.decode(latents)

    def embed(self, tokens: torch.Tensor) -> None:
        """Leave the text to the pipeline."""

    def tile(self) -> None:
        """Decode and encode by tiles from now on."""
        self._eager.tile()


class _Mix:
    """A cross-attention processor; diffusers calls it with the layer it serves."""

    shares: torch.Tensor | None = None

    def __call__(
        self,
        attn: Any,
        hidden_states: torch.Tensor,
        encoder_hidden_states: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        temb: torch.Tensor | None = None,
        **_: Any,
    ) -> torch.Tensor:
        """Map (rows, tokens, channels) to the same shape."""
        assert encoder_hidden_states is not None and attention_mask is None and self.shares is not None
        texts = self.shares.shape[1]
        query = attn.to_q(hidden_states).unflatten(2, (attn.heads, -1)).transpose(1, 2)
        # (rows, texts, heads, words, width)
        key, value = (
            project(encoder_hidden_states).unflatten(2, (attn.heads, -1)).unflatten(1, (texts, -1)).transpose(2, 3)
            for project in (attn.to_k, attn.to_v)
        )
        asked = query[:, None].expand(-1, texts, -1, -1, -1)
        found = F.scaled_dot_product_attention(asked, key, value, scale=attn.scale)
        mixed = (found * self.shares[:, :, None, None, None]).sum(dim=1)
        returned: torch.Tensor = attn.to_out[1](attn.to_out[0](mixed.transpose(1, 2).flatten(2)))
        return returned
