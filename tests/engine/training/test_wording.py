"""The text encoder before it meets pictures."""

from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import CLIPTokenizer

from engine.corpus.factors import draw_factors, generator
from engine.corpus.lexicon import values
from engine.corpus.telling import Mention, Told, leave_out
from engine.training.loop import Schedule, run
from engine.training.mini import tokenizer_captions
from engine.training.pipeline import build_text_encoder
from engine.training.tokenizer import train_tokenizer
from engine.training.wording import WordingTask, factor_classes, labels_of, load_wording
from tests.engine.training.tiny import tiny_recipe


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> CLIPTokenizer:
    recipe = tiny_recipe()
    return train_tokenizer(tokenizer_captions(recipe), recipe.text.pieces, tmp_path_factory.mktemp("tokenizer"))


def test_what_is_not_said_is_class_zero() -> None:
    labels = labels_of(Told(figures=(Mention("fox", colour="red"),), hour="night"))
    said = {name: number for name, number in labels.items() if number}
    assert set(said) == {"subject0", "colour0", "hour"}
    assert list(values("subject"))[said["subject0"] - 1] == "fox"


@settings(deadline=None)
@given(index=st.integers(0, 10_000))
def test_every_label_is_one_of_its_classes(index: int) -> None:
    labels = labels_of(leave_out(draw_factors(0, index), generator(0, index, 5)))
    classes = dict(factor_classes())
    assert labels.keys() == classes.keys()
    assert all(0 <= label < classes[name] for name, label in labels.items())


def test_it_learns_and_hands_on_what_it_learnt(tokenizer: CLIPTokenizer, tmp_path: Path) -> None:
    recipe = tiny_recipe()
    torch.manual_seed(0)
    task = WordingTask(build_text_encoder(recipe, tokenizer), tokenizer, batch=8)
    before = task.losses(0)["loss"].item()
    schedule = Schedule(rate=3e-3, matrix_rate=0.02, warmup=5, steps=40, ema=0.9)
    average = run(task, schedule, tmp_path, say=lambda _: None)
    assert task.losses(0)["loss"].item() < 0.9 * before
    other = build_text_encoder(recipe, tokenizer)
    load_wording(other, tmp_path)
    tokens = torch.arange(8)[None]
    task.model.load_state_dict(average)
    torch.testing.assert_close(
        other.eval()(tokens).last_hidden_state, task.text_encoder.eval()(tokens).last_hidden_state, rtol=1e-4, atol=1e-4
    )
