"""Eager torch whose self-attention also looks at other rows of the batch: reference attention.

After FABRIC (von Ruette et al. 2023, arXiv:2307.10159): what a reference puts into self-attention at the same noise
level is appended to the keys and values of the rows that look at it; a weight counts as that many copies of a token.
For style the means and spreads of the rows' queries, keys and values follow those of the references too (AdaIN, Huang
and Belongie 2017; StyleAligned, Hertz et al. 2023, has it on queries and keys).
"""

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from diffusers.models.attention_processor import Attention

from engine.api.errors import InvalidBrief
from engine.diffusion.adapters.base import Adapter
from engine.diffusion.executors.full import Full, place
from engine.diffusion.executors.twin import twin_of

LOOKS, WEIGHTS, STYLES = "looks", "look_weights", "style_weights"
"""Inputs beside the network's own: which rows each row looks at, (rows, n) int64; how much, (rows, n) float32; and how
much of each one's statistics it takes on, (rows, n) float32 in 0..1. A row that looks at fewer than n fills up with
weights of 0."""


@dataclass
class _Glance:
    """Who looks at whom in the call that is under way."""

    rows: torch.Tensor
    """Which rows look at any, (m,)."""
    plain: torch.Tensor
    """Those that do not."""
    at: torch.Tensor
    """(m, n)."""
    bias: torch.Tensor
    """(m, n), the logarithm of the weights."""
    style: torch.Tensor
    """(m, n)."""


class Referring:
    """The network of a model with processors of its own in its self-attention; the weights are shared."""

    name = "referring"

    def __init__(self, adapter: Adapter) -> None:
        """Equip the network of a model.

        Raises:
            InvalidBrief: it has no self-attention apart from the words'.
        """
        if adapter.network != "unet":
            raise InvalidBrief(
                f"The model {adapter.model.name} cannot look at reference pictures; use one with a UNet, or start from "
                "the picture instead."
            )
        self._adapter, self._eager = adapter, Full(adapter)
        self.precision = self._eager.precision
        self._network = twin_of(adapter.model.part(adapter.network))
        self._look = _Look()
        processors = self._network.attn_processors
        for name in processors:
            if name.endswith("attn1.processor"):
                processors[name] = self._look
        self._network.set_attn_processor(processors)

    @torch.no_grad()
    def predict(self, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        """Call the network; `LOOKS`, `WEIGHTS` and `STYLES` say who looks at whom."""
        self._look.glance = _glance(inputs, self._adapter.model.device)
        try:
            return self._adapter.call(self._network, *place(self._adapter, inputs))
        finally:
            self._look.glance = None

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """Decode with the model's own autoencoder."""
        return self._eager.decode(latents)

    def embed(self, tokens: torch.Tensor) -> None:
        """Leave the text to the pipeline."""

    def tile(self) -> None:
        """Decode and encode by tiles from now on."""
        self._eager.tile()


def _glance(inputs: dict[str, torch.Tensor], device: torch.device) -> _Glance:
    at, weights, style = (inputs[key].to(device) for key in (LOOKS, WEIGHTS, STYLES))
    looking = (weights > 0).any(dim=1) | (style > 0).any(dim=1)
    rows = looking.nonzero()[:, 0]
    return _Glance(rows, (~looking).nonzero()[:, 0], at[rows], weights[rows].log(), style[rows])


class _Look:
    """A self-attention processor; diffusers calls it with the layer it serves."""

    glance: _Glance | None = None

    def __call__(
        self,
        attn: Attention,
        hidden_states: torch.Tensor,
        encoder_hidden_states: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        temb: torch.Tensor | None = None,
        **_: Any,
    ) -> torch.Tensor:
        """Map (rows, tokens, channels) to the same shape."""
        assert encoder_hidden_states is None and attention_mask is None and self.glance is not None
        query, key, value = (_heads(attn, project(hidden_states)) for project in (attn.to_q, attn.to_k, attn.to_v))
        mixed = torch.empty_like(query)
        glance = self.glance
        if len(glance.plain):
            own = (part[glance.plain] for part in (query, key, value))
            mixed[glance.plain] = F.scaled_dot_product_attention(*own, scale=attn.scale)
        if len(glance.rows):
            mixed[glance.rows] = _looked(query, key, value, glance, attn.scale)
        joined = mixed.transpose(1, 2).flatten(2)
        found: torch.Tensor = attn.to_out[1](attn.to_out[0](joined))
        return found


def _looked(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, glance: _Glance, scale: float) -> torch.Tensor:
    """Attend to a row's own tokens and to those of the rows it looks at; all are (rows, heads, tokens, width)."""
    tokens, count = key.shape[2], glance.at.shape[1]
    asked, keys, values = (_styled(part, glance) for part in (query, key, value))
    keys = torch.cat([keys, *(key[glance.at[:, place]] for place in range(count))], dim=2)
    values = torch.cat([values, *(value[glance.at[:, place]] for place in range(count))], dim=2)
    bias = torch.cat([glance.bias.new_zeros(len(glance.rows), 1), glance.bias], dim=1)
    mask = bias.repeat_interleave(tokens, dim=1)[:, None, None].to(query.dtype)
    return F.scaled_dot_product_attention(asked, keys, values, attn_mask=mask, scale=scale)


def _styled(part: torch.Tensor, glance: _Glance) -> torch.Tensor:
    """Give the rows that look the mean and spread over tokens of those whose style they take on."""
    own = part[glance.rows]
    share = glance.style.sum(dim=1)
    if not bool((share > 0).any()):
        return own
    mean, spread = part.mean(dim=2, keepdim=True), part.std(dim=2, keepdim=True)
    weights = (glance.style / share.clamp_min(1e-6)[:, None])[:, :, None, None, None].to(part.dtype)
    aim, width = ((weights * found[glance.at]).sum(dim=1) for found in (mean, spread))
    normal = (own - mean[glance.rows]) / spread[glance.rows].clamp_min(1e-5)
    return torch.lerp(own, normal * width + aim, share.clamp(max=1)[:, None, None, None].to(part.dtype))


def _heads(attn: Attention, projected: torch.Tensor) -> torch.Tensor:
    return projected.unflatten(2, (attn.heads, -1)).transpose(1, 2)
