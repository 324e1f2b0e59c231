"""Diffusion and flow-matching models: many pictures, one network call.

Every picture owns its scheduler and its generator; `engine.diffusion.stepping` shares the call. A model that has
no adapter paints through its own diffusers pipeline (`engine.families.pipeline`).
"""

from collections.abc import Hashable, Sequence

import torch
from PIL.Image import Image

from engine.api import Adjustment, Brief, ModelInfo, Recipe
from engine.diffusion import notices, pixels, starting, stepping
from engine.diffusion.backend import backend
from engine.diffusion.library import Library, Loaded, trial
from engine.diffusion.state import State, lane_of
from engine.families.base import Group, Inputs, Probe
from engine.settings import EngineSettings

DECODED_AT_ONCE = 2**20
"""Most pixels given to the autoencoder in one call; beyond that it is its memory that grows, not its speed."""


class Diffusion:
    """The family of everything that diffusers can denoise."""

    name = "diffusion"

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._library = Library(settings)

    def models(self) -> tuple[ModelInfo, ...]:
        """Describe the models that briefs may name; one that cannot be read is left out and logged."""
        return self._library.describe()

    def start(self, brief: Brief, inputs: Inputs) -> list[Group]:
        """Encode the conditions and draw the start of every picture."""
        loaded = self._library.get(brief.model)
        plan = starting.plan(brief, loaded.adapter, inputs)
        executor = loaded.executor(brief.executor, plan.width, plan.height)
        states = starting.start(brief, loaded.adapter, executor, plan)
        loaded.states.update(states)
        return [(state,) for state in states]

    def lane(self, state: State) -> Hashable:
        """States share a step where network, executor and the shapes of all inputs agree."""
        return lane_of(state.adapter, state.executor, state.width, state.height, state.rows[0])

    def rows(self, state: State) -> int:
        """One row, or two where the picture is guided."""
        return len(state.rows)

    def steps_left(self, state: State) -> int:
        """Steps until the state can be decoded."""
        return state.steps_left

    def step(self, states: Sequence[State]) -> None:
        """Advance all states by one denoising step, or none."""
        stepping.advance(states)

    def adjust(self, state: State, change: Adjustment) -> None:
        """Change the prompt, guidance or strength between two steps."""
        starting.adjust(state, change)

    def preview(self, state: State) -> Image:
        """Look at the latent as the last step expects it to end."""
        latents = state.latents if state.clean is None else state.clean
        return self._of(state).previewer.look(latents, state.width, state.height)

    def finish(self, states: Sequence[State]) -> list[Image]:
        """Decode finished states."""
        first = states[0]
        at_once = max(1, DECODED_AT_ONCE // (first.width * first.height))
        images: list[Image] = []
        for at in range(0, len(states), at_once):
            latents = torch.cat([state.latents for state in states[at : at + at_once]])
            images += pixels.to_images(first.executor.decode(latents))
        return images

    def recipe(self, state: State) -> Recipe:
        """Return all that is needed to paint the picture again."""
        brief, model = state.brief, state.adapter.model
        assert brief.seed is not None
        return Recipe(
            family=self.name,
            model=model.name,
            model_hash=model.hash,
            prompt=brief.prompt,
            negative=brief.negative,
            style=brief.style,
            seed=brief.seed,
            index=state.index,
            count=brief.count,
            width=state.width,
            height=state.height,
            steps=state.steps,
            guidance=model.defaults.guidance if brief.guidance is None else brief.guidance,
            scheduler=state.scheduler_name,
            source=brief.source,
            strength=brief.strength if brief.source else None,
            timeline=tuple(state.timeline),
            rows=tuple(state.batches),
            backend=backend(state),
        )

    def index(self, state: State) -> int:
        """Return which picture of its brief the state is."""
        return state.index

    def notices(self, brief: Brief) -> tuple[str, ...]:
        """Say what the model does not understand or heed of the brief."""
        return notices.about(brief, self._library.get(brief.model).adapter)

    def drop(self, states: Sequence[State]) -> None:
        """Let go of tensors; the states themselves are the batcher's to forget."""

    def probe(self, model: str | None = None) -> Probe | None:
        """Return a trial step of scratch rows at the model's native size."""
        return trial(self._library.get(model))

    def relieve(self, pressure: int) -> bool:
        """Release caches; under more pressure decode by tiles from now on."""
        return self._library.relieve(pressure)

    def _of(self, state: State) -> Loaded:
        return self._library.get(state.adapter.model.name)
