"""Changing a picture while it is painted."""

import dataclasses

import diffusers
import pytest
import torch

from engine.api import Adjustment
from engine.api.errors import InvalidBrief
from engine.diffusion.schedulers import CLASSES, FITTING
from tests.engine.diffusion.painting import brief, paint, run, start
from tests.engine.diffusion.test_equivalence import SHA, relative, source_picture


@pytest.mark.parametrize("scheduler", FITTING["sd"])
def test_guidance_changed_at_a_step_equals_a_callback_of_the_pipeline(folders, families, scheduler):
    pipe = diffusers.StableDiffusionPipeline.from_pretrained(
        folders("sd"), safety_checker=None, requires_safety_checker=False
    )
    pipe.set_progress_bar_config(disable=True)
    pipe.scheduler = getattr(diffusers, CLASSES[scheduler]).from_config(pipe.scheduler.config)

    def turn(pipe, step, timestep, values):
        if step == 2:
            pipe._guidance_scale = 9.0
        return values

    theirs = pipe(
        "a red fox",
        num_inference_steps=6,
        guidance_scale=4.0,
        generator=torch.Generator().manual_seed(7),
        output_type="latent",
        callback_on_step_end=turn,
    ).images

    family = families("sd")
    (state,) = start(family, brief(scheduler=scheduler, steps=6))
    for _ in range(3):
        family.step([state])
    family.adjust(state, Adjustment(step=3, guidance=9.0))
    run(family, [state])

    assert relative(state.latents, theirs) < 1e-4
    assert family.recipe(state).timeline == (Adjustment(step=3, guidance=9.0),)
    assert family.recipe(state).guidance == 4.0


@pytest.mark.parametrize("architecture", list(FITTING))
@pytest.mark.parametrize("strength", [0.3, 0.9])
def test_a_new_strength_ends_as_a_fresh_run(families, architecture, strength):
    family = families(architecture)
    inputs = {SHA: source_picture()}
    settings = {"source": SHA, "steps": 8, "width": 32, "height": 32, "scheduler": FITTING[architecture][-1]}
    (wanted,), _ = paint(family, brief(strength=strength, **settings), inputs=inputs)

    (state,) = start(family, brief(strength=0.6, **settings), inputs=inputs)
    family.step([state])
    family.step([state])
    family.adjust(state, Adjustment(step=2, strength=strength))
    run(family, [state])

    assert state.latents.equal(wanted.latents)
    assert family.recipe(state).strength == 0.6


def test_strength_without_a_source_is_refused(families):
    family = families("sd")
    (state,) = start(family, brief())
    with pytest.raises(InvalidBrief, match="started from another"):
        family.adjust(state, Adjustment(strength=0.5, prompt="an owl"))
    assert state.prompt == "a red fox"


@pytest.mark.parametrize("part", ["encode", "start_from"])
def test_a_change_that_fails_leaves_the_state_as_it_was(families, monkeypatch, part):
    family = families("sd")
    (state,) = start(family, brief(source=SHA, strength=0.9), inputs={SHA: source_picture()})
    family.step([state])
    names = [field.name for field in dataclasses.fields(state)]
    before = {name: getattr(state, name) for name in names}
    drawn = state.generator.get_state()

    def fail(*args, **kwargs):
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(state.adapter, part, fail)
        with pytest.raises(MemoryError):
            family.adjust(state, Adjustment(step=1, prompt="a grey owl", guidance=7.0, strength=0.5))
    assert [name for name in names if getattr(state, name) is not before[name]] == []
    assert state.timeline == []
    assert state.generator.get_state().equal(drawn)


def test_a_new_prompt_takes_hold_at_the_next_step(families):
    family = families("sd")
    (whole,), _ = paint(family, brief(prompt="a grey owl"))
    (state,) = start(family, brief())
    family.adjust(state, Adjustment(prompt="a grey owl"))
    run(family, [state])
    assert state.latents.equal(whole.latents)


def test_guidance_may_turn_on_and_off(families):
    family = families("sd")
    (guided,), _ = paint(family, brief(guidance=5.0))
    (state,) = start(family, brief(guidance=1.0))
    assert family.rows(state) == 1
    family.adjust(state, Adjustment(guidance=5.0))
    assert family.rows(state) == 2
    run(family, [state])
    assert state.latents.equal(guided.latents)


def test_strength_zero_returns_the_source_as_the_autoencoder_sees_it(families):
    family = families("sd")
    (state,) = start(family, brief(source=SHA, strength=0.0), inputs={SHA: source_picture()})
    assert family.steps_left(state) == 0
    assert family.finish([state])[0].size == (state.width, state.height)
