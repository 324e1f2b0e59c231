import pytest

from engine.api import Brief, OwnStyle
from engine.api.errors import UnknownName
from engine.corpus.segments import is_chinese
from engine.styles import dressed, substitution, tuned

MOSS = OwnStyle(name="Moss", prompt="{prompt}, overgrown with moss", negative="snow")
CLOSED = frozenset({"owl", "watercolour"})


def brief(**more) -> Brief:
    return Brief(id="one", prompt="an owl", **more)


def words(asked: Brief, lexicon: frozenset[str] = frozenset()) -> tuple[str, str]:
    return dressed(asked, asked.prompt, asked.negative, lexicon)


def test_without_a_style_words_stay_what_they_are() -> None:
    assert words(brief(negative="fog")) == ("an owl", "fog")


def test_a_guild_s_own_style_comes_before_the_catalogue_s() -> None:
    assert words(brief(style="moss", styles=(MOSS,), negative="fog")) == ("an owl, overgrown with moss", "fog, snow")
    own = OwnStyle(name="Oil", prompt="{prompt} in crude oil")
    assert words(brief(style="oil", styles=(own,)))[0] == "an owl in crude oil"
    assert words(brief(style="oil", styles=(MOSS,)))[0] == "an owl, oil painting"
    assert dressed(brief(style="moss", styles=(MOSS,)), "", "", frozenset())[0] == "overgrown with moss"


def test_a_style_that_nobody_has_is_refused() -> None:
    with pytest.raises(UnknownName, match="moss"):
        words(brief(style="moss"))


def test_parameters_of_a_style_fill_what_was_left_open() -> None:
    tuned_brief = tuned(brief(style="photo"), 20, 5.0, frozenset())
    assert (tuned_brief.steps, tuned_brief.guidance) == (24, 4.25)
    asked = brief(style="photo", steps=7, guidance=2.0)
    assert tuned(asked, 20, 5.0, frozenset()) == asked
    for plain in (brief(), brief(style="oil"), brief(style="Moss", styles=(MOSS,))):
        assert tuned(plain, 20, 5.0, frozenset()) == plain
    assert tuned(brief(style="photo"), 20, 5.0, CLOSED) == brief(style="photo")


def test_a_closed_world_says_what_it_paints_instead() -> None:
    said = substitution(brief(style="art deco"), "mini", CLOSED)
    assert said is not None
    assert all(part in said for part in ("mini", "Art deco", "Stained glass"))
    assert words(brief(style="art deco"), CLOSED)[0] == "an owl, stained glass"
    translated = substitution(brief(style="art deco", language="zh"), "mini", CLOSED)
    assert translated is not None
    assert "彩色玻璃" in translated and is_chinese(translated)


@pytest.mark.parametrize(
    ("asked", "lexicon"),
    [
        (brief(), CLOSED),
        (brief(style="oil"), CLOSED),
        (brief(style="deco"), frozenset()),
        (brief(style="Moss", styles=(MOSS,)), CLOSED),
    ],
)
def test_where_nothing_is_replaced_nothing_is_said(asked: Brief, lexicon: frozenset[str]) -> None:
    assert substitution(asked, "mini", lexicon) is None
