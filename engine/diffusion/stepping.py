"""The shared step: one network call for the rows of many pictures, then one scheduler step for each."""

from collections.abc import Callable, Sequence
from typing import Any

import torch

from engine.diffusion.adapters.base import Row, stack
from engine.diffusion.executors import controlled
from engine.diffusion.executors.referring import LOOKS, STYLES, WEIGHTS
from engine.diffusion.schedulers import takes_generator
from engine.diffusion.state import State
from engine.modes.palette import Tint
from engine.modes.references import joined
from engine.modes.region import Region


@torch.no_grad()
def advance(states: Sequence[State]) -> None:
    """Advance states of one lane by one step, all of them or, where anything is raised, none."""
    undo = [_remember(state) for state in states]
    try:
        predictions = _predict(states)
        results = [_denoise(state, prediction) for state, prediction in zip(states, predictions, strict=True)]
    except BaseException:
        for restore in undo:
            restore()
        raise
    total = sum(state.network_rows for state in states)
    for state, (latents, clean) in zip(states, results, strict=True):
        state.latents, state.clean = latents, clean
        state.position += 1
        state.count_batch(total)


def _predict(states: Sequence[State]) -> list[torch.Tensor]:
    """Return each state's guided prediction, shaped as its latents."""
    adapter = states[0].adapter
    samples: list[torch.Tensor] = []
    rows: list[Row] = []
    timesteps, glances = [], []
    for state in states:
        timestep = state.timesteps[state.position]
        own = [_scaled(state.scheduler, state.latents, timestep)] * len(state.rows)
        rows += state.rows
        if state.references is not None:
            glances.append(state.references.glances(len(state.rows), len(samples)))
            seen = state.references.samples(adapter, state.scheduler, timestep)
            own += [_scaled(state.scheduler, latents, timestep) for latents in seen]
            rows += [state.references.row] * len(seen)
        samples += own
        timesteps += [adapter.scale_timestep(timestep)] * len(own)
    inputs = {"sample": adapter.pack(torch.cat(samples)), "timestep": torch.stack(timesteps)}
    inputs.update({key: stack(rows, key) for key in rows[0]})
    if states[0].control is not None:
        inputs.update(_controls(states))
    if glances:
        inputs.update(zip((LOOKS, WEIGHTS, STYLES), joined(glances), strict=True))
    first = states[0]
    predicted = adapter.unpack(first.executor.predict(inputs).float(), first.width, first.height)
    guided, at = [], 0
    for state in states:
        mine = predicted[at : at + len(state.rows)]
        if state.layout is not None:
            mine = state.layout.merged(mine)
        at += state.network_rows
        guided.append(mine if len(mine) == 1 else mine[:1] + state.guidance * (mine[1:] - mine[:1]))
    return guided


def _controls(states: Sequence[State]) -> dict[str, torch.Tensor]:
    """Return what a ControlNet leads each row by; all states of a lane have one."""
    pictures, weights = [], []
    for state in states:
        assert state.control is not None and state.brief.control is not None
        pictures += [state.control] * len(state.rows)
        weights += [state.brief.control.weight] * len(state.rows)
    return {controlled.PICTURES: torch.cat(pictures), controlled.WEIGHTS: torch.tensor(weights)}


def _denoise(state: State, prediction: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Let the scheduler take its step; returns the next latent and the clean one it expects."""
    scheduler, timestep = state.scheduler, state.timesteps[state.position]
    extra = {"generator": state.generator} if takes_generator(type(scheduler)) else {}
    stepped = scheduler.step(prediction, timestep, state.latents, **extra)
    latents, clean = stepped.prev_sample, _clean(scheduler, stepped, prediction, state)
    if state.tint is not None and state.tint.due(state.position, len(state.timesteps)):
        latents, clean = _tinted(state, state.tint, latents, clean)
    return (latents, clean) if state.region is None else _kept(state, state.region, latents, clean)


def _tinted(state: State, tint: Tint, latents: torch.Tensor, clean: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Bring the clean latent to a palette, and the next one by as much as is in it of the clean one."""
    steered = tint.steered(state.adapter, state.executor, clean)
    following = state.timesteps[state.position + 1 :]
    change = steered - clean
    if len(following):
        change = state.adapter.start_from(state.scheduler, change, torch.zeros_like(change), following[0])
    return latents + change, steered


def _kept(
    state: State, region: Region, latents: torch.Tensor, clean: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Put the source back where it is not painted anew, with the noise that the next step expects."""
    assert state.source is not None
    known, following = state.source, state.timesteps[state.position + 1 :]
    if len(following):
        known = state.adapter.start_from(state.scheduler, state.source, state.noise, following[0])
    return region.blend(latents, known), region.blend(clean, state.source)


def _clean(scheduler: Any, stepped: Any, prediction: torch.Tensor, state: State) -> torch.Tensor:
    """Find where the scheduler keeps its estimate of the finished latent, for previews."""
    for name in ("pred_original_sample", "denoised"):
        if getattr(stepped, name, None) is not None:
            found: torch.Tensor = getattr(stepped, name)
            return found
    if getattr(scheduler, "model_outputs", None):
        converted: torch.Tensor = scheduler.model_outputs[-1]
        return converted
    at = len(scheduler.timesteps) - len(state.timesteps) + state.position
    return state.latents - scheduler.sigmas[at] * prediction


def _scaled(scheduler: Any, latents: torch.Tensor, timestep: torch.Tensor) -> torch.Tensor:
    if not hasattr(scheduler, "scale_model_input"):
        return latents
    scaled: torch.Tensor = scheduler.scale_model_input(latents, timestep)
    return scaled


def _remember(state: State) -> Callable[[], None]:
    """Return what puts a state's scheduler and generator back as they are now."""
    kept = {key: list(value) if isinstance(value, list) else value for key, value in vars(state.scheduler).items()}
    drawn = state.generator.get_state()

    def restore() -> None:
        vars(state.scheduler).clear()
        vars(state.scheduler).update(kept)
        state.generator.set_state(drawn)

    return restore
