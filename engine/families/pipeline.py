"""Models that have no adapter: each picture is one call of the model's own diffusers pipeline.

The call runs in a thread that is parked at the end of every denoising step, so that stepping, cancelling and
fairness hold for it as for everything else; only one such thread ever runs at a time. Nothing is shared between
pictures but the weights, so each is a lane of its own. A pipeline without `callback_on_step_end` paints in a
single step.
"""

import copy
import inspect
import threading
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from PIL import Image
from safetensors import SafetensorError

from engine.api import Adjustment, Brief, Recipe
from engine.api.errors import InvalidBrief, ModelRefused
from engine.diffusion import pixels
from engine.diffusion.backend import backend
from engine.diffusion.device import choose_device, choose_precision
from engine.diffusion.loading import Source
from engine.diffusion.model import LOADING, OWN_SCHEDULER, Defaults, read_defaults
from engine.diffusion.prompts import clean, parse, plain
from engine.diffusion.starting import size_of
from engine.families.base import Group, Inputs
from engine.memory import is_out_of_memory
from engine.settings import EngineSettings
from engine.styles import dressed, tuned


class _Dropped(BaseException):
    """Unwinds a parked pipeline call that nobody wants any more."""


class ParkedCall:
    """One pipeline call, advanced from the outside by one step at a time."""

    def __init__(self, pipeline: Any, arguments: dict[str, Any]) -> None:
        self.image: Image.Image | None = None
        self.latents: torch.Tensor | None = None
        self._pipeline = pipeline
        self._arguments = arguments
        self._error: BaseException | None = None
        self._free = False
        self._dropped = False
        self._go = threading.Semaphore(0)
        self._stopped = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, name="parked pipeline", daemon=True)
        self._thread.start()

    @property
    def steps(self) -> int | None:
        """How many steps the pipeline will take, once it knows."""
        found: int | None = getattr(self._pipeline, "_num_timesteps", None)
        return found

    @property
    def alive(self) -> bool:
        """Whether the call has not ended."""
        return self._thread.is_alive()

    def advance(self) -> bool:
        """Let it run to the end of its next step; False once the call has ended.

        Raises:
            Exception: whatever the pipeline raised.
        """
        if self.image is None and self._error is None:
            self._go.release()
            self._stopped.acquire()
        if self._error is not None:
            raise self._error
        return self.image is None

    def finish(self) -> Image.Image:
        """Let it run to its end, without parking any more."""
        self._free = True
        while self.advance():
            pass
        assert self.image is not None
        return self.image

    def drop(self) -> None:
        """End the call wherever it is, and wait until its thread is gone."""
        self._dropped = True
        self._go.release()
        self._thread.join()

    def _run(self) -> None:
        self._go.acquire()
        try:
            if not self._dropped:
                with torch.no_grad():
                    self.image = self._pipeline(**self._arguments, **self._callback()).images[0]
        except _Dropped:
            pass
        except BaseException as error:
            self._error = error
        finally:
            self._stopped.release()

    def _callback(self) -> dict[str, Any]:
        taken = inspect.signature(self._pipeline.__call__).parameters
        return {"callback_on_step_end": self._park} if "callback_on_step_end" in taken else {}

    def _park(self, pipeline: Any, step: int, timestep: Any, values: dict[str, Any]) -> dict[str, Any]:
        self.latents = values.get("latents")
        if not self._free:
            self._stopped.release()
            self._go.acquire()
        if self._dropped:
            raise _Dropped
        return values


@dataclass(eq=False, kw_only=True, slots=True)
class PipelineState:
    """One picture that paints through its own pipeline."""

    brief: Brief
    index: int
    source: Source
    defaults: Defaults
    pipeline: Any
    arguments: dict[str, Any]
    width: int
    height: int
    steps: int
    guidance: float
    call: ParkedCall | None = None
    taken: int = 0
    ended: bool = False
    timeline: list[Adjustment] = field(default_factory=list)

    @property
    def steps_left(self) -> int:
        """Steps until its call can run to the end."""
        total = (self.call.steps if self.call else None) or self.steps
        return 0 if self.ended else max(total - self.taken, 0)


class Pipelines:
    """Paints with the pipelines of models that have no adapter; `engine.families.diffusion` hands them over."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._loaded: dict[str, Any] = {}

    def start(self, brief: Brief, inputs: Inputs, source: Source) -> list[Group]:
        """Prepare one call for each picture; nothing is computed before its first step."""
        defaults = read_defaults(source)
        brief = tuned(brief, defaults.steps, defaults.guidance, defaults.lexicon)
        if brief.source is not None:
            raise InvalidBrief(f"The model {source.name} cannot start from a picture; leave it out.")
        if brief.scheduler not in (None, OWN_SCHEDULER):
            raise InvalidBrief(f"The model {source.name} paints with its own scheduler only; name none.")
        width, height = size_of(brief, defaults, None)
        prompt, negative = dressed(brief, clean(brief.prompt), clean(brief.negative), defaults.lexicon)
        guidance = defaults.guidance if brief.guidance is None else brief.guidance
        steps = brief.steps or defaults.steps
        pipeline = self._pipeline(source)
        wanted = {
            "prompt": plain(parse(prompt)),
            "negative_prompt": plain(parse(negative)),
            "width": width,
            "height": height,
            "num_inference_steps": steps,
            "guidance_scale": guidance,
        }
        taken = inspect.signature(pipeline.__call__).parameters
        arguments = {key: value for key, value in wanted.items() if key in taken and value != ""}
        return [
            (
                PipelineState(
                    brief=brief,
                    index=index,
                    source=source,
                    defaults=defaults,
                    pipeline=pipeline,
                    arguments={"prompt": "", **arguments},
                    width=width,
                    height=height,
                    steps=steps,
                    guidance=guidance,
                ),
            )
            for index in range(brief.count)
        ]

    def lane(self, state: PipelineState) -> Hashable:
        """Every picture is a lane of its own."""
        return (*self.timing(state), id(state))

    def timing(self, state: PipelineState) -> tuple[Hashable, ...]:
        """Times and memory are those of the model at that size, whichever picture it is."""
        return (state.source.name, state.source.hash, "pipeline", state.width, state.height)

    def step(self, states: Sequence[PipelineState]) -> None:
        """Advance by one step. A call that failed is begun anew and brought back to where it was."""
        for state in states:
            try:
                state.ended = not self._call(state).advance()
            except BaseException:
                self.drop([state])
                raise
            state.taken += 1

    def preview(self, state: PipelineState) -> Image.Image:
        """Show the first three channels of the latent as colours; what they mean is the pipeline's secret."""
        latents = state.call.latents if state.call else None
        if latents is None or latents.ndim != 4 or latents.shape[1] < 3:
            return Image.new("RGB", (state.width, state.height), "grey")
        colours = latents[:1, :3].float()
        colours = colours / colours.abs().amax().clamp_min(1e-6)
        return pixels.to_images(colours)[0].resize((state.width, state.height), Image.Resampling.BICUBIC)

    def finish(self, states: Sequence[PipelineState]) -> list[Image.Image]:
        """Let the calls run to their end, which decodes the pictures.

        A call that fails in this can be tried again: it is begun anew and taken through all its steps.
        """
        images = []
        for state in states:
            if not state.taken:
                raise ModelRefused("A picture cannot be finished before its first step.")
            try:
                images.append(self._call(state).finish().convert("RGB"))
            except BaseException:
                self.drop([state])
                raise
        return images

    def adjust(self, state: PipelineState, change: Adjustment) -> None:
        """Refuse: what a pipeline reads when is its own affair."""
        raise InvalidBrief(f"The model {state.source.name} cannot be changed while it paints; cancel and ask again.")

    def recipe(self, state: PipelineState) -> Recipe:
        """Return all that is needed to paint the picture again."""
        brief = state.brief
        assert brief.seed is not None
        return Recipe(
            family="diffusion",
            model=state.source.name,
            model_hash=state.source.hash,
            prompt=brief.prompt,
            negative=brief.negative,
            style=brief.style,
            styles=brief.styles,
            seed=brief.seed,
            index=state.index,
            count=brief.count,
            width=state.width,
            height=state.height,
            steps=state.steps,
            guidance=state.guidance,
            scheduler=OWN_SCHEDULER,
            rows=((1, state.taken),),
            backend=backend("full", str(state.pipeline.dtype).removeprefix("torch."), state.pipeline.device),
        )

    def drop(self, states: Sequence[PipelineState]) -> None:
        """End the calls and their threads."""
        for state in states:
            if state.call is not None:
                state.call.drop()
                state.call = None

    def relieve(self) -> bool:
        """Keep no pipelines but those that running pictures hold."""
        had = bool(self._loaded)
        self._loaded.clear()
        return had

    def _call(self, state: PipelineState) -> ParkedCall:
        """Return a state's call, begun anew and brought to where the state is if there is none."""
        if state.call is None:
            state.call = self._begin(state)
            for _ in range(state.taken):
                state.call.advance()
        return state.call

    def _begin(self, state: PipelineState) -> ParkedCall:
        assert state.brief.seed is not None
        own = copy.copy(state.pipeline)
        own.scheduler = copy.deepcopy(state.pipeline.scheduler)
        generator = torch.Generator("cpu").manual_seed(state.brief.seed + state.index)
        return ParkedCall(own, {**state.arguments, "generator": generator, "output_type": "pil"})

    def _pipeline(self, source: Source) -> Any:
        if source.name not in self._loaded:
            with LOADING:
                self._loaded[source.name] = _load(source, self._settings)
        return self._loaded[source.name]


def _load(source: Source, settings: EngineSettings) -> Any:
    import diffusers

    cls = getattr(diffusers, source.pipeline)
    parameters = inspect.signature(cls.__call__).parameters
    needed = [
        name for name, value in parameters.items() if value.default is value.empty and name not in ("self", "prompt")
    ]
    needed = [name for name in needed if parameters[name].kind is not inspect.Parameter.VAR_KEYWORD]
    if "prompt" not in parameters or "generator" not in parameters or needed:
        raise ModelRefused(f"The model {source.name} does not paint from words alone; use another one.")
    device = choose_device(settings.device)
    try:
        pipeline = cls.from_pretrained(
            source.folder,
            dtype=choose_precision(settings.precision, device),
            use_safetensors=True,
            variant=source.variant,
            local_files_only=True,
            trust_remote_code=False,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SafetensorError) as error:
        if is_out_of_memory(error):
            raise
        raise ModelRefused(f"The model {source.name} cannot be loaded; fetch it again.") from error
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to(device)
