"""A morph's frames are blends, spaced so that equal times are equal changes, and its stops are what was named."""

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
from engine.cli.request import brief_again
from engine.diffusion import chain
from engine.diffusion.morphing import frame_brief, meetings, seen
from engine.diffusion.stepping import advance
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


def test_a_way_from_a_painting_to_an_upload_begins_with_that_painting(families):
    family = families("sd")
    fox, named = painted(family, "a red fox", 7)
    inputs = {SHA: Image.new("RGB", (32, 32), "red")}
    frames, _ = paint(family, morphing(named, Ingredient(picture=SHA)), inputs=inputs)
    torch.testing.assert_close(frames[0].latents, fox.latents, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("scheduler", ["dpmpp_2m", "unipc", "euler_a"])
def test_stops_end_as_they_do_alone_wherever_frames_move(families, scheduler):
    """Between two equal stops is no change, so that their frames go to the other ways."""
    family = families("sd")
    frames, _ = paint(family, morphing(FOX, FOX, OWL, count=9, scheduler=scheduler, steps=6))
    places = frames[0].course.places
    assert places.index(1.0) == 1 and places.index(2.0) > 2
    for at, words in ((0, "a red fox"), (1, "a red fox"), (places.index(2.0), "an owl")):
        (alone,), _ = paint(family, brief(words, seed=99, scheduler=scheduler, steps=6))
        torch.testing.assert_close(frames[at].latents, alone.latents, rtol=1e-3, atol=1e-3)


def test_a_frame_is_painted_again_from_its_recipe_with_its_neighbours(families):
    family = families("sd")
    frames, _ = paint(family, morphing(FOX, OWL, BEAR))
    recipe = family.recipe(frames[4])
    assert (recipe.mode, recipe.count, recipe.index) == ("morph", 6, 4)
    weights = [each.weight for each in recipe.ingredients]
    assert weights == pytest.approx(morph.shares_at(frames[4].course.places[4], 3))
    again = brief_again(recipe, [])
    assert again.only == 4
    repainted, _ = paint(family, again)
    torch.testing.assert_close(repainted[4].latents, frames[4].latents, rtol=1e-3, atol=1e-3)


def test_a_frame_between_pictures_is_a_blend_that_is_painted_again_by_itself(families):
    family = families("sd")
    inputs = {SHA: Image.new("RGB", (32, 32), "red")}
    frames, _ = paint(family, morphing(Ingredient(picture=SHA), OWL, BEAR), inputs=inputs)
    for frame in frames[1:4]:
        recipe = family.recipe(frame)
        assert (recipe.mode, recipe.count, recipe.index) == ("blend", 1, 0)
        (again,), _ = paint(family, brief_again(recipe, [SHA]), inputs=inputs)
        torch.testing.assert_close(again.latents, frame.latents, rtol=1e-3, atol=1e-3)


def test_the_same_morph_comes_out_twice_whoever_paints_beside_it(families):
    family = families("sd")
    alone, _ = paint(family, morphing(FOX, OWL))
    among, _ = paint(family, morphing(FOX, OWL), brief("a bear", seed=3))
    assert alone[0].course.places == pytest.approx(among[0].course.places, abs=1e-4)
    torch.testing.assert_close(among[2].latents, alone[2].latents, rtol=1e-3, atol=1e-3)


def test_a_switch_becomes_frames_of_equal_change_between_ends_that_stay(families):
    family = families("sd")
    frames = start(family, morphing(FOX, OWL, count=8))
    advance(frames)
    advance(frames)
    assert not any(frame.due for frame in frames) and frames[0].steps_left == 2
    for frame in frames:
        frame.clean = frames[0].clean if frame.frame < 4 else frames[7].clean
    before = [(frame.latents, frame.clean) for frame in frames]
    frames[0].course.go_on()
    changes = [float((one.clean - two.clean).norm()) for one, two in pairwise(frames)]
    assert min(changes) > 0 and morph.unevenness(changes) < 2 < morph.unevenness([0.0] * 3 + [1.0] + [0.0] * 3)
    for end in (0, 7):
        assert frames[end].latents.equal(before[end][0]) and frames[end].clean.equal(before[end][1])
    assert all(frame.due for frame in frames)


def test_frames_between_pictures_are_looked_at_and_moved(families):
    """Weights of the tiny network are random, so that its way is as uneven as it happens to be."""
    family = families("sd")
    inputs = {SHA: Image.new("RGB", (32, 32), "red")}
    whole = morphing(FOX, Ingredient(picture=SHA), count=10, steps=5)
    frames = start(family, whole, inputs=inputs)
    even, first = list(frames[0].course.places), frames[0].steps_left
    run(family, frames)
    placed = list(frames[0].course.places)
    assert first == 2 + 2 + 5 and [frame.steps_left for frame in frames] == [0] * 10

    def unevenness(places):
        states = start(family, *(frame_brief(whole, place) for place in places), inputs=inputs)
        run(family, states)
        return morph.unevenness([float(np.linalg.norm(seen(one) - seen(two))) for one, two in pairwise(states)])

    assert placed != even and unevenness(placed) <= unevenness(even)


@given(st.integers(1, 200))
def test_frames_are_moved_once_they_show_and_not_after_the_last_step(steps):
    found = meetings(steps)
    assert found == sorted(set(found)) and all(0.3 * steps <= taken < steps for taken in found)
    assert steps == 1 or steps - 1 in found


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_what_lies_on_a_chain_is_as_noisy_as_its_neighbours(chained, data):
    at = data.draw(st.one_of(st.integers(0, 4).map(float), st.floats(0, 4)))
    found = chain.found(chained, at)
    one, two = chained[int(at)], chained[min(int(at) + 1, 4)]
    if at == int(at):
        assert found.latents.equal(one.latents) and found.clean.equal(one.clean)
    level = one.adapter.start_from(one.scheduler, torch.ones(()), torch.zeros(()), one.timesteps[one.position])
    noises = [state.latents - level * state.clean for state in (one, two)]
    shortest, longest = sorted(float(noise.norm()) for noise in noises)
    assert shortest * 0.999 <= float((found.latents - level * found.clean).norm()) <= longest * 1.001
    between = torch.lerp(one.clean, two.clean, at - int(at))
    torch.testing.assert_close(found.clean, between)
    torch.testing.assert_close(found.memory["model_outputs"][-1], between)


@pytest.fixture(scope="module")
def chained(families):
    frames = start(families("sd"), morphing(FOX, OWL, count=5, scheduler="dpmpp_2m"))
    advance(frames)
    advance(frames)
    return frames


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
