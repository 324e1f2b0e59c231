import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import CLIPTokenizer

from engine.training.tokenizer import MAX_LENGTH, WORD_END, byte_alphabet, train_tokenizer


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokenizer")
    captions = ["an owl in a snowy forest at dawn, oil painting", "a fox by a lake, ink"] * 20
    train_tokenizer(captions, 700, folder)
    return CLIPTokenizer.from_pretrained(folder)


def test_holds_every_byte_twice_after_reload(tokenizer):
    vocabulary = tokenizer.get_vocab()
    for character in byte_alphabet():
        assert character in vocabulary
        assert character + WORD_END in vocabulary
    assert len(byte_alphabet()) == 256


def test_whole_words_are_one_piece_after_reload(tokenizer):
    text = "an owl in a snowy forest at dawn"
    assert tokenizer.tokenize(text) == [word + WORD_END for word in text.split()]


def test_marks_the_ends_and_pads_to_length(tokenizer):
    ids = tokenizer("a fox", padding="max_length", max_length=tokenizer.model_max_length).input_ids
    assert len(ids) == MAX_LENGTH == tokenizer.model_max_length
    assert ids[0] == tokenizer.bos_token_id
    assert ids[3:] == [tokenizer.eos_token_id] * (MAX_LENGTH - 3)
    assert tokenizer.pad_token_id == tokenizer.eos_token_id
    assert tokenizer.bos_token_id != tokenizer.eos_token_id


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Z", "Cn"]), max_size=12))
def test_any_word_comes_back_from_its_bytes(tokenizer, text):
    normal = tokenizer.backend_tokenizer.normalizer.normalize_str(text)
    ids = tokenizer(text, add_special_tokens=False).input_ids
    assert tokenizer.decode(ids).replace(" ", "") == normal.replace(" ", "")


def test_unfinished_bytes_and_emoji_are_no_unknowns(tokenizer):
    for text in ("黄昏的红船", "😀🦉", "ñandú", "مرحبا"):
        ids = tokenizer(text, add_special_tokens=False).input_ids
        assert tokenizer.eos_token_id not in ids
        assert tokenizer.decode(ids).replace(" ", "") == text.replace(" ", "")
