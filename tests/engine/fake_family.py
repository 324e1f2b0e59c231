"""A family that does what the prompt says, misbehaviour included: for tests of whoever talks to an engine process."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

from PIL import Image

from engine.api import Brief, ModelInfo
from engine.families.base import Group, Inputs
from tests.engine.counting_family import Count, Counting

STEP_S = 0.01


class Scripted(Counting):
    """Counts; but with these words in the prompt:

    steady: a step takes a moment; endless: so it does, and there is always one more; hang: a step never ends; crash:
    the process exits in a step; kill: it is killed there; sticky: the device fails for good; broken: the picture cannot
    be encoded; noisy: it is large and cannot be compressed; inputs: it has the size of the brief's source;
    helper: a process is started, as libraries do.
    """

    name = "diffusion"

    def models(self) -> tuple[ModelInfo, ...]:
        return (
            ModelInfo(
                name="mini",
                family=self.name,
                title="Fake",
                native=(8, 8),
                multiple=8,
                max_side=64,
                steps=4,
                guidance=1.0,
                schedulers=("none",),
                loaded=True,
                step_seconds={},
                row_cap=None,
            ),
        )

    def start(self, brief: Brief, inputs: Inputs) -> list[Group]:
        if brief.source is not None:
            self.sizes = {brief.id: inputs[brief.source].size}
        return super().start(brief, inputs)

    def step(self, states: Sequence[Count]) -> None:
        prompts = " ".join(state.brief.prompt for state in states)
        if "helper" in prompts:
            subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
        if "hang" in prompts:
            threading.Event().wait()
        if "crash" in prompts:
            os._exit(3)
        if "kill" in prompts:
            os.kill(os.getpid(), signal.SIGKILL)
        if "sticky" in prompts:
            raise RuntimeError("CUDA error: an illegal memory access was encountered")
        super().step(states)
        for state in states:
            if "endless" in state.brief.prompt:
                state.left += 1
        if "endless" in prompts or "steady" in prompts:
            time.sleep(STEP_S)

    def finish(self, states: Sequence[Count]) -> list[Image.Image]:
        return [self._paint(state, image) for state, image in zip(states, super().finish(states), strict=True)]

    def _paint(self, state: Count, image: Image.Image) -> Image.Image:
        if "broken" in state.brief.prompt:
            return Image.new("F", (8, 8))
        if "noisy" in state.brief.prompt:
            return Image.frombytes("RGB", (1024, 1024), os.urandom(3 * 1024 * 1024))
        if "inputs" in state.brief.prompt:
            return image.resize(self.sizes[state.brief.id])
        return image
