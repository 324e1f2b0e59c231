"""Two ways to call a network: `full` (eager torch, where hooks, gradients and adapters work) and `fast` (compiled)."""

from engine.diffusion.executors.base import Executor
from engine.diffusion.executors.controlled import Controlled
from engine.diffusion.executors.full import Full
from engine.diffusion.executors.referring import Referring
from engine.diffusion.executors.seamless import Seamless

__all__ = ["Controlled", "Executor", "Full", "Referring", "Seamless"]
