"""Diffusion and flow-matching models: many pictures, one network call.

Every picture owns its scheduler and its generator; `engine.diffusion.stepping` shares the call. A model that has
no adapter paints through its own diffusers pipeline (`engine.families.pipeline`).
"""

from collections.abc import Hashable, Sequence

import torch
from PIL.Image import Image

from engine.api import Adjustment, Brief, ModelInfo, Recipe
from engine.api.errors import InvalidBrief
from engine.diffusion import blending, morphing, notices, pixels, starting, stepping
from engine.diffusion.adapters.base import Adapter
from engine.diffusion.backend import recipe_of
from engine.diffusion.executors import Executor
from engine.diffusion.library import Library, Loaded
from engine.diffusion.lora import loras_of
from engine.diffusion.state import State as Own
from engine.diffusion.state import lane_of
from engine.families.base import Group, Inputs, Probe
from engine.families.pipeline import Pipelines, PipelineState
from engine.modes import fields
from engine.settings import EngineSettings
from engine.styles import tuned

DECODED_AT_ONCE = 2**20
"""Most pixels given to the autoencoder in one call; beyond that it is its memory that grows, not its speed."""

State = Own | PipelineState


class Diffusion:
    """The family of everything that diffusers can denoise."""

    name = "diffusion"

    def __init__(self, settings: EngineSettings) -> None:
        self._library = Library(settings)
        self._pipelines = Pipelines(settings)

    def models(self) -> tuple[ModelInfo, ...]:
        """Describe the models that briefs may name; one that cannot be read is left out and logged."""
        return self._library.describe()

    def adapter(self, model: str | None) -> Adapter:
        """Return the default (or the named) model, to be asked for single predictions.

        Raises:
            InvalidBrief: it paints through a pipeline of its own.
        """
        source = self._library.source(model)
        if source.architecture is None:
            raise InvalidBrief(f"The model {source.name} paints through its own pipeline; name another.")
        return self._library.get(model).adapter

    def start(self, brief: Brief, inputs: Inputs) -> list[Group]:
        """Encode the conditions and draw the start of every picture."""
        source = self._library.source(brief.model)
        if source.architecture is None:
            fields.refuse(brief, source.name)
            return self._pipelines.start(brief, inputs, source)
        loaded = self._library.get(brief.model, brief.loras)
        defaults = loaded.adapter.model.defaults
        brief = tuned(brief, defaults.steps, defaults.guidance, defaults.lexicon)
        plan = starting.plan(brief, loaded.adapter, inputs)
        executor = _executor(loaded, brief, plan)
        if brief.mode == "morph":
            group = morphing.start(brief, loaded.adapter, executor, plan, inputs)
            loaded.states.update(group)
            return [group]
        if brief.ingredients:
            states = blending.start(brief, loaded.adapter, executor, plan, inputs)
        else:
            states = starting.start(brief, loaded.adapter, executor, plan)
        loaded.states.update(states)
        return [(state,) for state in states]

    def lane(self, state: State) -> Hashable:
        """States share a step where network, executor and the shapes of all inputs agree."""
        if isinstance(state, PipelineState):
            return self._pipelines.lane(state)
        lane = lane_of(state.adapter, state.executor, state.width, state.height, state.rows[0])
        seen = len(state.references.latents) if state.references else 0
        worn = loras_of(state.adapter.model)
        led = state.brief.control.name if state.control is not None else None
        return (lane, seen, worn, led) if seen or worn or led else lane

    def timing(self, state: State) -> Hashable:
        """Step times and memory limits are those of the lane, but for what is private to one state of a pipeline."""
        return self._pipelines.timing(state) if isinstance(state, PipelineState) else self.lane(state)

    def rows(self, state: State) -> int:
        """One row, or two where the picture is guided; and one for every reference."""
        return 1 if isinstance(state, PipelineState) else state.network_rows

    def steps_left(self, state: State) -> int:
        """Steps until the state can be decoded."""
        return state.steps_left

    def step(self, states: Sequence[State]) -> None:
        """Advance all states by one denoising step, or none."""
        own, parked = _apart(states)
        if due := [state for state in own if state.due]:
            stepping.advance(due)
        morphing.go_on(own)
        self._pipelines.step(parked)

    def adjust(self, state: State, change: Adjustment) -> None:
        """Change the prompt, guidance or strength between two steps."""
        if isinstance(state, PipelineState):
            self._pipelines.adjust(state, change)
        else:
            starting.adjust(state, change)

    def preview(self, state: State) -> Image:
        """Look at the latent as the last step expects it to end."""
        if isinstance(state, PipelineState):
            return self._pipelines.preview(state)
        latents = state.latents if state.clean is None else state.clean
        previewer = self._library.get(state.adapter.model.name).previewer
        return previewer.look(latents, state.width, state.height)

    def finish(self, states: Sequence[State]) -> list[Image]:
        """Decode finished states."""
        own, parked = _apart(states)
        if parked:
            return self._pipelines.finish(parked)
        first = own[0]
        at_once = max(1, DECODED_AT_ONCE // (first.width * first.height))
        images: list[Image] = []
        for at in range(0, len(own), at_once):
            latents = torch.cat([state.latents for state in own[at : at + at_once]])
            images += pixels.to_images(first.executor.decode(latents))
        images = [state.tint.worn(image) if state.tint else image for state, image in zip(own, images, strict=True)]
        return [
            state.region.restore(image) if state.region else image for state, image in zip(own, images, strict=True)
        ]

    def recipe(self, state: State) -> Recipe:
        """Return all that is needed to paint the picture again."""
        return self._pipelines.recipe(state) if isinstance(state, PipelineState) else recipe_of(state)

    def index(self, state: State) -> int:
        """Return which picture of its brief the state is."""
        return state.frame if isinstance(state, Own) and state.frame is not None else state.index

    def notices(self, brief: Brief) -> tuple[str, ...]:
        """Say what the model does not understand or heed of the brief."""
        if self._library.source(brief.model).architecture is None:
            return ()
        return notices.about(brief, self._library.get(brief.model).adapter)

    def drop(self, states: Sequence[State]) -> None:
        """End parked pipelines; tensors go with the states themselves."""
        self._pipelines.drop(_apart(states)[1])

    def probe(self, model: str | None = None) -> Probe | None:
        """Return a trial step of scratch rows at the model's native size; a model without an adapter has none."""
        if self._library.source(model).architecture is None:
            return None
        return self._library.get(model).probe()

    def relieve(self, pressure: int) -> bool:
        """Release caches and models that paint nothing; under more pressure decode by tiles from now on."""
        self._pipelines.relieve()
        return self._library.relieve(pressure)


def _executor(loaded: Loaded, brief: Brief, plan: starting.Plan) -> Executor:
    """Choose who calls the network; what only one implementation can do is not for the others."""
    if brief.tile:
        return loaded.seamless()
    if brief.ingredients:
        return loaded.mixing(brief.executor, plan.width, plan.height)
    if brief.control is not None:
        return loaded.controlled(brief.control.name)
    if plan.references is not None:
        return loaded.referring()
    return loaded.executor(brief.executor, plan.width, plan.height)


def _apart(states: Sequence[State]) -> tuple[list[Own], list[PipelineState]]:
    """Tell the states with an adapter from those that paint through their own pipeline."""
    parked = [state for state in states if isinstance(state, PipelineState)]
    return [state for state in states if not isinstance(state, PipelineState)], parked
