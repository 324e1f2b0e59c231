"""From a brief to the states of its pictures, and what a change to a running one does."""

from dataclasses import dataclass

import torch
from PIL.Image import Image

from engine.api import Adjustment, Brief
from engine.api.errors import InvalidBrief, MissingInputs
from engine.diffusion import levels, pixels, schedulers
from engine.diffusion.adapters.base import Adapter, Row
from engine.diffusion.executors import Executor
from engine.diffusion.prompts import clean, parse
from engine.diffusion.sizes import size_of
from engine.diffusion.state import State
from engine.families.base import Inputs
from engine.modes import canvas, fields, finding, layout, palette, references, vary
from engine.modes.layout import Laid
from engine.modes.palette import Tint
from engine.modes.references import Seen
from engine.modes.region import Region
from engine.styles import dressed


@dataclass(frozen=True)
class Plan:
    """A brief with the model's defaults filled in, and checked."""

    width: int
    height: int
    steps: int
    guidance: float
    scheduler: str
    source: Image | None
    region: Region | None
    references: Seen | None
    tint: Tint | None
    layout: Laid | None
    control: torch.Tensor | None


def plan(brief: Brief, adapter: Adapter, inputs: Inputs) -> Plan:
    """Fill in what the brief leaves open.

    Raises:
        InvalidBrief: a size that the model does not take, a scheduler that does not fit it, or a mask that misses.
        MissingInputs: a picture that it refers to is not there.
    """
    defaults = adapter.model.defaults
    fields.check(brief)
    if not inputs.keys() >= set(brief.pictures):
        raise MissingInputs
    source = inputs[brief.source] if brief.source else None
    region = None
    if source is not None and brief.mode in fields.IN_PART:
        mask = inputs[brief.mask] if brief.mask else None
        if brief.find is not None:
            mask = finding.joined(mask, finding.find(adapter, source, brief.find, rim=brief.mode == "erase"))
        laid = canvas.lay(brief, source, mask, defaults)
        (width, height), source = laid.picture.size, laid.picture
        region = Region(source, laid.marked, adapter)
    else:
        shown = next((inputs[each.picture] for each in brief.ingredients if each.picture), source)
        width, height = size_of(brief, defaults, shown)
    guidance = defaults.guidance if brief.guidance is None else brief.guidance
    return Plan(
        width=width,
        height=height,
        steps=brief.steps or defaults.steps,
        guidance=guidance,
        scheduler=schedulers.check(adapter.architecture, brief.scheduler or defaults.scheduler),
        source=pixels.fit(source, width, height) if source else None,
        region=region,
        references=references.see(brief, adapter, inputs, width, height, guided=adapter.guided(guidance)),
        tint=palette.tint(brief, inputs),
        layout=layout.lay(brief, adapter, inputs, width, height),
        control=_shown(inputs[brief.control.picture], width, height) if brief.control else None,
    )


def _shown(picture: Image, width: int, height: int) -> torch.Tensor:
    return pixels.to_tensor(pixels.fit(picture, width, height)) / 2 + 0.5


def start(brief: Brief, adapter: Adapter, executor: Executor, plan: Plan) -> list[State]:
    """Encode the conditions once and draw the start of every picture from its own generator."""
    rows = conditions(brief, adapter, executor, plan, brief.prompt, plan.guidance)
    assert brief.seed is not None
    states = []
    for index in range(brief.count):
        generator = torch.Generator("cpu").manual_seed(brief.seed + index)
        source = adapter.encode_image(plan.source, generator) if plan.source else None
        noise = adapter.noise(generator, plan.width, plan.height)
        if brief.noise:
            noise, generator = vary.turned(adapter, brief, noise, plan.width, plan.height)
        state = State(
            brief=brief,
            index=index,
            adapter=adapter,
            executor=executor,
            width=plan.width,
            height=plan.height,
            steps=plan.steps,
            scheduler_name=plan.scheduler,
            prompt=brief.prompt,
            guidance=plan.guidance,
            strength=brief.strength if plan.source else None,
            rows=rows,
            generator=generator,
            scheduler=None,
            timesteps=torch.empty(0),
            latents=noise,
            noise=noise,
            source=source,
            region=plan.region,
            references=plan.references,
            tint=plan.tint,
            layout=plan.layout,
            control=plan.control,
            drawn=generator.get_state(),
        )
        begin(state, state.strength)
        states.append(state)
    return states


def begin(state: State, strength: float | None) -> None:
    """Put a state at the first step that a strength implies, with the noise it has drawn; or raise and leave it."""
    adapter = state.adapter
    own = adapter.model.config("scheduler")
    scheduler = schedulers.make(state.scheduler_name, own, sd_pipeline=adapter.architecture == "sd")
    adapter.timesteps(scheduler, state.steps, state.width, state.height)
    first = 0 if strength is None else levels.begin_at(scheduler, strength)
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(first)
    remaining = scheduler.timesteps[first:]
    if state.source is None:
        latents = adapter.start(scheduler, state.noise)
    elif len(remaining) == 0:
        latents = state.source
    else:
        latents = adapter.start_from(scheduler, state.source, state.noise, remaining[0])
    state.generator.set_state(state.drawn)
    state.scheduler, state.timesteps, state.latents = scheduler, remaining, latents
    state.position, state.clean, state.strength = 0, None, strength


def adjust(state: State, change: Adjustment) -> None:
    """Apply a change between two steps, all of it or none.

    A new strength starts the picture over from its source, with the same noise, so that it ends as a fresh run would.

    Raises:
        InvalidBrief: a mixture of others, a strength for a picture that has no source, or a prompt that is too long.
    """
    if state.brief.ingredients:
        raise InvalidBrief(f"A {state.brief.mode} cannot change while it is painted; cancel it and ask again.")
    if change.strength is not None and state.source is None:
        raise InvalidBrief("Strength can only change for a picture that was started from another one.")
    prompt = state.prompt if change.prompt is None else change.prompt
    guidance = state.guidance if change.guidance is None else change.guidance
    rows = state.rows
    if (prompt, guidance) != (state.prompt, state.guidance):
        rows = conditions(state.brief, state.adapter, state.executor, state, prompt, guidance)
    if change.strength is not None:
        begin(state, change.strength)
    state.rows, state.prompt, state.guidance = rows, prompt, guidance
    state.timeline.append(change)


def conditions(
    brief: Brief, adapter: Adapter, executor: Executor, size: Plan | State, prompt: str, guidance: float
) -> tuple[Row, ...]:
    """Encode a prompt, in the brief's style, into the rows of one picture."""
    guided, lexicon = adapter.guided(guidance), adapter.model.defaults.lexicon
    said = (prompt,) if brief.layout is None else layout.prompts(brief.layout, prompt, lexicon)
    texts = [dressed(brief, clean(text), clean(brief.negative), lexicon) for text in said]
    with torch.no_grad():
        pairs = [
            adapter.encode(parse(words), parse(negative), guided=guided, embed=executor.embed)
            for words, negative in texts
        ]
        rows = [*pairs[0], *(pair[-1] for pair in pairs[1:])]
        if len({row[adapter.inputs[2]].shape for row in rows}) > 1:
            # A long prompt is encoded in chunks, and the shorter one beside it must have as many.
            rows[-2] = adapter.encode(parse(texts[0][0]), parse(texts[1][0]), guided=True, embed=executor.embed)[-1]
            rows[0] = rows[0] if len(rows) == 2 else pairs[1][0]
    return tuple(adapter.embellish(row, guidance=guidance, width=size.width, height=size.height) for row in rows)
