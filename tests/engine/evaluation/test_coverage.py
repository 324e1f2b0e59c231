import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.evaluation.coverage import nearest, overlap, pairwise, vendi, whitened


def cloud(seed, count=300, shift=0.0):
    return np.random.default_rng(seed).standard_normal((count, 4)) + shift


def test_the_same_distribution_overlaps():
    found = overlap(cloud(0), cloud(1))
    assert min(found.precision, found.recall, found.coverage) > 0.85


def test_strangers_do_not_overlap():
    found = overlap(cloud(0), cloud(1, shift=50.0))
    assert (found.precision, found.recall, found.coverage) == (0, 0, 0)


def test_dropped_modes_cost_recall_and_coverage_but_not_precision():
    real = np.concatenate([cloud(0), cloud(1, shift=50.0)])
    found = overlap(real, cloud(2, 600))
    assert found.precision > 0.85
    assert found.recall < 0.55
    assert found.coverage < 0.55


def test_one_outlier_cannot_buy_recall_everywhere():
    painted = np.concatenate([cloud(1, shift=50.0), [[1e4] * 4]])
    assert overlap(cloud(0), painted).coverage == 0


def test_what_differs_in_a_narrow_direction_alone_lies_outside_once_whitened():
    widths = np.array([100.0, 100.0, 100.0, 1.0])
    real, painted = cloud(0) * widths, cloud(1) * widths + np.array([0, 0, 0, 8.0])
    assert overlap(real, painted).precision > 0.5
    assert overlap(whitened(real, real), whitened(painted, real)).precision < 0.1
    assert whitened(real, real).std(0) == pytest.approx(1)


def test_vendi_counts_what_differs():
    corners = np.repeat(np.eye(4), 25, axis=0)
    assert vendi(corners) == pytest.approx(4)
    assert vendi(np.ones((30, 4))) == pytest.approx(1)


def test_vendi_looks_from_its_origin():
    far = np.concatenate([np.eye(4), -np.eye(4)]) + 100
    assert vendi(far) == pytest.approx(1, abs=0.01)
    assert vendi(far, far.mean(0)) == pytest.approx(4)


@given(arrays(float, (9, 3), elements=st.floats(-10, 10)))
def test_vendi_lies_between_one_and_the_dimensions(points):
    points[np.linalg.norm(points, axis=1) < 1e-3] = 1
    assert 1 - 1e-6 <= vendi(points) <= 3 + 1e-6


def test_a_copy_is_nearest_to_its_original():
    training = cloud(0, 1000)
    assert nearest(training[5:9], training) == pytest.approx(0, abs=1e-5)
    assert nearest(cloud(1, 10, shift=9.0), training).min() > 1


def test_pairwise_is_euclidean():
    found = pairwise(np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[3.0, 0.0]]))
    assert found.tolist() == [[3.0], [4.0]]
