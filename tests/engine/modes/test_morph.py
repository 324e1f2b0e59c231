"""A morph's frames are blends, spaced so that equal times are equal changes, and its stops are what was named."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.api import Adjustment, Ingredient
from engine.api.errors import InvalidBrief
from engine.api.varying import noise_of
from engine.diffusion.morphing import frame_brief
from engine.modes import morph
from tests.engine.diffusion.painting import brief, paint, run, start

SHA, OTHER = "c" * 64, "d" * 64
FOX, OWL, BEAR = Ingredient(prompt="a red fox"), Ingredient(prompt="an owl"), Ingredient(prompt="a bear")


def morphing(*ingredients, **more):
    return brief("a morph", **({"mode": "morph", "ingredients": ingredients, "seed": 99, "count": 6} | more))


def painted(family, prompt, seed):
    (state,), _ = paint(family, brief(prompt, seed=seed))
    recipe = family.recipe(state)
    return state, Ingredient(prompt=prompt, guidance=recipe.guidance, noise=noise_of(recipe))


@pytest.mark.parametrize("architecture", ["sd", "sd3"])
def test_the_ends_are_the_pictures_that_were_named(families, architecture):
    family = families(architecture)
    fox, one = painted(family, "a red fox", 7)
    owl, two = painted(family, "an owl", 8)
    frames, images = paint(family, morphing(one, two))
    assert [family.index(frame) for frame in frames] == list(range(6)) and len(images) == 6
    for frame, original in ((frames[0], fox), (frames[-1], owl)):
        torch.testing.assert_close(frame.latents, original.latents, rtol=1e-3, atol=1e-3)
    assert all(float((one.latents - two.latents).abs().max()) > 0 for one, two in pairwise(frames))


def test_uploads_begin_and_end_as_the_autoencoder_sees_them(families):
    family = families("sd")
    inputs = {SHA: Image.new("RGB", (32, 32), "red"), OTHER: Image.new("RGB", (32, 32), "blue")}
    frames, _ = paint(family, morphing(Ingredient(picture=SHA), Ingredient(picture=OTHER)), inputs=inputs)
    for frame, sha256 in ((frames[0], SHA), (frames[-1], OTHER)):
        (kept,) = start(family, brief("", source=sha256, strength=0.0, seed=99), inputs=inputs)
        assert frame.latents.equal(kept.source)
    assert 0 < frames[3].strength < 1


def test_a_way_from_an_upload_to_words_ends_at_their_picture(families):
    family = families("sd")
    inputs = {SHA: Image.new("RGB", (32, 32), "red")}
    frames, _ = paint(family, morphing(Ingredient(picture=SHA), FOX), inputs=inputs)
    (fox,), _ = paint(family, brief("a red fox", seed=99))
    torch.testing.assert_close(frames[-1].latents, fox.latents, rtol=1e-3, atol=1e-3)


def test_every_frame_is_a_blend_that_is_painted_again_by_itself(families):
    family = families("sd")
    frames, _ = paint(family, morphing(FOX, OWL, BEAR))
    for frame in frames[1:4]:
        recipe = family.recipe(frame)
        assert (recipe.mode, recipe.count, recipe.index) == ("blend", 1, 0)
        alone = brief(
            recipe.prompt, mode="blend", ingredients=recipe.ingredients, strength=recipe.strength, seed=recipe.seed
        )
        (again,), _ = paint(family, alone)
        torch.testing.assert_close(again.latents, frame.latents, rtol=1e-3, atol=1e-3)


def test_the_same_morph_comes_out_twice_whoever_paints_beside_it(families):
    family = families("sd")
    alone, _ = paint(family, morphing(FOX, OWL))
    among, _ = paint(family, morphing(FOX, OWL), brief("a bear", seed=3))
    assert alone[0].course.places == pytest.approx(among[0].course.places, abs=1e-4)
    torch.testing.assert_close(among[2].latents, alone[2].latents, rtol=1e-3, atol=1e-3)


def test_equal_times_are_more_equal_changes_than_equal_shares(families):
    """Weights of the tiny network are random, so that its way is as uneven as it happens to be."""
    family = families("sd")
    whole = morphing(FOX, dataclasses.replace(OWL, prompt="owl " * 6), count=10, steps=5)
    frames = start(family, whole)
    even, first = list(frames[0].course.places), frames[0].steps_left
    run(family, frames)
    placed = list(frames[0].course.places)
    assert first == 2 + 2 + 5 and [frame.steps_left for frame in frames] == [0] * 10
    assert placed != even and {frame.position for frame in frames} == {5}

    def unevenness(places):
        states = start(family, *(frame_brief(whole, place) for place in places))
        run(family, states)
        return morph.unevenness([float((one.latents - two.latents).norm()) for one, two in pairwise(states)])

    assert unevenness(placed) <= unevenness(even)


def test_a_morph_cannot_change_while_it_is_painted(families):
    family = families("sd")
    frames = start(family, morphing(FOX, OWL))
    with pytest.raises(InvalidBrief, match="cancel it"):
        family.adjust(frames[0], Adjustment(prompt="a bear"))


def test_three_stops_need_three_frames(families):
    with pytest.raises(InvalidBrief, match="at least 3 frames"):
        start(families("sd"), morphing(FOX, OWL, BEAR, count=2))


ways = st.integers(1, 5).flatmap(
    lambda legs: st.tuples(
        st.just(legs),
        st.lists(st.floats(0, legs), max_size=20),
        st.integers(legs + 1, 16),
        st.booleans(),
        st.integers(0, 2**31),
    )
)


@given(ways)
@settings(max_examples=80, deadline=None)
def test_every_stop_has_a_frame_and_time_runs_forward(way):
    legs, between, count, round_trip, seed = way
    places = sorted({0.0, float(legs), *between})
    changes = np.random.default_rng(seed).exponential(size=len(places) - 1).tolist()
    found = morph.spaced(places, changes, count, legs, round_trip=round_trip)
    stops = range(legs if round_trip else legs + 1)
    assert len(found) == count and found == sorted(found)
    assert {float(stop) for stop in stops} <= set(found)
    for place in found:
        shares = morph.shares_at(place, legs + (0 if round_trip else 1))
        assert sum(shares) == pytest.approx(1) and min(shares) >= 0 and sum(share > 0 for share in shares) <= 2


def test_places_lie_where_there_is_change():
    found = morph.spaced([0.0, 0.5, 0.6, 1.0], [1.0, 8.0, 1.0], 11, 1, round_trip=False)
    assert sum(0.5 <= place <= 0.6 for place in found) == 9
    assert morph.spaced([0.0, 1.0, 2.0], [1.0, 3.0], 5, 2, round_trip=False) == pytest.approx([0, 1, 4 / 3, 5 / 3, 2])


@pytest.mark.parametrize(
    ("pictured", "place", "strength"),
    [
        ((True, True), 0.0, 0.0),
        ((True, True), 0.5, 0.6),
        ((True, False), 0.0, 0.0),
        ((True, False), 1.0, 1.0),
        ((False, True), 0.0, 1.0),
        ((False, True), 1.0, 0.0),
        ((False, False), 0.3, 1.0),
    ],
)
def test_pictures_are_kept_at_their_stops(pictured, place, strength):
    assert morph.strength_at(place, pictured, 0.6) == pytest.approx(strength, abs=1e-12)
