import numpy as np
import pytest
import torch

from engine.evaluation.damage import blend, blur, chimera, coarsen, fatal, gentle, noise, shuffle_patches, slight, warp


@pytest.fixture
def pictures():
    shade = torch.linspace(-1, 1, 32)
    return torch.stack([shade.expand(3, 32, 32), shade.flip(0).expand(3, 32, 32)]).clone()


def stream(seed=0):
    return np.random.default_rng(seed)


def test_blur_keeps_flat_areas_and_softens_edges():
    picture = torch.ones(1, 3, 32, 32)
    assert torch.allclose(blur(picture, 3.0), picture, atol=1e-5)
    picture[..., :16] = -1
    soft = blur(picture, 2.0)
    assert (soft.diff(dim=-1).abs().max() < 0.5) and torch.allclose(soft.mean(), picture.mean(), atol=1e-5)


def test_shuffled_patches_are_all_still_there(pictures):
    dealt = shuffle_patches(pictures, 4, stream())
    assert not torch.equal(dealt, pictures)
    assert torch.equal(dealt.flatten(1).sort(1).values, pictures.flatten(1).sort(1).values)


def test_a_chimera_is_half_of_each(pictures):
    for seed in range(4):
        mixed = chimera(pictures, stream(seed))
        both = torch.cat([pictures, pictures.roll(1, 0)], 1)
        own = (mixed == pictures).float().mean()
        assert 0.4 < own < 0.6
        assert ((mixed == both[:, :3]) | (mixed == both[:, 3:])).all()


def test_a_blend_lies_between_its_pictures(pictures):
    mixed = blend(pictures, stream())
    low, high = torch.minimum(pictures, pictures.roll(1, 0)), torch.maximum(pictures, pictures.roll(1, 0))
    assert ((mixed >= low) & (mixed <= high)).all()


def test_no_warp_is_no_change(pictures):
    assert torch.allclose(warp(pictures, 0.0, stream()), pictures, atol=1e-5)
    assert (warp(pictures, 0.1, stream()) - pictures).abs().mean() > 0.05


def test_coarsened_pictures_keep_their_mean(pictures):
    assert torch.allclose(coarsen(pictures, 4).mean(), pictures.mean(), atol=0.01)


@pytest.mark.parametrize("work", [gentle, slight, fatal])
def test_damage_depends_on_the_stream_alone_and_stays_a_picture(work, pictures):
    for seed in range(25):
        first, second = work(pictures, stream(seed)), work(pictures, stream(seed))
        assert torch.equal(first, second)
        assert first.shape == pictures.shape
        assert first.abs().max() <= 1 + 1e-5


def test_fatal_damage_is_worse_than_slight(pictures):
    def mean_error(work):
        return np.mean([float((work(pictures, stream(seed)) - pictures).abs().mean()) for seed in range(25)])

    assert mean_error(gentle) < mean_error(slight) < mean_error(fatal) / 3


def test_noise_is_as_strong_as_told():
    noisy = noise(torch.zeros(4, 3, 64, 64), 0.1, stream())
    assert float(noisy.std()) == pytest.approx(0.1, rel=0.05)
