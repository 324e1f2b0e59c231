from dataclasses import replace

import numpy as np
import pytest

from engine.corpus.factors import Factors, Figure
from engine.evaluation.factors import UNSAID, accuracy, bound, share
from engine.evaluation.reading import Readings, truths

FOX, OWL = Figure("fox", "red", "left", "large"), Figure("owl", None, "right", "small")
ONE = Factors((FOX,), "sea", "night", "calm", None, "oil")
TWO = Factors((FOX, OWL), "lake", "noon", None, "sepia", "ink")


def readings_of(factors):
    scene, figure = truths(factors)
    owners = [row for row, one in enumerate(factors) for _ in one.figures]
    return Readings(scene, figure, np.array(owners), np.zeros((len(factors), 2)), np.zeros((len(owners), 2)))


def changed(readings, **answers):
    scene, figure = dict(readings.scene), dict(readings.figure)
    for name, read in answers.items():
        (scene if name in scene else figure)[name] = np.array(read)
    return replace(readings, scene=scene, figure=figure)


def test_all_right_is_all_right():
    found = accuracy(readings_of([ONE, TWO]), [ONE, TWO])
    assert {share.right for share in found.factors.values()} == {1.0}
    assert found.mean() == 1.0
    assert set(found.cells) == {"oil", "ink"}


def test_only_what_was_named_counts_under_its_name():
    found = accuracy(readings_of([ONE, TWO]), [ONE, TWO]).factors
    assert {name: share.count for name, share in found.items()} == {
        "style": 2,
        "ground": 2,
        "hour": 2,
        "mood": 1,
        "palette": 1,
        "subject": 3,
        "colour": 2,
        UNSAID: 3,
    }


def test_a_wrong_answer_counts_where_it_belongs():
    read = changed(readings_of([ONE, TWO]), subject=["fox", "fox", "nothing"], palette=["neon", "sepia"])
    found = accuracy(read, [ONE, TWO])
    assert found.factors["subject"].right == pytest.approx(2 / 3)
    assert found.cells["ink"]["subject"].right == 0.5
    assert found.cells["oil"]["subject"].right == 1.0
    # a palette nobody asked for
    assert found.factors[UNSAID].right == pytest.approx(2 / 3)
    assert found.factors["palette"].right == 1.0
    assert found.worst_cell(least=1) == ("oil", UNSAID, 0.0)
    assert found.worst_cell(least=5) is None


@pytest.mark.parametrize(
    ("subjects", "colours", "wanted"),
    [
        (["fox", "owl"], ["red", "natural"], {"subjects": 1, "colours": 1, "both": 1, "swapped": 0}),
        (["fox", "owl"], ["red", "green"], {"subjects": 1, "colours": 1, "both": 1, "swapped": 0}),
        (["fox", "owl"], ["natural", "red"], {"subjects": 1, "colours": 0, "both": 0, "swapped": 0}),
        (["owl", "fox"], ["natural", "red"], {"subjects": 0, "colours": 0, "both": 0, "swapped": 1}),
        (["fox", "fox"], ["red", "natural"], {"subjects": 0, "colours": 1, "both": 0, "swapped": 0}),
    ],
)
def test_binding(subjects, colours, wanted):
    found = bound(changed(readings_of([TWO]), subject=subjects, colour=colours), [TWO])
    assert {name: share.right for name, share in found.items()} == wanted


def test_the_interval_holds_the_share_and_narrows():
    few, many = share([True] * 3 + [False]), share(([True] * 3 + [False]) * 100)
    for found in (few, many):
        assert found.low <= found.right == 0.75 <= found.high
    assert many.high - many.low < (few.high - few.low) / 4
    # 1.96 standard errors of a binomial share
    assert many.high - many.right == pytest.approx(1.96 * (0.75 * 0.25 / 400) ** 0.5, rel=0.2)


def test_nothing_to_count_tells_nothing():
    assert (share([]).low, share([]).high, share([]).count) == (0.0, 1.0, 0)
