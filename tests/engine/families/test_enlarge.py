"""The family that enlarges: sizes, tiles that share a batch, recipes, and what it says without a network."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.api import Adjustment, Brief
from engine.api.errors import InvalidBrief, ModelRefused, UnknownName
from engine.diffusion import manifest
from engine.enlarge.network import WEIGHTS, Upscaler, save_upscaler
from engine.enlarge.tiles import enlarged
from engine.families.enlarge import Enlarge
from engine.settings import EngineSettings
from tests.engine.enlarge.test_tiles import random_picture, wild_network

SHA = "ab" * 32
BRIEF = Brief(id="one", prompt="an owl", family="enlarge", mode="enlarge", source=SHA, count=1, seed=3)


def settings(tmp_path: Path) -> EngineSettings:
    return EngineSettings(data_dir=tmp_path, device="cpu")


@pytest.fixture
def plain(tmp_path: Path) -> Enlarge:
    return Enlarge(settings(tmp_path), tmp_path / "nothing")


@pytest.fixture
def installed(tmp_path: Path) -> tuple[Enlarge, Upscaler]:
    network = wild_network()
    save_upscaler(network.half().float(), tmp_path / "upscaler")
    manifest.write(tmp_path / "upscaler")
    return Enlarge(settings(tmp_path), tmp_path / "upscaler"), network


def begun(family: Enlarge, brief: Brief, picture: np.ndarray):
    ((state,),) = family.start(brief, {SHA: Image.fromarray(picture)})
    return state


def through(family: Enlarge, *states):
    while family.steps_left(states[0]):
        family.step(states)
    return [np.asarray(image) for image in family.finish(states)]


def test_a_picture_in_tiles_is_what_the_network_makes_of_it_whole(installed):
    family, network = installed
    family._side = 16
    picture = random_picture(40, 25)
    state = begun(family, replace(BRIEF, width=160, height=100), picture)
    assert family.steps_left(state) == 6
    (found,) = through(family, state)
    whole = enlarged(network, picture[None], 4)[0]
    assert np.abs(found.astype(int) - whole).max() <= 1
    recipe = family.recipe(state)
    assert (recipe.width, recipe.height, recipe.steps, recipe.rows) == (160, 100, 6, ((1, 6),))
    assert (recipe.mode, recipe.family, recipe.model, recipe.source) == ("enlarge", "enlarge", "upscaler", SHA)
    assert family.notices(BRIEF) == ()


def test_a_recipe_enlarges_again(installed):
    family, _ = installed
    first = begun(family, replace(BRIEF, width=60), random_picture(15, 9))
    wanted = through(family, first)[0]
    recipe = family.recipe(first)
    same = {name: getattr(recipe, name) for name in ("width", "height", "model", "steps", "guidance", "scheduler")}
    assert (through(family, begun(family, replace(BRIEF, **same), random_picture(15, 9)))[0] == wanted).all()


def test_pictures_that_share_a_batch_do_not_meet(installed):
    family, _ = installed
    family._side = 8
    pictures = [random_picture(20, 8), random_picture(19, 8)]
    alone = [through(family, begun(family, BRIEF, picture))[0] for picture in pictures]
    states = [begun(family, BRIEF, picture) for picture in pictures]
    assert family.lane(states[0]) == family.lane(states[1])
    for own, shared in zip(alone, through(family, *states), strict=True):
        assert np.abs(own.astype(int) - shared).max() <= 1


def test_what_another_factor_or_tile_needs_is_another_lane(installed):
    family, _ = installed
    small, tall = random_picture(20, 20), random_picture(20, 21)
    lanes = {
        family.lane(begun(family, brief, picture))
        for brief, picture in [
            (BRIEF, small),
            (replace(BRIEF, width=80), small),
            (replace(BRIEF, model="lanczos"), small),
            (BRIEF, tall),
        ]
    }
    assert len(lanes) == 4


def test_a_step_that_fails_leaves_every_picture_as_it_was(installed, monkeypatch):
    family, _ = installed
    states = [begun(family, BRIEF, random_picture(9, 9)) for _ in range(2)]
    before = [state.canvas.copy() for state in states]

    def fail(*_: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(torch, "cat", fail)
    with pytest.raises(RuntimeError):
        family.step(states)
    assert all((state.canvas == old).all() and state.taken == 0 for state, old in zip(states, before, strict=True))


def test_without_a_network_it_interpolates_and_says_so(plain):
    picture = random_picture(7, 3)
    state = begun(plain, BRIEF, picture)
    assert through(plain, state)[0].shape == (6, 14, 3)
    assert plain.recipe(state).model == "lanczos"
    assert "salon train upscaler" in plain.notices(BRIEF)[0]
    assert plain.notices(replace(BRIEF, model="lanczos")) == ()


def test_a_single_pixel_is_enlarged_too(installed):
    family, _ = installed
    assert through(family, begun(family, BRIEF, random_picture(1, 1)))[0].shape == (2, 2, 3)


def test_the_unfinished_picture_is_all_there(installed):
    family, _ = installed
    look = family.preview(begun(family, BRIEF, np.full((30, 400, 3), 90, np.uint8)))
    assert look.size == (512, 38)
    assert np.abs(np.asarray(look).astype(int) - 90).max() <= 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source": None}, "send the one"),
        ({"mode": "imagine"}, "send the one"),
        ({"count": 4}, "ask for one"),
        ({"width": 24}, "16 x 10 or 32 x 20"),
        ({"width": 16, "height": 20}, "16 x 10 or 32 x 20"),
        ({"width": 16, "height": 11}, "2 or 4 times"),
    ],
)
def test_what_cannot_be_enlarged_is_said(plain, change, said):
    with pytest.raises(InvalidBrief, match=said):
        begun(plain, replace(BRIEF, **change), random_picture(8, 5))


def test_what_would_be_too_large_is_refused(plain):
    with pytest.raises(InvalidBrief, match=r"4104 x 2; at most 4096"):
        begun(plain, BRIEF, np.zeros((1, 2052, 3), np.uint8))


def test_an_upscaler_that_is_not_here_or_damaged_is_refused(plain, installed, tmp_path):
    for name in ("upscaler", "mini"):
        with pytest.raises(UnknownName, match="lanczos"):
            begun(plain, replace(BRIEF, model=name), random_picture(4, 4))
    (tmp_path / "upscaler" / WEIGHTS).write_bytes(b"nothing")
    with pytest.raises(ModelRefused, match=WEIGHTS):
        begun(installed[0], BRIEF, random_picture(4, 4))
    manifest.write(tmp_path / "upscaler")
    with pytest.raises(ModelRefused, match="cannot be loaded"):
        begun(installed[0], BRIEF, random_picture(4, 4))


def test_nothing_can_be_adjusted(plain):
    with pytest.raises(InvalidBrief):
        plain.adjust(begun(plain, BRIEF, random_picture(4, 4)), Adjustment(strength=0.5))


def test_short_of_memory_it_takes_smaller_tiles(plain):
    picture = np.zeros((100, 190, 3), np.uint8)
    assert plain.steps_left(begun(plain, BRIEF, picture)) == 1
    assert plain.relieve(2)
    assert plain.steps_left(begun(plain, BRIEF, picture)) == 4
    plain._side = 48
    assert not plain.relieve(2)
