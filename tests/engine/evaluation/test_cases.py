import re

import numpy as np

from engine.corpus.factors import is_seen
from engine.corpus.lexicon import values
from engine.evaluation.cases import cases, everything, paint_real, seen, unseen
from engine.evaluation.controls import KEPT, blurred, mode_dropped, shuffled

CHINESE = re.compile("[\u4e00-\u9fff]")


def test_unseen_means_withheld_from_training():
    for count in (1, 2):
        drawn = unseen(5, 20, count)
        assert not any(is_seen(one) for one in drawn)
        assert {len(one.figures) for one in drawn} == {count}
    assert all(is_seen(one) for one in seen(5, 20))


def test_the_same_seed_asks_the_same():
    assert unseen(5, 10) == unseen(5, 10)[:10]
    assert unseen(5, 10) != unseen(6, 10)
    assert cases(unseen(5, 4), "en", 1) == cases(unseen(5, 4), "en", 1)


def test_both_languages_ask_for_the_same_pictures_from_the_same_noise():
    english, chinese = (cases(unseen(5, 12), language, 9) for language in ("en", "zh"))
    assert [one.factors for one in english] == [one.factors for one in chinese]
    assert [one.seed for one in english] == [one.seed for one in chinese] == list(range(9, 21))
    assert all(CHINESE.search(one.prompt) for one in chinese)
    assert not any(CHINESE.search(one.prompt) for one in english)


def test_prompts_leave_nothing_out():
    for factors in unseen(5, 20, None):
        told = everything(factors)
        assert len(told.figures) == len(factors.figures)
        assert (told.ground, told.hour, told.mood, told.palette, told.style) == (
            factors.ground,
            factors.hour,
            factors.mood,
            factors.palette,
            factors.style,
        )
        for mention, figure in zip(told.figures, factors.figures, strict=True):
            assert (mention.subject, mention.colour, mention.place, mention.size) == (
                figure.subject,
                figure.colour,
                figure.place,
                figure.size,
            )


def test_workers_paint_the_same():
    drawn = unseen(5, 3)
    assert np.array_equal(paint_real(drawn, 1, 32), paint_real(drawn, 1, 32, workers=2))
    assert not np.array_equal(paint_real(drawn, 1, 32), paint_real(drawn, 2, 32))


def test_controls_are_spoilt_as_they_say():
    real = paint_real(unseen(5, 4), 1)
    soft = blurred(real)
    assert soft.shape == real.shape
    edges, soft_edges = (np.abs(np.diff(pictures.astype(int), axis=2)).max() for pictures in (real, soft))
    assert soft_edges < edges / 3
    dropped = mode_dropped(1, 30)
    assert len({one.style for one in dropped}) <= -(-len(values("style")) // KEPT)
    assert len({one.figures[0].subject for one in dropped}) <= -(-len(values("subject")) // KEPT)
    drawn = unseen(5, 4)
    assert sorted(map(repr, shuffled(drawn))) == sorted(map(repr, drawn))
    assert all(one != other for one, other in zip(drawn, shuffled(drawn), strict=True))
