import numpy as np
import pytest

from engine.evaluation.distances import frechet, kernel

DEPTH = 6


def cloud(seed, count=4000, scale=1.0, shift=0.0):
    return np.random.default_rng(seed).standard_normal((count, DEPTH)) * scale + shift


def test_frechet_is_the_closed_form_for_gaussians():
    # || m1 - m2 ||^2 + (s1 - s2)^2 a dimension
    assert frechet(cloud(0), cloud(1)) == pytest.approx(0, abs=0.03)
    assert frechet(cloud(0), cloud(1, shift=2.0)) == pytest.approx(4 * DEPTH, rel=0.03)
    assert frechet(cloud(0), cloud(1, scale=3.0)) == pytest.approx(4 * DEPTH, rel=0.05)


def test_frechet_of_a_rotation_is_nothing():
    stretched = cloud(0) * np.arange(1, DEPTH + 1)
    turned = stretched[:, ::-1]
    assert frechet(stretched, stretched) == pytest.approx(0, abs=1e-6)
    # variances k^2 against (7 - k)^2
    assert frechet(stretched, turned) == pytest.approx(sum((2 * k - 7) ** 2 for k in range(1, 7)), rel=0.05)


def test_frechet_bears_flat_clouds():
    flat = cloud(0)
    flat[:, 1:] = 0
    assert np.isfinite(frechet(flat, flat))
    assert frechet(flat, flat) == pytest.approx(0, abs=1e-6)


def test_kernel_distance_is_unbiased_and_sees_a_shift():
    same, error = kernel(cloud(0), cloud(1))
    assert abs(same) < 6 * error + 1e-3
    apart, _ = kernel(cloud(0), cloud(1, shift=0.5))
    further, _ = kernel(cloud(0), cloud(1, shift=1.0))
    assert same < apart < further


def test_kernel_distance_of_fewer_pictures_than_a_subset():
    assert np.isfinite(kernel(cloud(0, 20), cloud(1, 30))[0])
