"""Words are weighed by what leaving them out changes, on every architecture."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from engine.api import DescribePicture, WeighPrompt
from engine.api.errors import InvalidBrief, ModelRefused
from engine.describing import describers, weighing
from engine.describing.desk import Desk
from engine.diffusion.prompts import parse
from engine.modes.finding import differences
from tests.engine.diffusion.conftest import eager
from tests.engine.pictures.files import noise

SHA = "1" * 64


@pytest.mark.parametrize("architecture", ["sd", "sdxl", "sd3", "flux"])
def test_every_architecture_weighs_words(families, architecture: str) -> None:
    found = weighing.weigh(families(architecture).adapter(None), "a red fox, owl", noise(32, 32))
    assert [weight.words for weight in found.weights] == ["red", "fox", "owl"]
    assert sum(weight.share for weight in found.weights) == pytest.approx(1)
    assert all(weight.share > 0 for weight in found.weights)
    sheet = Image.open(io.BytesIO(found.sheet))
    assert sheet.format == "WEBP" and min(sheet.size) > 200


def test_the_same_words_change_nothing_and_others_do(families) -> None:
    adapter = families("sd").adapter(None)
    same, other = differences(adapter, noise(32, 32), parse("red fox"), [parse("red fox"), parse("owl")])
    assert np.abs(same).max() < 1e-5 < other.max()


def test_what_is_left_out_is_what_hardly_matters(families, monkeypatch: pytest.MonkeyPatch) -> None:
    adapter = families("sd").adapter(None)
    monkeypatch.setattr(weighing, "SPARED", 1e9)
    all_but_one = weighing.weigh(adapter, "red fox owl", noise(32, 32))
    (kept,) = (weight for weight in all_but_one.weights if weight.kept)
    assert kept.share == max(weight.share for weight in all_but_one.weights)
    assert all_but_one.shortened == kept.words
    monkeypatch.setattr(weighing, "SPARED", 0.0)
    none = weighing.weigh(adapter, "red fox owl", noise(32, 32))
    assert none.shortened == "red fox owl" and all(weight.kept for weight in none.weights)


def test_words_that_a_closed_model_never_learnt_weigh_nothing_and_go_first(
    families, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter = families("sd").adapter(None)
    learnt = replace(adapter.model.defaults, lexicon=frozenset({"red", "fox"}))
    monkeypatch.setattr(adapter.model, "defaults", learnt)
    found = weighing.weigh(adapter, "red fox, zorp masterpiece, 8k", noise(32, 32))
    told = {weight.words: weight for weight in found.weights}
    assert all(told[words].share == 0 and not told[words].kept for words in ("zorp", "masterpiece", "8k"))
    assert told["red"].share > 0 and told["fox"].share > 0
    assert found.shortened == "red fox"
    assert any("zorp" in notice for notice in found.notices)


@pytest.mark.parametrize(("prompt", "sentence"), [("owl", "says 'owl' and nothing else"), (" ,", "no words")])
def test_a_prompt_of_one_word_is_answered_with_a_sentence(families, prompt: str, sentence: str) -> None:
    with pytest.raises(InvalidBrief, match=sentence):
        weighing.weigh(families("sd").adapter(None), prompt, noise(32, 32))


@pytest.mark.parametrize("size", [(1, 1), (7, 300), (900, 40)])
def test_pictures_of_any_shape_can_be_looked_at(families, size: tuple[int, int]) -> None:
    assert weighing.weigh(families("sd").adapter(None), "red fox", noise(*size)).sheet


def test_the_desk_knows_who_answers(families, folders, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(eager(folders("sd"), tmp_path), {"diffusion": families("sd")})
    found = desk.answer(WeighPrompt(prompt="red fox", picture=SHA), {SHA: noise(32, 32)})
    assert [weight.words for weight in found.weights] == ["red", "fox"]
    nobody = Desk(eager(folders("sd"), tmp_path), {})
    with pytest.raises(InvalidBrief, match="no model"):
        nobody.answer(WeighPrompt(prompt="red fox", picture=SHA), {SHA: noise(32, 32)})
    monkeypatch.setattr(describers, "SHIPPED", tmp_path)
    with pytest.raises(ModelRefused, match="salon train mini-clip"):
        nobody.answer(DescribePicture(picture=SHA), {SHA: noise(32, 32)})
