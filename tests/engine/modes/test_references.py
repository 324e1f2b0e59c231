"""Reference pictures: looked at in self-attention, by the rows that they are meant for."""

import numpy as np
import pytest
import torch
from PIL import Image

from engine.api.errors import InvalidBrief, MissingInputs
from engine.api.guides import Palette, Reference
from engine.modes import oklab
from engine.modes.references import PULL
from engine.pictures.intake import decode
from tests.engine.diffusion.painting import brief, paint, run, start
from tests.engine.modes.test_bad_pictures import RED

SHA, OTHER = "a" * 64, "b" * 64


def picture(seed: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 255, (40, 24, 3), np.uint8))


PICTURES = {SHA: picture(1), OTHER: picture(2)}


def after(*references: Reference, **more):
    return brief(references=references, **({"steps": 2} | more))


def like(role="content", weight=1.0, name=SHA) -> Reference:
    return Reference(picture=name, role=role, weight=weight)


def latents(family, one) -> torch.Tensor:
    (state,), _ = paint(family, one, inputs=PICTURES)
    return state.latents


@pytest.mark.parametrize("architecture", ["sd", "sdxl"])
def test_without_references_not_a_bit_changes(families, architecture):
    """The network is equipped for one picture and still paints every other as before."""
    family = families(architecture)
    before = latents(family, brief(steps=2))
    changed = latents(family, after(like()))
    assert latents(family, brief(steps=2)).equal(before)
    assert not changed.equal(before)


def test_hardly_any_weight_is_hardly_any_change(families):
    family = families("sd")
    plain = latents(family, brief(steps=2))
    distances = [float((latents(family, after(like(weight=weight))) - plain).norm()) for weight in (1e-6, 0.2, 2.0)]
    assert distances[0] < 1e-3 < distances[1] < distances[2]


@pytest.mark.parametrize("role", ["content", "style", "disliked"])
def test_every_role_has_its_own_effect(families, role):
    family = families("sd")
    found = latents(family, after(like(role)))
    assert found.isfinite().all()
    for other in {"content", "style", "disliked"} - {role}:
        assert not found.equal(latents(family, after(like(other))))


def test_liked_goes_to_the_conditional_half_and_disliked_to_the_other(families):
    family = families("sd")
    (state,) = start(family, after(like(), like("disliked", 0.5, OTHER)), inputs=PICTURES)
    at, weights, styles = state.references.glances(own=2, first=4)
    assert at[:2].tolist() == [[6, 7], [6, 7]]
    assert weights.tolist() == [[0, PULL * 0.5], [PULL, 0], [0, 0], [0, 0]]
    assert not styles.any()


def test_pictures_with_different_references_share_a_step_and_change_nothing_of_each_other(families):
    family = families("sd")
    one, two = after(like()), after(like("style", 0.7, OTHER), seed=3)
    together = start(family, one, two, inputs=PICTURES)
    assert family.lane(together[0]) == family.lane(together[1])
    run(family, together)
    for state, alone in zip(together, (one, two), strict=True):
        torch.testing.assert_close(state.latents, latents(family, alone), rtol=1e-4, atol=1e-4)


def test_rows_and_lane_count_the_references(families):
    family = families("sd")
    plain, one, two = start(family, brief(), after(like()), after(like(), like("style")), inputs=PICTURES)
    assert [family.rows(state) for state in (plain, one, two)] == [2, 3, 4]
    assert len({family.lane(state) for state in (plain, one, two)}) == 3
    family.step([two])
    assert family.recipe(two).rows == ((4, 1),)


def test_the_recipe_paints_it_again(families):
    family = families("sd")
    (state,), _ = paint(family, after(like(), like("style", 0.3, OTHER)), inputs=PICTURES)
    recipe = family.recipe(state)
    assert recipe.references == state.brief.references and recipe.backend.executor == "referring"
    assert latents(family, after(*recipe.references)).equal(state.latents)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (after(like(weight=0.0), like(weight=0.0, name=OTHER)), "weight 0"),
        (after(like("disliked"), guidance=1.0), "Without guidance"),
        (after(like(), tile=True), "seamless tile"),
    ],
)
def test_what_has_no_effect_is_refused(families, asked, said):
    with pytest.raises(InvalidBrief, match=said):
        start(families("sd"), asked, inputs=PICTURES)


@pytest.mark.parametrize("architecture", ["sd3", "flux"])
def test_networks_without_self_attention_of_their_own_are_refused(families, architecture):
    with pytest.raises(InvalidBrief, match="cannot look at reference pictures"):
        start(families(architecture), after(like()), inputs=PICTURES)


def test_a_missing_reference_is_asked_for(families):
    with pytest.raises(MissingInputs):
        start(families("sd"), after(like(name="c" * 64)), inputs=PICTURES)


@pytest.mark.parametrize("kind", RED)
def test_every_kind_of_picture_can_be_looked_at(families, kind):
    """As a reference, as a palette; both are seen as they look."""
    inputs = {SHA: decode(RED[kind])}
    (state,) = start(families("sd"), after(like(), palette=Palette(picture=SHA)), inputs=inputs)
    assert state.references.latents[0].isfinite().all() and state.references.latents[0].shape == state.latents.shape
    (main,) = oklab.to_srgb(state.tint.colours.lab[state.tint.colours.shares.argmax()][None])
    assert (main * 255 - torch.tensor([200.0, 30.0, 40.0])).abs().max() < 8


def test_unguided_pictures_look_too(families):
    family = families("sd")
    assert not latents(family, after(like(), guidance=1.0)).equal(latents(family, brief(steps=2, guidance=1.0)))
