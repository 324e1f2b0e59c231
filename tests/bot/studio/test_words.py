import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.studio.checks import clean
from bot.studio.words import WordList

LIST = WordList(["rude", "very bad", "Straße", "猫", "  "])


@pytest.mark.parametrize(
    ("prompt", "found"),
    [
        ("a rude fox", "rude"),
        ("RUDE", "rude"),
        ("r\u00fcde", "rude"),
        ("ru\u200bde", "rude"),
        ("r\u202eude", "rude"),
        ("ｒｕｄｅ", "rude"),
        ("rude!", "rude"),
        ("a very\n bad fox", "very bad"),
        ("STRASSE", "Straße"),
        ("一只猫在睡觉", "猫"),
        ("rudeness", None),
        ("a crude fox", None),
        ("very nice, bad", None),
        ("", None),
    ],
)
def test_words_are_found_however_they_are_dressed_up(prompt, found):
    assert LIST.find(prompt) == found


def test_every_text_is_searched_and_an_empty_list_forbids_nothing():
    assert LIST.find("a fox", None, "rude") == "rude"
    assert WordList([]).find("rude") is None


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_listed_word_is_found_between_spaces_in_any_text(before, after):
    assert LIST.find(f"{before} rude {after}") is not None


@given(st.text())
def test_what_is_cleaned_is_one_line_without_anything_that_steers(text):
    cleaned = clean(text)
    assert cleaned == clean(cleaned) == cleaned.strip()
    assert "\n" not in cleaned
    assert not {unicodedata.category(char) for char in cleaned.replace("\u200d", "").replace("\u200c", "")} & {
        "Cc",
        "Cf",
    }


def test_emoji_stay_whole():
    assert clean("a \U0001f469\u200d\U0001f680 \ufe0f") == "a \U0001f469\u200d\U0001f680 \ufe0f"
