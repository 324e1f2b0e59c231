"""From a brief with ingredients to states: what each ingredient brings, and a state of any mixture of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from engine.api import Brief, Ingredient
from engine.api.varying import turn
from engine.diffusion import pixels, starting
from engine.diffusion.adapters.base import Adapter, Row
from engine.diffusion.executors import Executor
from engine.diffusion.starting import Plan
from engine.diffusion.state import State
from engine.families.base import Inputs
from engine.modes import blend, vary


@dataclass(frozen=True)
class Part:
    """What one ingredient brings into a mixture."""

    rows: tuple[Row, ...]
    guidance: float
    noise: torch.Tensor | None
    """Shaped as the latents; None where the picture's own serves."""
    generator: torch.Generator | None
    """Of the steps of what was painted from `noise`."""
    picture: torch.Tensor | None
    """Latents, where it is mixed as it looks."""


def parts_of(brief: Brief, adapter: Adapter, executor: Executor, plan: Plan, inputs: Inputs) -> list[Part]:
    """Encode the ingredients of a brief."""
    return [_part(each, brief, adapter, executor, plan, inputs) for each in brief.ingredients]


def start(brief: Brief, adapter: Adapter, executor: Executor, plan: Plan, inputs: Inputs) -> list[State]:
    """Draw the start of every picture of a blend.

    With a picture among its ingredients it starts at the noise level of the brief's strength; else the mixture of their
    noises is turned that far towards a noise of its own.
    """
    parts = parts_of(brief, adapter, executor, plan, inputs)
    shares = blend.shares(brief)
    return [state_of(brief, adapter, executor, plan, parts, shares, index=index) for index in range(brief.count)]


def state_of(
    brief: Brief,
    adapter: Adapter,
    executor: Executor,
    plan: Plan,
    parts: Sequence[Part],
    shares: Sequence[float],
    *,
    index: int,
) -> State:
    """Return a state of one mixture of parts, `shares` of each adding up to 1."""
    assert brief.seed is not None
    own = torch.Generator("cpu").manual_seed(brief.seed + index)
    drawn = adapter.noise(own, plan.width, plan.height)
    source = _pictured(parts, shares)
    # At full strength nothing of a picture is kept, but for what its latents leave in the first noise level.
    strength = brief.strength if source is not None and brief.strength < 1 else None
    noises = [drawn if part.noise is None else part.noise for part in parts]
    kept, new = (1.0, 0.0) if source is not None else turn(brief.strength)
    noise = vary.mixed([*noises, drawn], [*(kept * share for share in shares), new])
    heaviest = parts[max(range(len(parts)), key=lambda place: shares[place])]
    generator = own if heaviest.generator is None else torch.Generator("cpu")
    if heaviest.generator is not None:
        generator.set_state(heaviest.generator.get_state())
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
        guidance=sum(share * part.guidance for share, part in zip(shares, parts, strict=True)),
        strength=strength,
        rows=blend.mixed_rows([part.rows for part in parts], shares, apart=executor.name == "mixing"),
        generator=generator,
        scheduler=None,
        timesteps=torch.empty(0),
        latents=noise,
        noise=noise,
        source=None if strength is None else source,
        region=None,
        references=None,
        drawn=generator.get_state(),
    )
    starting.begin(state, strength)
    return state


def _pictured(parts: Sequence[Part], shares: Sequence[float]) -> torch.Tensor | None:
    pairs = [(part.picture, share) for part, share in zip(parts, shares, strict=True) if share > 0]
    pictures = [(picture, share) for picture, share in pairs if picture is not None]
    return vary.mixed(*zip(*pictures, strict=True)) if pictures else None


def _part(each: Ingredient, brief: Brief, adapter: Adapter, executor: Executor, plan: Plan, inputs: Inputs) -> Part:
    guidance = plan.guidance if each.guidance is None else each.guidance
    worded = replace(brief, negative=each.negative or brief.negative, style=each.style or brief.style)
    noise, generator = None, None
    if each.noise:
        generators = [torch.Generator("cpu").manual_seed(share.seed) for share in each.noise]
        noises = [adapter.noise(one, plan.width, plan.height) for one in generators]
        noise, generator = vary.mixed(noises, [share.weight for share in each.noise]), generators[0]
    picture = None
    if each.picture is not None:
        assert brief.seed is not None
        fitted = pixels.fit(inputs[each.picture], plan.width, plan.height)
        picture = adapter.encode_image(fitted, torch.Generator("cpu").manual_seed(brief.seed))
    rows = starting.conditions(worded, adapter, executor, plan, each.prompt, guidance)
    return Part(rows, guidance, noise, generator, picture)
