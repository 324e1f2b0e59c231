"""States at one noise level as a chain, along which others are found between neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from engine.diffusion.state import State
from engine.modes import vary


@dataclass(frozen=True)
class Found:
    """What a state becomes that lies somewhere on the chain."""

    latents: torch.Tensor
    clean: torch.Tensor
    memory: dict[str, Any]
    """What its scheduler remembers of earlier steps, by attribute."""
    drawn: torch.Tensor
    """The state of its generator."""

    def given_to(self, state: State) -> None:
        """Put a state there; its conditions stay."""
        state.latents, state.clean = self.latents, self.clean
        state.generator.set_state(self.drawn)
        vars(state.scheduler).update(self.memory)


def found(chain: Sequence[State], at: float) -> Found:
    """Return what lies on a chain at a number: whole ones are its states, to the bit.

    Between two of them the expected clean latents are mixed in a line, and so is what the schedulers remember; the
    noises keep their length, so that the mixture is as noisy as the network expects it.

    Args:
        chain: states that took the same steps of one schedule, at least one and not all.
        at: 0 to the number of states less 1.
    """
    one = chain[int(at)]
    other, share = chain[min(int(at) + 1, len(chain) - 1)], at - int(at)
    assert one.clean is not None and other.clean is not None
    nearer = other if share > 0.5 else one
    memory = _mixed(_memory(one), _memory(other), share) if share else _memory(one)
    if share == 0:
        return Found(one.latents, one.clean, memory, nearer.generator.get_state())
    clean = torch.lerp(one.clean, other.clean, share)
    noise = vary.mixed([_noise(one), _noise(other)], [1 - share, share])
    return Found(_kept(one, clean) + noise, clean, memory, nearer.generator.get_state())


def _kept(state: State, clean: torch.Tensor) -> torch.Tensor:
    """Return as much of a clean latent as is in the noisy one at the state's noise level."""
    following = state.timesteps[state.position]
    return state.adapter.start_from(state.scheduler, clean, torch.zeros_like(clean), following)


def _noise(state: State) -> torch.Tensor:
    assert state.clean is not None
    return state.latents - _kept(state, state.clean)


def _memory(state: State) -> dict[str, Any]:
    """Return the latents that a scheduler remembers, alone or in lists, which are copied."""
    held = ((key, list(value) if isinstance(value, list) else value) for key, value in vars(state.scheduler).items())
    return {key: value for key, value in held if _is_latent(value, state.latents.shape)}


def _is_latent(value: Any, shape: torch.Size) -> bool:
    if isinstance(value, list):
        return any(_is_latent(each, shape) for each in value)
    return isinstance(value, torch.Tensor) and value.shape == shape


def _mixed(one: Any, other: Any, share: float) -> Any:
    if isinstance(one, dict):
        return {key: _mixed(one[key], other[key], share) for key in one}
    if isinstance(one, list):
        return [_mixed(*pair, share) for pair in zip(one, other, strict=True)]
    return torch.lerp(one, other, share) if isinstance(one, torch.Tensor) else one
