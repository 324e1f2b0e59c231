import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from transformers import CLIPTokenizer

from engine.corpus.captions import caption, say
from engine.corpus.factors import Factors, draw_any, draw_factors, generator
from engine.corpus.lexicon import LANGUAGES
from engine.corpus.telling import Mention, Told
from engine.training.tokenizer import (
    END,
    MAX_LENGTH,
    START,
    WORD_END,
    byte_alphabet,
    load_tokenizer,
    train_tokenizer,
)

PIECES = 3072
ANY = st.text(st.characters(codec="utf-8"), max_size=40).filter(lambda text: START not in text and END not in text)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    captions = (caption(draw_factors(0, index), generator(0, index, 3)) for index in range(4000))
    return train_tokenizer(captions, PIECES, tmp_path_factory.mktemp("tokenizer"))


def test_holds_every_byte_twice_after_reload(tokenizer, tmp_path):
    tokenizer.save_pretrained(tmp_path)
    vocabulary = CLIPTokenizer.from_pretrained(tmp_path).get_vocab()
    assert len(vocabulary) == PIECES
    assert sorted(vocabulary.values()) == list(range(PIECES))
    assert len(byte_alphabet()) == 256
    for character in byte_alphabet():
        assert character in vocabulary
        assert character + WORD_END in vocabulary


def test_whole_words_are_one_piece(tokenizer):
    text = "an owl in a snowy forest at dawn"
    assert tokenizer.tokenize(text) == [word + WORD_END for word in text.split()]
    assert len(tokenizer.tokenize("黄昏的红船")) <= 4


def test_marks_the_ends_and_pads_to_length(tokenizer):
    ids = tokenizer("a fox", padding="max_length", max_length=tokenizer.model_max_length).input_ids
    assert len(ids) == MAX_LENGTH == tokenizer.model_max_length == 48
    assert ids[0] == tokenizer.bos_token_id
    assert ids[3:] == [tokenizer.eos_token_id] * (MAX_LENGTH - 3)
    assert tokenizer.pad_token_id == tokenizer.eos_token_id
    assert tokenizer.bos_token_id != tokenizer.eos_token_id


@given(ANY)
@example("黄昏的红船 😀🦉 ñandú مرحبا")
@example("it's 8-bit…  \t")
def test_any_text_comes_back_in_clips_normal_form(tokenizer, text):
    backend = tokenizer.backend_tokenizer
    normal = backend.normalizer.normalize_str(text)
    words = [normal[start:stop] for _, (start, stop) in backend.pre_tokenizer.pre_tokenize_str(normal)]
    ids = tokenizer(text, add_special_tokens=False).input_ids
    assert tokenizer.eos_token_id not in ids
    assert tokenizer.decode(ids).strip() == " ".join(words).strip()


@given(ANY)
def test_reloading_changes_nothing(tokenizer, text):
    assert load_tokenizer(tokenizer.name_or_path)(text).input_ids == tokenizer(text).input_ids


@pytest.mark.parametrize("language", LANGUAGES)
def test_captions_are_not_truncated_even_with_three_figures_each_in_its_place(tokenizer, language):
    rng = np.random.default_rng(0)
    lengths = [len(tokenizer(say(_everything(draw_any(rng, 3)), rng, language)).input_ids) for _ in range(1000)]
    assert np.mean(np.array(lengths) <= MAX_LENGTH) > 0.99


def _everything(factors: Factors) -> Told:
    figures = [Mention(figure.subject, figure.colour, figure.place, figure.size) for figure in factors.figures]
    whole = (factors.ground, factors.hour, factors.mood, factors.palette, factors.style)
    return Told(tuple(figures), *whole)
