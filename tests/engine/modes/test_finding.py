"""What words name is found by how much they change the network's prediction."""

import numpy as np
import pytest
from PIL import Image

from engine.api.errors import InvalidBrief
from engine.modes import finding
from tests.engine.diffusion.painting import brief, paint, start
from tests.engine.pictures.files import noise

SHA, MASK = "1" * 64, "2" * 64
WORDS = {"mode": "edit", "source": SHA, "find": "the fox", "strength": 1.0, "steps": 2}


@pytest.fixture
def easily_satisfied(monkeypatch):
    """Networks of random weights see nothing in particular."""
    monkeypatch.setattr(finding, "CONTRAST", 0.0)


@pytest.mark.parametrize("architecture", ["sd", "sdxl", "sd3", "flux"])
def test_every_architecture_marks_a_part_and_keeps_the_rest(families, architecture, easily_satisfied):
    source = noise(32, 32)
    (state,), (image,) = paint(families(architecture), brief(**WORDS), inputs={SHA: source})
    marked = np.asarray(finding.find(state.adapter, source, "the fox")) > 0
    assert 0 < marked.mean() < 1
    assert (np.asarray(image) == np.asarray(source))[~marked].all()
    assert families(architecture).recipe(state).find == "the fox"


def test_nothing_is_left_of_what_is_erased(families, easily_satisfied):
    (edited,) = start(families("sd"), brief(**WORDS), inputs={SHA: noise(32, 32)})
    (erased,) = start(families("sd"), brief(**WORDS | {"mode": "erase"}), inputs={SHA: noise(32, 32)})
    found, all_of_it = (state.region._marked[0, 0].numpy() > 0 for state in (edited, erased))
    assert all_of_it[found].all() and all_of_it.sum() > found.sum()


def test_what_is_found_and_what_is_painted_on_the_mask_are_both_marked(families, easily_satisfied):
    source, mask = noise(32, 32), Image.new("RGB", (32, 32))
    mask.paste("white", (0, 0, 4, 4))
    (found,) = start(families("sd"), brief(**WORDS), inputs={SHA: source})
    (both,) = start(families("sd"), brief(**WORDS, mask=MASK), inputs={SHA: source, MASK: mask})
    alone, together = (state.region._marked[0, 0].numpy() > 0 for state in (found, both))
    assert (together == alone | (np.asarray(mask)[..., 0] > 0)).all()


def test_masks_have_the_size_of_their_pictures(families, easily_satisfied):
    (state,) = start(families("sd"), brief())
    for size in ((32, 32), (33, 50), (300, 200), (1, 1)):
        assert finding.find(state.adapter, noise(*size), "a fox").size == size


@pytest.mark.parametrize("words", ["\x00", "\t"])
def test_words_that_say_nothing_find_nothing(families, words):
    with pytest.raises(InvalidBrief, match="sees no"):
        start(families("sd"), brief(**WORDS | {"find": words}), inputs={SHA: noise(32, 32)})


def test_words_to_find_are_for_editing(families):
    with pytest.raises(InvalidBrief, match="are for editing"):
        start(families("sd"), brief(find="the fox"))


def test_the_threshold_parts_two_classes():
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(0.3, 0.05, 150), rng.normal(2.0, 0.1, 50)]).reshape(10, 20)
    assert (values > finding._otsu(values)).sum() == 50
