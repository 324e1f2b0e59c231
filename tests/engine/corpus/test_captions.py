import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.corpus.captions import caption, compose, with_article
from engine.corpus.factors import draw_factors, generator
from engine.corpus.lexicon import FACTORS, phrases, values

INDICES = st.integers(0, 10_000)


@given(INDICES, st.sets(st.sampled_from(FACTORS)))
def test_says_what_is_kept_and_nothing_else(index, kept):
    kept |= {"subject"}
    factors = draw_factors(0, index)
    said = compose(factors, kept, generator(0, index))
    for factor, value in factors.as_dict().items():
        named = any(phrase in said for phrase in phrases(factor, value))
        assert named or factor not in kept, (factor, said)
    for factor in set(FACTORS) - kept - {"ground"}:
        assert not any(f" {p}" in said for v in values(factor) for p in phrases(factor, v)), said


@given(INDICES)
def test_caption_is_never_empty_and_always_the_same(index):
    factors = draw_factors(0, index)
    said = caption(factors, generator(0, index))
    assert said.strip() == said
    assert said
    assert said == caption(factors, generator(0, index))


def test_captions_vary():
    factors = draw_factors(0, 1)
    said = {caption(factors, np.random.default_rng(seed)) for seed in range(200)}
    assert len(said) > 100
    lengths = {len(text.split()) for text in said}
    assert min(lengths) <= 4
    assert max(lengths) >= 10


def test_articles():
    assert with_article("owl") == "an owl"
    assert with_article("unicorn") == "a unicorn"
    assert with_article("octopus") == "an octopus"
    assert with_article("fox") == "a fox"


def test_no_phrase_means_two_things():
    for factor in FACTORS:
        said = [phrase for value in values(factor) for phrase in phrases(factor, value)]
        assert len(said) == len(set(said)), factor
