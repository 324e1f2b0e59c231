"""Twins of networks: other modules on the same weights."""

import copy
from typing import Any

from torch import nn


def twin_of(network: nn.Module) -> Any:
    """Return a copy of a network's modules that shares its parameters and buffers."""
    weights = [*network.parameters(), *network.buffers()]
    return copy.deepcopy(network, {id(weight): weight for weight in weights})
