"""Muon for matrices, AdamW for the rest, as one optimizer.

Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/) turns the momentum of every
matrix into the nearest orthogonal one, so that all its directions are learnt at one pace: pictures
have few coarse directions and many fine ones. torch has one for matrices only; the networks of the
house are mostly convolutions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
ITERATIONS = 5


class MuonAdamW(torch.optim.Optimizer):
    """Groups with ``muon`` take orthogonal steps, the others AdamW's.

    The state of a parameter is made of tensors alone, so checkpoints hold it as they do AdamW's.
    """

    def __init__(
        self,
        groups: Iterable[dict[str, Any]],
        betas: tuple[float, float] = (0.9, 0.99),
        momentum: float = 0.95,
        weight_decay: float = 0.01,
        eps: float = 1e-8,
    ) -> None:
        defaults = {"betas": betas, "momentum": momentum, "weight_decay": weight_decay, "eps": eps, "muon": False}
        super().__init__(groups, defaults)

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Take one step from the gradients at hand."""
        for group in self.param_groups:
            advance = self._turn if group["muon"] else self._adam
            for parameter in group["params"]:
                if parameter.grad is not None:
                    parameter.mul_(1 - group["lr"] * group["weight_decay"])
                    advance(parameter, group)
        return closure() if closure else None

    def _turn(self, parameter: Tensor, group: dict[str, Any]) -> None:
        state = self.state[parameter]
        if not state:
            state["momentum"] = torch.zeros_like(parameter)
        momentum = state["momentum"].lerp_(parameter.grad, 1 - group["momentum"])
        direction = parameter.grad.lerp(momentum, group["momentum"]).flatten(1)
        rows, columns = direction.shape
        scale = max(1.0, rows / columns) ** 0.5
        parameter.add_(orthogonal(direction).view_as(parameter), alpha=-group["lr"] * scale)

    def _adam(self, parameter: Tensor, group: dict[str, Any]) -> None:
        state = self.state[parameter]
        if not state:
            state["step"] = torch.zeros(())
            state["mean"] = torch.zeros_like(parameter)
            state["square"] = torch.zeros_like(parameter)
        first, second = group["betas"]
        state["step"] += 1
        mean = state["mean"].lerp_(parameter.grad, 1 - first)
        square = state["square"].mul_(second).addcmul_(parameter.grad, parameter.grad, value=1 - second)
        steps = float(state["step"])
        size = (square / (1 - second**steps)).sqrt_().add_(group["eps"])
        parameter.addcdiv_(mean, size, value=-group["lr"] / (1 - first**steps))


def orthogonal(matrix: Tensor) -> Tensor:
    """Return about the nearest semi-orthogonal matrix, float32, by a quintic Newton-Schulz iteration in bfloat16.

    ``matrix`` is (rows, columns); singular values of the result lie within about 0.7 and 1.2.
    """
    a, b, c = COEFFICIENTS
    tall = matrix.shape[0] > matrix.shape[1]
    turned = (matrix.T if tall else matrix).bfloat16()
    turned = turned / (turned.norm() + 1e-7)
    for _ in range(ITERATIONS):
        square = turned @ turned.T
        turned = a * turned + (b * square + c * square @ square) @ turned
    return (turned.T if tall else turned).float()


def is_matrix(name: str, parameter: nn.Parameter) -> bool:
    """Tell whether a parameter is one for Muon: weights of layers, not look-up tables, biases or norms."""
    return parameter.ndim >= 2 and "embedding" not in name
