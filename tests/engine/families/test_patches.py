"""Restyling as a family of the engine."""

import hashlib

import numpy as np
import pytest
import torch
from PIL import Image

from engine.api import Adjustment, Brief, EngineError, OwnStyle
from engine.api.errors import MissingInputs
from engine.diffusion import pixels
from engine.families.patches import STEPS, Patches
from engine.restyle.network import save_restyler
from engine.settings import EngineSettings
from tests.engine.patches.pictures import scene, stripes
from tests.engine.restyle.test_network import trained

torch.set_num_threads(1)

(SCENE,), (STRIPES,) = (pixels.to_images(one[None] * 2 - 1) for one in (scene(), stripes()))
SOURCE, LOOK = (hashlib.sha256(name).hexdigest() for name in (b"scene", b"stripes"))
INPUTS = {SOURCE: SCENE, LOOK: STRIPES}
WAVES = OwnStyle(name="waves", prompt="{prompt}, waves", references=(LOOK,))


def brief(**fields) -> Brief:
    given = {"id": "1", "prompt": "", "family": "patches", "source": SOURCE, "style": "waves", "styles": (WAVES,)}
    return Brief(**given | {"seed": 5, "count": 1, "steps": 6, "strength": 1.0} | fields)


@pytest.fixture
def family(tmp_path) -> Patches:
    return Patches(EngineSettings(device="cpu"), tmp_path)


def painted(family: Patches, wish: Brief) -> list[Image.Image]:
    states = [state for group in family.start(wish, INPUTS) for state in group]
    while family.steps_left(states[0]):
        family.step(states)
    return family.finish(states)


def test_a_picture_takes_on_a_look_and_keeps_its_size(family):
    (image,) = painted(family, brief())
    assert image.size == SCENE.size
    assert np.abs(np.asarray(image, float) - np.asarray(SCENE, float)).mean() > 20


def test_strength_0_returns_the_picture_to_the_bit(family):
    (image,) = painted(family, brief(strength=0.0))
    assert np.array_equal(np.asarray(image), np.asarray(SCENE))


def test_a_picture_of_several_is_that_of_its_seed_alone(family):
    both = painted(family, brief(count=2))
    (second,) = painted(family, brief(seed=6))
    assert np.abs(np.asarray(both[1], int) - np.asarray(second, int)).max() <= 1
    assert np.abs(np.asarray(both[0], int) - np.asarray(second, int)).max() > 1


def test_the_recipe_paints_it_again(family):
    ((state,),) = family.start(brief(), INPUTS)
    while family.steps_left(state):
        family.step([state])
    recipe = family.recipe(state)
    assert (recipe.source, recipe.strength, recipe.styles, recipe.rows) == (SOURCE, 1.0, (WAVES,), ((1, 6),))
    assert (recipe.width, recipe.height, recipe.steps, recipe.seed) == (*SCENE.size, 6, 5)


def test_the_strength_changes_on_the_way(family):
    ((state,),) = family.start(brief(strength=1.0), INPUTS)
    family.step([state])
    change = Adjustment(step=1, strength=0.0)
    family.adjust(state, change)
    while family.steps_left(state):
        family.step([state])
    (image,) = family.finish([state])
    (full,) = painted(family, brief())
    far, near = (np.abs(np.asarray(one, float) - np.asarray(SCENE, float)).mean() for one in (full, image))
    assert near < 0.7 * far
    assert family.recipe(state).timeline == (change,)


def test_the_first_look_has_the_colours_already(family):
    ((state,),) = family.start(brief(), INPUTS)
    means = [np.asarray(one, float).mean((0, 1)) for one in (family.preview(state), STRIPES)]
    assert np.abs(means[0] - means[1]).max() < 6
    assert family.steps_left(state) == 6


def test_another_size_is_asked_for_by_one_side(family):
    assert painted(family, brief(width=24))[0].size == (24, 20)
    assert painted(family, brief(width=30, height=30))[0].size == (30, 30)


def test_looks_of_the_catalogue_need_no_pictures(family):
    ((state,),) = family.start(brief(style="watercolour", styles=(), steps=None), INPUTS)
    assert family.steps_left(state) == STEPS
    assert family.notices(brief(style="watercolour", styles=())) == ()
    assert "Oil painting" in family.notices(brief(style="gouache", styles=()))[0]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"source": None}, "Send the picture"),
        ({"style": None}, "which style"),
        ({"style": "nowhere"}, "nowhere"),
        ({"model": "mini"}, "way of restyling called 'mini'"),
        ({"model": "network", "steps": 3}, "one step"),
        ({"model": "colours", "keep_colours": True, "steps": None}, "leave one of the two out"),
        ({"model": "network", "steps": None}, "salon train restyle"),
        ({"styles": (OwnStyle(name="waves", prompt="{prompt}"),)}, "waves"),
    ],
)
def test_what_is_missing_or_too_much_is_named(family, fields, sentence):
    with pytest.raises(EngineError, match=sentence):
        family.start(brief(**fields), INPUTS)


@pytest.mark.parametrize("way", ["patches", "network", "colours"])
def test_every_way_restyles_and_says_so_in_its_recipe(family, tmp_path, way):
    save_restyler(trained(), tmp_path)
    wish = brief(model=way, steps=None)
    ((state,),) = family.start(wish, INPUTS)
    while family.steps_left(state):
        family.step([state])
    (image,) = family.finish([state])
    assert np.abs(np.asarray(image, float) - np.asarray(SCENE, float)).mean() > 10
    assert (family.recipe(state).model, family.recipe(state).steps) == (way, STEPS if way == "patches" else 1)


@pytest.mark.parametrize("way", ["patches", "network"])
def test_colours_are_kept_and_the_recipe_remembers(family, tmp_path, way):
    save_restyler(trained(), tmp_path)
    wish = brief(model=way, keep_colours=True, steps=None if way == "network" else 6)
    ((state,),) = family.start(wish, INPUTS)
    while family.steps_left(state):
        family.step([state])
    result, before = (np.asarray(one, float) for one in (family.finish([state])[0], SCENE))
    middle = ((result > 0) & (result < 255)).all(-1)
    chroma = [one[..., 0] - one[..., 2] for one in (result, before)]
    assert np.abs(chroma[0] - chroma[1])[middle].max() <= 2
    assert family.recipe(state).keep_colours


def test_pictures_that_did_not_come_are_asked_for(family):
    with pytest.raises(MissingInputs):
        family.start(brief(), {SOURCE: SCENE})


@pytest.mark.parametrize("change", [Adjustment(prompt="a hare"), Adjustment(guidance=3.0), Adjustment()])
def test_only_the_strength_can_be_changed(family, change):
    ((state,),) = family.start(brief(), INPUTS)
    with pytest.raises(EngineError, match="strength"):
        family.adjust(state, change)


def test_a_brief_asks_for_the_pictures_of_its_look_too():
    assert set(brief().pictures) == {SOURCE, LOOK}
