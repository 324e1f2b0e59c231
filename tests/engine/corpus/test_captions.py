import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.corpus.captions import caption, say
from engine.corpus.factors import draw_any, draw_factors, generator
from engine.corpus.grammar_en import with_article
from engine.corpus.lexicon import FACTORS, LANGUAGES, measure, phrases, tags, values
from engine.corpus.reading import ways
from engine.corpus.telling import Mention, Told, leave_out

INDICES = st.integers(0, 10_000)


@pytest.mark.parametrize("language", LANGUAGES)
@given(INDICES)
def test_a_caption_is_of_its_language_and_always_the_same(language, index):
    factors = draw_factors(0, index)
    said = caption(factors, generator(0, index), language)
    assert said.strip() == said
    assert bool(re.search("[\u4e00-\u9fff]", said)) == (language == "zh")
    assert bool(re.search("[a-z]", said)) == (language == "en")
    assert "  " not in said
    assert said == caption(factors, generator(0, index), language)


def test_half_the_captions_are_chinese():
    said = [caption(draw_factors(0, index), generator(0, index)) for index in range(600)]
    assert 0.4 < np.mean([text.isascii() for text in said]) < 0.6


@given(INDICES)
def test_tells_what_is_there_and_at_least_a_figure_or_the_ground(index):
    rng = generator(1, index)
    factors = draw_any(rng)
    told = leave_out(factors, rng)
    assert told.figures or told.ground
    for whole in ("ground", "hour", "mood", "palette", "style"):
        assert getattr(told, whole) in (None, getattr(factors, whole))
    shown = {figure.subject: figure for figure in factors.figures}
    for mention in told.figures:
        for part in ("colour", "place", "size"):
            assert getattr(mention, part) in (None, getattr(shown[mention.subject], part))
    if not all(mention.place for mention in told.figures):
        order = [mention.subject for mention in told.figures]
        assert order == [subject for subject in shown if subject in order]


@pytest.mark.parametrize("language", LANGUAGES)
def test_captions_vary_and_are_short_or_long(language):
    factors = draw_factors(0, 1)
    said = {caption(factors, np.random.default_rng(seed), language) for seed in range(200)}
    assert len(said) > 150
    lengths = sorted(map(len, said))
    assert lengths[-1] > 2 * lengths[0]


def test_every_phrase_is_used():
    rng = np.random.default_rng(0)
    said = " ".join(f"{caption(draw_any(rng), rng)}," for _ in range(12_000))
    for factor in FACTORS:
        for value in values(factor):
            for language in LANGUAGES:
                for phrase in phrases(factor, value, language):
                    assert phrase in said, (factor, value, phrase)


def test_no_phrase_means_two_things():
    meanings = [
        (phrase.casefold(), factor, value)
        for factor in FACTORS
        for value in values(factor)
        for phrase in ways(factor, value)
    ]
    assert len({phrase for phrase, _, _ in meanings}) == len(set(meanings))


def test_articles():
    wanted = ["an owl", "a unicorn", "an octopus", "a fox", "an umbrella", "a ufo", "an 8-bit picture"]
    assert [with_article(said.split(" ", 1)[1]) for said in wanted] == wanted


def test_measure_words():
    assert measure("dragon", "龙") == "条"
    assert measure("rocket", "火箭") == "枚"
    assert measure("rocket", "宇宙飞船") == "艘"


def test_tags_are_bare_phrases():
    assert "desert" in tags("ground", "desert", "en")
    assert "沙漠" in tags("ground", "desert", "zh")
    assert "foggy" in tags("hour", "fog", "en")


def test_colours_and_sizes_stand_before_their_noun():
    rng = np.random.default_rng(0)
    told = Told((Mention("dragon", "red", None, "large"), Mention("fox", "blue", None, "small")), ground="desert")
    english = {say(told, rng, "en") for _ in range(400)}
    assert any("big red dragon and a small blue fox in the desert" in said for said in english)
    chinese = {say(told, rng, "zh") for _ in range(400)}
    assert any("沙漠里一条红色的大龙和一只蓝色的小狐狸" in said for said in chinese)


def test_the_red_boat_of_dusk():
    told = Told((Mention("sailboat", "red"),), hour="sunset")
    said = {say(told, np.random.default_rng(seed), "zh") for seed in range(2000)}
    assert "黄昏的红船" in said
