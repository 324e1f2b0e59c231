import numpy as np
import pytest

from engine.corpus.captions import say
from engine.corpus.factors import draw_any
from engine.corpus.lexicon import FACTORS, LANGUAGES, values
from engine.corpus.reading import Reading, read, vocabulary, ways
from engine.corpus.segments import segment
from engine.corpus.telling import Mention, Told, leave_out


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_caption_reads_back_as_what_it_told(language):
    """The proof that the grammar is unambiguous: nothing is unknown, nothing lost, nothing bound to a stranger."""
    rng = np.random.default_rng(0)
    for _ in range(500):
        told = leave_out(draw_any(rng), rng)
        said = say(told, rng, language)
        assert read(said) == Reading(told, ()), said


@pytest.mark.parametrize("factor", FACTORS)
def test_every_way_to_say_a_value_is_read_as_that_value(factor):
    for value in values(factor):
        for phrase in ways(factor, value):
            (piece,) = (piece for piece in segment(phrase.upper(), vocabulary()) if piece.factor)
            assert (piece.factor, piece.value) == (factor, value), phrase


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("Crimson vessel at dusk", Told((Mention("sailboat", "red"),), hour="sunset")),
        ("黄昏的红船", Told((Mention("sailboat", "red"),), hour="sunset")),
        (
            "a big red dragon and a small blue fox in the desert at dusk, oil painting",
            Told(
                (Mention("dragon", "red", None, "large"), Mention("fox", "blue", None, "small")),
                ground="desert",
                hour="sunset",
                style="oil",
            ),
        ),
        (
            "雨中沙漠里一条红色的大龙和一只蓝色的小狐狸，油画",
            Told(
                (Mention("dragon", "red", None, "large"), Mention("fox", "blue", None, "small")),
                ground="desert",
                hour="rain",
                style="oil",
            ),
        ),
        ("a big, white owl, on the left", Told((Mention("owl", "white", "left", "large"),))),
        (
            "on the left, a cat; an owl on the right",
            Told((Mention("cat", None, "left"), Mention("owl", None, "right"))),
        ),
        ("一艘船是红色的", Told((Mention("sailboat", "red"),))),
        ("foxes", Told((Mention("fox"),))),
        ("一条大海龟", Told((Mention("turtle", size="large"),))),
        ("watercolour黄昏dragon", Told((Mention("dragon"),), hour="sunset", style="watercolour")),
        ("a green dragon's castle", Told((Mention("dragon", "green"), Mention("castle")))),
        ("red", Told()),
        ("", Told()),
    ],
)
def test_reads(prompt, told):
    assert read(prompt) == Reading(told, ())
