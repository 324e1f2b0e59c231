import pytest

from bot.studio.palettes import COLOURS, WORDS, known, painted, with_palette
from engine.api.guides import Palette
from engine.corpus.lexicon import values
from engine.corpus.reading import read
from engine.modes.palette import palettes


def test_every_palette_that_mini_learns_may_be_asked_for():
    assert set(WORDS) == set(values("palette"))


@pytest.mark.parametrize("prompt", ["a fox in the forest at night", "夜晚森林里的狐狸"])
@pytest.mark.parametrize("palette", WORDS)
def test_its_words_are_understood_in_the_language_of_the_prompt(prompt, palette):
    reading = read(with_palette(prompt, palette))
    assert reading.told.palette == palette
    assert reading.strangers == ()
    assert with_palette(prompt, palette).isascii() == prompt.isascii()


def test_a_prompt_without_a_palette_stays_as_it_was():
    assert with_palette("a fox", None) == with_palette("a fox", "one that was removed") == "a fox"


def test_a_palette_may_be_typed_in_chinese():
    assert [known(given) for given in ("Ice", "冷色调", "rainbow")] == ["ice", "ice", None]


def test_every_palette_of_colours_is_one_of_the_engine():
    assert set(COLOURS) <= set(palettes())
    assert [painted(name) for name in (None, "ice", "candy")] == [None, None, Palette(name="candy")]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (" #102040, #FFF", "#102040,#ffffff"),
        ("Candy", "candy"),
        ("糖果", "candy"),
        ("#12", None),
        ("#" + ",#".join(["123456"] * 17), None),
        ("102040", None),
    ],
)
def test_colours_may_be_listed(given, found):
    assert known(given) == found
    if found and found.startswith("#"):
        assert painted(found) == Palette(colours=tuple(found.split(",")))
