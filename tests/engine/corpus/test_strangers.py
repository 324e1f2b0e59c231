import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.corpus.lexicon import values
from engine.corpus.reading import read, vocabulary
from engine.corpus.segments import Piece, segment
from engine.corpus.strangers import Stranger, _related, closed_world, nearest, strangers


@pytest.mark.parametrize(
    ("prompt", "unknown"),
    [
        ("a wolf and a red zeppelin", [("wolf", "fox"), ("zeppelin", "balloon")]),
        ("Two draggons, oil painting", [("two", None), ("draggons", "dragon")]),
        ("月光下的狼和长颈鹿", [("狼", "狐狸"), ("长颈鹿", "恐龙")]),
        ("wolves, 海豚, wolf, 海豚", [("wolves", None), ("海豚", "鲸鱼"), ("wolf", "fox")]),
        ("an x-ray of 4k owls 1e9", [("x-ray", None)]),
        ("a cat on the beach", [("beach", "sea")]),
        ("猫在沙滩上", [("沙滩", "海")]),
        ("🦉 12 ?!", []),
    ],
)
def test_words_outside_are_named_with_the_nearest_inside(prompt, unknown):
    assert [(stranger.word, stranger.nearest) for stranger in read(prompt).strangers] == unknown


def test_the_nearest_is_a_word_of_the_vocabulary_at_hand():
    small = closed_world([Piece("owl"), Piece("dog")])
    assert nearest("wolf", vocabulary()) == "fox"
    assert nearest("wolf", small) is None
    assert strangers("a dogg and the cat", small) == (Stranger("dogg", "dog"), Stranger("cat"))


def test_as_many_as_asked_for_are_looked_up():
    assert strangers("moor heath fen", vocabulary(), 2) == strangers("moor heath fen", vocabulary())[:2]


def test_related_words_are_outside_and_belong_to_one_value():
    for word, (factor, value) in _related().items():
        assert value in values(factor), value
        assert segment(word, vocabulary()) == [Piece(word, known=False)], word


@given(st.text(max_size=60))
def test_any_text_can_be_read(prompt):
    reading = read(prompt)
    for stranger in reading.strangers:
        assert stranger.word in prompt.casefold()
        assert re.search(r"[^\W\d_]", stranger.word)
