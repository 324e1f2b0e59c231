"""The search for the caption that lies nearest, by a model that reads captions perfectly."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from engine.corpus.factors import draw_any
from engine.corpus.reading import read
from engine.corpus.telling import Mention, Told
from engine.describing import knowing
from engine.describing.knowing import SCENE, Knowing, Seen
from engine.evaluation.agreement import Agreement
from engine.evaluation.cases import everything
from engine.training.clip import build_clip, load_clip_recipe
from engine.training.recipe import FOLDER
from tests.engine.pictures.files import noise

FEATURES: dict[tuple[str | None, ...], int] = {}
"""What can be said, each with its direction in the perfect model's space."""


class Perfect(Knowing):
    """Sees in every caption exactly what it says, and places captions by that."""

    def __init__(self) -> None:
        self._scale, self._plain = 20.0, None

    def texts(self, said: list[str]) -> Tensor:
        return torch.stack([place(read(one).told) for one in said])


def place(told: Told) -> Tensor:
    """Say of every factor, figure, its colour, and of who stands left of whom, that it is there."""
    said = [(factor, getattr(told, factor)) for factor in SCENE]
    said += [("subject", one.subject) for one in told.figures]
    said += [("colour", one.subject, one.colour) for one in told.figures]
    said += [("left of", one.subject, other.subject) for one, other in pairwise(told.figures)]
    vector = torch.zeros(2000)
    for feature in said:
        vector[FEATURES.setdefault(feature, len(FEATURES))] = 1
    return vector / vector.norm()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_what_a_perfect_model_sees_is_found(count: int) -> None:
    factors = draw_any(np.random.default_rng(count), count)
    told = everything(factors)
    wanted = replace(told, figures=tuple(Mention(one.subject, one.colour) for one in told.figures))
    seen = Perfect().seen_at(place(wanted))
    assert seen.told == wanted
    assert seen.cosine == pytest.approx(1, abs=1e-4)


def seen(**sure: float) -> Seen:
    told = Told((Mention("owl", "red"),), "sea", "night", None, None, "oil")
    chances = dict.fromkeys([*SCENE, "subject_0", "colour_0"], 0.9) | sure
    return Seen(told, {name.replace("_", " "): chance for name, chance in chances.items()}, 0.9)


def test_what_is_doubtful_is_left_out_but_never_all() -> None:
    assert knowing._sure_of(seen()) == seen().told
    assert knowing._sure_of(seen(colour_0=0.1, hour=0.1)) == Told((Mention("owl"),), "sea", None, None, None, "oil")
    assert knowing._sure_of(seen(subject_0=0.1)).figures == ()
    assert knowing._sure_of(seen(subject_0=0.1, ground=0.1)).figures == (Mention("owl"),)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_words_can_be_painted_again(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Perfect()
    monkeypatch.setattr(model, "see", lambda picture: seen())
    found = model.describe(Image.new("RGB", (8, 8)), language)
    assert len(found.prompts) == 3
    assert all(read(prompt).told == seen().told and not read(prompt).strangers for prompt in found.prompts)
    assert [told.factor for told in found.told] == ["subject", "colour", "style", "ground", "hour"]
    monkeypatch.setattr(model, "see", lambda picture: Seen(seen().told, seen().sure, knowing.KNOWN - 0.01))
    assert model.describe(Image.new("RGB", (8, 8)), language).prompts == ()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Knowing:
    from tests.engine.diffusion.tiny import clip_tokenizer

    torch.manual_seed(0)
    tokenizer = clip_tokenizer(77)
    return Knowing(Agreement(build_clip(load_clip_recipe(FOLDER / "mini-clip.toml"), tokenizer), tokenizer))


def test_a_picture_of_one_colour_shows_nothing(tiny: Knowing) -> None:
    for picture in (Image.new("RGB", (64, 64), "red"), Image.new("RGB", (1, 1))):
        assert tiny.describe(picture, "en").prompts == ()


@pytest.mark.parametrize("size", [(2, 2), (3, 900), (1500, 20), (130, 128)])
def test_pictures_of_any_shape_are_looked_at(tiny: Knowing, size: tuple[int, int]) -> None:
    where = tiny.embed(noise(*size))
    assert float(where.norm()) == pytest.approx(1, abs=1e-5)


def test_short_texts_lie_where_padded_ones_do(tiny: Knowing) -> None:
    said = ["a fox", "a red fox in the owl wood"]
    wanted = tiny._agreement._text(said)
    assert torch.allclose(tiny.texts(said), wanted, atol=1e-5)
