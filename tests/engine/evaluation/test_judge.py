import json

import numpy as np
import pytest
import torch

from engine.corpus.factors import draw_any
from engine.corpus.lexicon import values
from engine.evaluation.classes import NATURAL, NONE, NOTHING, classes, figure_truth, indices, scene_truth
from engine.evaluation.judge import CONFIG, WEIGHTS, Judge, load_judge, save_judge
from engine.evaluation.reading import embed, read, truths


@pytest.fixture(scope="module")
def judge():
    torch.manual_seed(0)
    return Judge().eval()


def test_answers_cover_the_lexicon():
    assert classes("subject") == (*values("subject"), NOTHING)
    assert classes("colour")[-1] == NATURAL
    assert classes("mood")[-1] == classes("palette")[-1] == NONE
    assert classes("style") == tuple(values("style"))
    assert list(indices("hour").values()) == list(range(len(values("hour"))))


def test_every_drawn_truth_can_be_answered():
    rng = np.random.default_rng(0)
    for _ in range(50):
        factors = draw_any(rng)
        for name in ("style", "ground", "hour", "mood", "palette"):
            assert scene_truth(factors, name) in classes(name)
        for place in range(len(factors.figures)):
            assert figure_truth(factors, place, "subject") in classes("subject")
            assert figure_truth(factors, place, "colour") in classes("colour")


def test_saved_and_loaded_it_reads_the_same(judge, tmp_path):
    save_judge(judge, tmp_path)
    assert (tmp_path / WEIGHTS).stat().st_size < 4 << 20
    pictures = torch.randn(2, 3, 128, 128)
    with torch.no_grad():
        wanted, found = judge.scene(pictures)[1], load_judge(tmp_path).scene(pictures)[1]
    for name, logits in wanted.items():
        assert torch.allclose(logits, found[name], atol=2e-2), name


def test_another_lexicon_is_refused(judge, tmp_path):
    save_judge(judge, tmp_path)
    told = json.loads((tmp_path / CONFIG).read_text())
    told["answers"]["subject"].remove("owl")
    (tmp_path / CONFIG).write_text(json.dumps(told))
    with pytest.raises(ValueError, match="salon train judge"):
        load_judge(tmp_path)


def test_no_judge_says_how_to_get_one(tmp_path):
    with pytest.raises(FileNotFoundError, match="salon train judge"):
        load_judge(tmp_path)


def test_reads_every_figure_of_every_picture(judge):
    rng = np.random.default_rng(1)
    factors = [draw_any(rng, count) for count in (1, 3, 2)] * 22  # more than one batch
    pictures = rng.integers(0, 256, (66, 128, 128, 3), np.uint8)
    readings = read(judge, pictures, factors)
    scene, figure = truths(factors)
    assert readings.owners.tolist() == [row for row in range(66) for _ in factors[row].figures]
    assert readings.whole.shape == (66, 128) and readings.crops.shape == (132, 192)
    for name, meant in scene.items():
        assert readings.scene[name].shape == meant.shape
        assert set(readings.scene[name]) <= set(classes(name))
    for name, meant in figure.items():
        assert readings.figure[name].shape == meant.shape
    assert np.allclose(embed(judge, pictures), readings.whole)


def test_reading_does_not_depend_on_what_else_is_read(judge):
    rng = np.random.default_rng(2)
    factors = [draw_any(rng, 2) for _ in range(3)]
    pictures = rng.integers(0, 256, (3, 128, 128, 3), np.uint8)
    together, alone = read(judge, pictures, factors), read(judge, pictures[1:2], factors[1:2])
    assert np.allclose(together.crops[2:4], alone.crops, atol=1e-4)
    assert np.allclose(together.whole[1:2], alone.whole, atol=1e-4)
