"""Where on a picture something is painted."""

import pytest
import torch
from PIL import Image

from engine.api.errors import InvalidBrief
from engine.api.guides import Layout, Reference
from engine.modes.layout import prompts
from tests.engine.diffusion.painting import brief, paint, run, start

SHA = "a" * 64
LEFT = Layout(words="fox", place="left")


def latents(family, inputs=None, **more):
    (state,), _ = paint(family, brief(steps=2, **more), inputs=inputs)
    return state.latents


@pytest.mark.parametrize("architecture", ["sd", "sdxl", "sd3", "flux"])
def test_what_is_far_from_the_region_is_painted_without_the_words(families, architecture):
    """In one step, the cells at the far edge are those of the prompt without the fox, and at the near one with it."""
    family = families(architecture)
    placed, without, within = start(
        family,
        brief("a red fox, sea", layout=Layout(words="red fox", place="left")),
        brief("sea"),
        brief("a red fox, sea"),
    )
    for state in (placed, without, within):
        family.step([state])
    torch.testing.assert_close(placed.clean[..., -1], without.clean[..., -1], rtol=0.02, atol=0.02)
    torch.testing.assert_close(placed.clean[..., 4:5], within.clean[..., 4:5], rtol=0.1, atol=0.1)


def test_a_white_mask_is_the_prompt_itself(families):
    family = families("sd")
    masked = latents(family, {SHA: Image.new("L", (9, 9), 255)}, layout=Layout(words="fox", mask=SHA))
    torch.testing.assert_close(masked, latents(family), rtol=1e-4, atol=1e-4)


def test_layouts_share_steps_with_others(families):
    family = families("sd")
    asked = [brief(steps=2), brief(steps=2, layout=LEFT, seed=5)]
    states = start(family, *asked)
    assert family.lane(states[0]) == family.lane(states[1])
    assert [family.rows(state) for state in states] == [2, 3]
    run(family, states)
    torch.testing.assert_close(states[0].latents, latents(family), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(states[1].latents, latents(family, layout=LEFT, seed=5), rtol=1e-4, atol=1e-4)
    assert family.recipe(states[1]).layout == LEFT


@pytest.mark.parametrize(
    ("words", "prompt", "wanted"),
    [
        ("fox", "a fox in the snow", ("in the snow", "a fox in the snow")),
        ("the fox", "the fox and the foxglove", ("and the foxglove", "the fox and the foxglove")),
        ("moon", "a fox", ("a fox", "moon, a fox")),
        ("subject", "a fox", ("", "a fox")),
        ("(.*", "a fox", ("a fox", "(.*, a fox")),
    ],
)
def test_words_within_and_without(words, prompt, wanted):
    assert prompts(Layout(words=words, place="left"), prompt, frozenset()) == wanted


def test_models_that_know_words_for_places_are_told_them():
    taught = frozenset({"on the left"})
    assert prompts(LEFT, "a fox in the snow", taught) == ("a fox on the left in the snow",)
    assert prompts(LEFT, "an owl", taught) == ("fox on the left, an owl",)
    assert prompts(Layout(words="subject", place="left"), "an owl", taught) == ("an owl, on the left",)
    assert len(prompts(Layout(words="fox", place="top"), "a fox", taught)) == 2
    assert len(prompts(Layout(words="fox", mask=SHA), "a fox", taught)) == 2


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"layout": Layout(words="fox")}, "Say where"),
        ({"layout": Layout(words="fox", place="left", mask=SHA)}, "Say where"),
        ({"layout": Layout(words="fox", mask=SHA)}, "marks nothing"),
        ({"layout": LEFT, "references": (Reference(picture=SHA),)}, "goes with words alone"),
    ],
)
def test_layouts_that_cannot_be_meant(families, more, said):
    with pytest.raises(InvalidBrief, match=said):
        start(families("sd"), brief(**more), inputs={SHA: Image.new("RGB", (8, 8))})


@pytest.mark.parametrize("negative", ["", "owl " * 90])
@pytest.mark.parametrize("guidance", [1.0, 4.0])
def test_long_prompts_are_laid_out(families, guidance, negative):
    long = brief(steps=1, prompt="fox " * 60, negative=negative, layout=LEFT, guidance=guidance)
    (state,), _ = paint(families("sd"), long)
    assert len({row["encoder_hidden_states"].shape for row in state.rows}) == 1 and state.latents.isfinite().all()


def test_an_unguided_picture_has_a_layout_too(families):
    family = families("sd")
    laid = latents(family, guidance=1.0, layout=LEFT, prompt="a red fox")
    assert not laid.equal(latents(family, guidance=1.0, prompt="a red fox"))
