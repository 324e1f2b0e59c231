import numpy as np

from engine.corpus.filters import contours, flatten, opened


def test_flatten_drops_hairlines_and_keeps_strokes():
    picture = np.zeros((128, 128, 3), np.float32)
    picture[:, 30] = 1
    picture[:, 60:62] = 1
    flat = flatten(picture)
    assert flat[10:-10, 30].max() == 0
    assert flat[10:-10, 60:62].min() == 1


def test_opened_drops_specks_and_keeps_what_is_broad():
    plane = np.zeros((128, 128), np.float32)
    plane[20:24, 20:24] = 1
    plane[60:80, 60:80] = 1
    rest = opened(plane, 2.5)
    assert rest[10:40, 10:40].max() == 0
    assert rest[60:80, 60:80].min() == 1
    assert rest.sum() == 400


def test_contours_are_equally_wide_for_strong_and_weak_edges():
    plane = np.zeros((128, 128), np.float32)
    plane[:, 40:] = 0.4
    plane[:, 90:] = 1.0
    line = contours(plane, 0.03, 0.07)[64]
    widths = line[30:50].sum(), line[80:100].sum()
    assert min(widths) > 2
    assert max(widths) < 4
    assert max(widths) - min(widths) < 0.5
    assert line[55:75].max() == 0
