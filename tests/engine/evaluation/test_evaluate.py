"""The whole road with an untrained judge: what counts is that every number is there and is of the right pictures."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from engine.evaluation.cases import paint_real, unseen
from engine.evaluation.evaluate import SEED, Judges, evaluate
from engine.evaluation.judge import Judge
from engine.evaluation.measures import Measures
from engine.evaluation.report import BLURRED, DROPPED, FLOOR, MEANT, MEMORISED, PAINTED, SHUFFLED
from engine.evaluation.sheet import GAP, unchosen_sheet
from engine.evaluation.training_pictures import painted_again

COUNT = 24


@pytest.fixture(scope="module")
def training():
    return painted_again(60, 1)


@pytest.fixture(scope="module")
def found(training):
    torch.manual_seed(0)
    asked = []

    def painter(prompts, seeds):
        asked.append((list(prompts), list(seeds)))
        # the perfect model: it paints what was meant
        factors = unseen(SEED + 1, len(prompts), 2) if len(asked) == 3 else unseen(SEED, len(prompts))
        return paint_real(factors, 77)

    evaluation = evaluate("perfect", painter, Judges(Judge().eval(), None), training, COUNT, workers=1)
    return evaluation, asked


def test_asks_in_both_languages_and_for_pairs(found):
    _, asked = found
    assert [len(prompts) for prompts, _ in asked] == [COUNT, COUNT, COUNT // 4]
    assert asked[0][1] == asked[1][1]
    assert asked[0][0] != asked[1][0]


def test_every_set_is_measured(found):
    report = found[0].report
    assert list(report.sets) == [PAINTED, FLOOR, BLURRED, DROPPED, MEMORISED, SHUFFLED]
    for row in report.sets.values():
        assert row.agreement is None
        assert np.isfinite([row.fd, row.kd, row.fd_crops, row.kd_crops, row.vendi, row.nearest]).all()


def test_even_an_untrained_judge_knows_copies(found):
    report = found[0].report
    assert report.sets[MEMORISED].nearest == pytest.approx(0, abs=1e-4)
    assert report.sets[FLOOR].nearest > 0.01


def test_an_untrained_judge_is_not_believed(found):
    assert any("judge reads only" in doubt for doubt in found[0].report.doubts())


def test_the_report_is_plain(found):
    told = json.loads(json.dumps(found[0].report.as_dict()))
    assert told["model"] == "perfect"
    assert {check["control"] for check in told["checks"]} == {control for control, _, _ in MEANT}
    assert told["english"]["factors"]["style"]["count"] == COUNT


def test_the_sheet_holds_what_was_painted_first(found):
    unchosen = found[0].unchosen
    sheet = np.asarray(unchosen_sheet(unchosen.pictures))
    assert len(unchosen.prompts) == COUNT
    assert np.array_equal(sheet[GAP : GAP + 128, GAP : GAP + 128], unchosen.pictures[0])
    assert Image.fromarray(sheet).size == (5 * (128 + GAP) + GAP,) * 2


def test_a_control_that_is_not_seen_is_said(found):
    report = found[0].report
    row = Measures(*[0.5] * 10)
    blind = report.__class__(**{**vars(report), "sets": dict.fromkeys(report.sets, row)})
    assert not any(check.seen for check in blind.checks())
    assert len([doubt for doubt in blind.doubts() if "no worse than real" in doubt]) == len(MEANT)
