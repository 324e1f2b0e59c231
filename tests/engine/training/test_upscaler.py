"""The upscaler's training: pairs that fit, learning, its score, and shipping."""

import json
from dataclasses import asdict, replace
from math import inf

import numpy as np
import pytest
import torch

from engine.corpus.bank import ABOUT, PICTURES, Identity
from engine.corpus.painter import paint_indexed
from engine.enlarge import FACTORS
from engine.enlarge.lanczos import Lanczos
from engine.enlarge.measure import Comparison, Figures, open_autoencoder, score
from engine.enlarge.network import WEIGHTS, Upscaler, load_upscaler
from engine.training.kinds import open_recipe
from engine.training.loop import Schedule, run
from engine.training.upscaler import UpscalerTask, _pictures, export_upscaler, load_trained_upscaler, score_upscaler


@pytest.fixture(scope="module")
def pictures():
    return np.stack([paint_indexed(0, index, 64)[0] for index in range(10)])


@pytest.fixture(scope="module")
def autoencoder():
    return open_autoencoder()


@pytest.fixture
def recipe():
    schedule = Schedule(rate=4e-3, warmup=2, ema=0.8, steps=400, save_every=inf)
    house = open_recipe("upscaler")[1]
    return replace(house, size=64, channels=12, blocks=2, batch=4, crop=12, schedule=schedule)


def test_the_shipped_size_is_kept():
    recipe = open_recipe("upscaler")[1]
    network = Upscaler(recipe.channels, recipe.blocks)
    assert 2 * sum(value.numel() for value in network.state_dict().values()) < 4 * 2**20


def test_small_crops_and_what_they_should_become_show_the_same_place(recipe, pictures, autoencoder):
    task = UpscalerTask(replace(recipe, painted=0.0, blurred=0.0, compressed=0.0), pictures, autoencoder)
    met = set()
    for draw in range(8):
        small, large, factor = task._pairs(draw)
        met.add(factor)
        margin = task.upscaler.margin - Lanczos.margin
        found = Lanczos()(small[..., margin:-margin, margin:-margin], factor)
        assert found.shape == large.shape == (4, 3, 12 * factor, 12 * factor)
        apart = [(found - large.roll(shift, dim)).abs().mean() for dim in (2, 3) for shift in (-2, 2)]
        assert (found - large).abs().mean() < min(apart)
    assert met == set(FACTORS)


def test_a_draw_alone_decides_its_batch(recipe, pictures, autoencoder):
    first, again = (UpscalerTask(recipe, pictures, autoencoder)._pairs(5) for _ in range(2))
    other = UpscalerTask(recipe, pictures, autoencoder)._pairs(6)
    assert torch.equal(first[0], again[0]) and torch.equal(first[1], again[1])
    assert other[0].shape != first[0].shape or not torch.equal(first[0], other[0])


def test_it_learns_and_ships(recipe, pictures, autoencoder, tmp_path):
    recipe = replace(recipe, painted=0.0, blurred=1.0, compressed=0.0)
    task = UpscalerTask(recipe, pictures, autoencoder)
    assert task.sheet().size == (2 * 64, 4 * 32 + 4 * 64)
    with torch.no_grad():
        before = sum(float(task.losses(draw)["loss"]) for draw in range(900, 906))
    run(task, recipe.schedule, tmp_path, say=lambda line: None)
    task.model.load_state_dict(load_trained_upscaler(recipe, tmp_path).state_dict())
    with torch.no_grad():
        after = sum(float(task.losses(draw)["loss"]) for draw in range(900, 906))
    assert after < 0.98 * before
    assert 0 < score_upscaler(recipe, tmp_path, tmp_path, count=1) < 2
    found = export_upscaler(recipe, tmp_path, tmp_path / "upscaler", count=1)
    assert [(one.factor, one.through) for one in found] == [(2, False), (2, True), (4, False), (4, True)]
    card = (tmp_path / "upscaler" / "README.md").read_text()
    assert "{" not in card and f"{found[0].own.psnr:.2f} dB" in card
    assert (tmp_path / "upscaler" / WEIGHTS).stat().st_size < 4 * 2**20
    network, _ = load_upscaler(tmp_path / "upscaler")
    for key, value in network.state_dict().items():
        assert torch.equal(value, task.model.state_dict()[key].half().float())


def test_lanczos_has_a_score_of_one_and_what_is_nearer_less():
    plain, better = Figures(psnr=20.0, error=0.1, distance=2.0), Figures(psnr=26.0, error=0.05, distance=1.0)
    assert score([Comparison(2, False, plain, plain)]) == 1
    assert score([Comparison(2, False, better, plain), Comparison(4, True, plain, plain)]) == pytest.approx(0.75)
    comparison = Comparison(2, False, better, plain)
    assert (comparison.gain, comparison.nearer) == (6.0, 0.5)


def test_a_bank_of_large_pictures_is_taken_as_it_is(recipe, pictures, tmp_path):
    pictures.tofile(tmp_path / PICTURES)
    (tmp_path / ABOUT).write_text(json.dumps({**asdict(Identity(0, 64)), "count": len(pictures)}))
    assert (_pictures(recipe, tmp_path, tmp_path / "out", print, 1) == pictures).all()
