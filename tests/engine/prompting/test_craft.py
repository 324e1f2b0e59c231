import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.corpus.lexicon import bare_phrase, phrases, values
from engine.prompting import Notice, PromptRefused, craft, shaped, variants
from engine.prompting.sentences import _table, sentence
from engine.prompting.wildcards import fill, house_lists


def test_a_prompt_is_understood_as_a_whole():
    made = craft("a __pet__ --no fog --seed 3", negative="rain", lists={"pet": ["newt"]})
    assert (made.prompt, made.negative, made.seed) == ("a newt", "rain, fog", 3)


def test_parameters_may_be_permuted():
    prompts = variants("a fox --ar {1:1|3:2}", 4)
    assert [craft(prompt).ratio for prompt in prompts] == [(1, 1), (3, 2)]


@pytest.mark.parametrize(("text", "name"), [("--ar 1:1", "ar"), ("--seed 4", "seed"), ("--style oil", "style")])
def test_what_an_option_said_is_not_said_again(text, name):
    with pytest.raises(PromptRefused, match=f"--{name}"):
        craft(f"a fox {text}", said=frozenset({name}))
    assert craft(f"a fox {text}").prompt == "a fox"


def test_tiles_are_taken_where_they_can_be_painted():
    assert craft("moss --tile", tiles=True).tile
    unable = craft("moss --tile")
    assert (unable.prompt, unable.tile, [notice.key for notice in unable.notices]) == ("moss", False, ["tile"])


def test_the_seed_decides_what_is_drawn():
    drawn = {craft("a __animal__", seed=seed).prompt for seed in range(40)}
    assert len(drawn) > 10
    assert craft("a __animal__ --seed 7", seed=1) == craft("a __animal__ --seed 7", seed=2)


def test_nothing_is_drawn_twice_before_its_list_is_used_up():
    filled, _ = fill("__x__ __x__ __X__ __x__", {"x": ["a", "b", "c"]}, 5)
    assert sorted(filled.split()[:3]) == ["a", "b", "c"]


def test_a_guild_s_list_comes_before_the_house_s():
    assert fill("__animal__", {"animal": ["newt"]}, 1)[0] == "newt"


def test_an_unknown_list_stays_and_is_told_once():
    filled, notices = fill("__moo__ and __moo__ in __init__.py", {}, 1)
    assert filled == "__moo__ and __moo__ in __init__.py"
    assert [notice.values["name"] for notice in notices] == ["moo", "init"]
    assert "animal" in notices[0].sentence()


def test_what_is_drawn_is_never_read_again():
    made = craft("a __x__", lists={"x": ["fox --seed 9 {a|b} __animal__"]})
    assert (made.prompt, made.seed) == ("a fox --seed 9 {a|b} __animal__", None)


def test_chinese_prompts_draw_chinese_words():
    filled, notices = fill("一只__动物__在__地点__", {}, 1)
    assert notices == ()
    assert not any(char.isascii() for char in filled)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_house_draws_words_of_the_corpus(language):
    spoken = {
        said
        for factor in ("subject", "colour", "ground", "hour", "mood", "style", "palette")
        for value in values(factor)
        for phrase in phrases(factor, value, language)
        for said in (phrase, bare_phrase(phrase, language))
    }
    lists = house_lists(language)
    assert all(len(entries) >= 3 and set(entries) <= spoken for entries in lists.values())


@given(st.text(max_size=120), st.integers(0, 2**40))
def test_any_text_is_understood_or_refused(text, seed):
    try:
        made = craft(text, seed=seed)
    except PromptRefused as refusal:
        assert refusal.message
    else:
        assert made == craft(text, seed=seed)
        assert all(notice.sentence("zh-CN") for notice in made.notices)


def test_every_sentence_is_there_in_both_languages():
    fields = dict.fromkeys(("given", "parameter", "name", "known", "most", "count", "model", "style", "nearest"), "X")
    for kind, sentences in _table().items():
        for key in sentences:
            english, chinese = (sentence(kind, key, language, fields) for language in ("en-GB", "zh-CN"))
            assert english.endswith(".") and chinese.endswith("。")
    assert Notice("tile", {"parameter": "--tile"}).sentence("fr").startswith("--tile was left out")


@given(st.integers(1, 100), st.integers(1, 100))
def test_a_shape_keeps_about_the_model_s_area(width, height):
    sides = shaped((width, height), (512, 512), 8)
    assert all(side % 8 == 0 and side > 0 for side in sides)
    if max(width, height) <= 4 * min(width, height):
        assert sides[0] * sides[1] == pytest.approx(512 * 512, rel=0.05)
        assert sides[0] / sides[1] == pytest.approx(width / height, rel=0.05)


def test_drawing_leaves_other_randomness_alone():
    random.seed(3)
    before = random.getstate()
    craft("__animal__")
    assert random.getstate() == before
