"""Prompts of every kind reach the encoder."""

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.api import MAX_PROMPT, Adjustment
from engine.api.errors import InvalidBrief
from engine.corpus.strangers import Stranger
from engine.diffusion.notices import says_nothing, unknown_words, unlearned
from engine.diffusion.prompts import Fragment, clean, parse, plain, weighted
from tests.engine.diffusion.painting import brief, start

ORDINARY = [
    "John 3:16 (John 3:16)",
    "meet (at 12:30) tomorrow",
    "(16:9) frame (4:3) film",
    "c++ and c-- (really)",
    '("a", "b").blend(1, 1)',
    "fox++ (owl)-- .swap(cat)",
    "a smile :) and (another",
    "(:1.3) ( :1.2)",
    r"a fox \(red:1.3\)",
    "[fox] and (owl) and [a (b] c)",
    "()(()) [[]] ((((",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_carries_no_weights(text):
    assert not weighted(parse(text))


def test_weights_are_read():
    assert parse("a (red fox:1.3) in (fog: 0.5)") == (
        Fragment("a "),
        Fragment("red fox", 1.3),
        Fragment(" in "),
        Fragment("fog", 0.5),
    )
    assert parse("(a)(b:1.5)") == (Fragment("(a)"), Fragment("b", 1.5))
    assert plain(parse(r"\(x\) (y:1.1)")) == "(x) y"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("((red:1.2) fox:1.5)", [("red", 1.8), (" fox", 1.5)]),
        ("(a (red:0.5) fox:1.2)", [("a ", 1.2), ("red", 0.6), (" fox", 1.2)]),
        ("((fox:1.3):1.2)", [("fox", 1.56)]),
        ("((fox)) (owl)", [("fox", 1.21), (" (owl)", 1.0)]),
        ("(((fox)))", [("fox", 1.331)]),
        ("[[fog]]", [("fog", 1 / 1.21)]),
        ("((fox) and owl)", [("((fox) and owl)", 1.0)]),
        ("((fox):1.5)", [("(fox)", 1.5)]),
        ("(((fox:1.9)))", [("fox", 2.0)]),
        (r"(a \(b\):1.3)", [("a (b)", 1.3)]),
        ("((at 12:30))", [("at 12:30", 1.21)]),
    ],
)
def test_weights_nest_and_multiply(text, pieces):
    found = parse(text)
    assert [piece.text for piece in found] == [words for words, _ in pieces]
    assert [piece.weight for piece in found] == pytest.approx([weight for _, weight in pieces])


def test_control_characters_go_and_the_rest_stays():
    assert clean("a\x00b\tc\nd\ud800e 👩‍🚀 שלום\u200f") == "ab c d" + "e 👩‍🚀 שלום\u200f"


def test_an_overlong_prompt_is_refused_in_one_sentence():
    with pytest.raises(InvalidBrief, match=f"shorten it to {MAX_PROMPT}"):
        clean("x" * 10_000)


@given(st.text(max_size=400))
def test_parsing_keeps_every_word(text):
    pieces = parse(clean(text))
    assert all(0 <= piece.weight <= 2 and piece.text for piece in pieces)
    if not set("([\\") & set(text):
        assert plain(pieces) == clean(text)


WILD = st.one_of(
    st.text(max_size=120),
    st.text(alphabet="()[]{}:.0123456789+-\\\"' ab", max_size=60),
    st.text(alphabet="🦊🦉👩‍🚀🏳️‍🌈\u200f\u202eשלוםمرحبا\x00\x1b\n", max_size=40),
    st.lists(
        st.tuples(st.text(max_size=12), st.sampled_from(["0", "0.4", "1.3", "2", "9"])), min_size=1, max_size=6
    ).map(lambda pairs: " ".join(f"({text}:{weight})" for text, weight in pairs)),
)


@pytest.mark.parametrize("architecture", ["sd", "sdxl", "sd3", "flux"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prompt=WILD, negative=WILD)
def test_wild_prompts_never_crash_the_encoder(families, architecture, prompt, negative):
    (state,) = start(families(architecture), brief(prompt, negative=negative, width=32, height=32))
    for row in state.rows:
        assert all(torch.isfinite(value).all() for value in row.values())


@pytest.mark.parametrize("architecture", ["sd", "sdxl", "flux"])
def test_weights_move_the_conditions(families, architecture):
    family = families(architecture)

    def hidden(prompt):
        return start(family, brief(prompt, width=32, height=32))[0].rows[-1]["encoder_hidden_states"]

    usual, more, less = hidden("a red fox"), hidden("a (red fox:1.4)"), hidden("a (red fox:0.6)")
    assert usual.shape == more.shape == less.shape
    assert not torch.allclose(usual, more)
    assert not torch.allclose(more, less)
    assert torch.allclose(usual, hidden("a (red fox:1.0)"))


@pytest.mark.parametrize("architecture", ["sd", "sdxl"])
def test_long_prompts_are_encoded_in_chunks(families, architecture):
    family = families(architecture)
    long = "a red fox and an owl, " * 8
    (state,) = start(family, brief(long))
    conditional, other = (row["encoder_hidden_states"] for row in reversed(state.rows))
    context = state.adapter.model.part("tokenizer").model_max_length
    assert conditional.shape == other.shape
    assert conditional.shape[1] > context
    assert conditional.shape[1] % context == 0

    (ends_otherwise,) = start(family, brief(long + "at night"))
    assert not torch.equal(conditional, ends_otherwise.rows[-1]["encoder_hidden_states"])
    family.step([state])


def test_a_short_prompt_never_meets_compel(families, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("compel was used")

    monkeypatch.setattr("engine.diffusion.weights.TextEncoding.encode", refuse)
    assert start(families("sd"), brief("a red fox (on ice)", negative="grey"))


def test_what_is_not_heeded_is_said(families):
    said = families("sd3").notices(brief("a (red:1.3) fox"))
    assert len(said) == 1
    assert "weights" in said[0]
    assert "negative" in families("flux").notices(brief(negative="grey"))[0]
    assert families("sd").notices(brief("a (red:1.3) fox", negative="grey")) == ()


def test_a_negative_prompt_without_guidance_is_said_to_be_dropped(families):
    said = families("sd").notices(brief(negative="grey", guidance=1.0))
    assert len(said) == 1
    assert "guidance" in said[0]
    later = brief(negative="grey", guidance=1.0, timeline=(Adjustment(step=2, guidance=4.0),))
    assert families("sd").notices(later) == ()
    assert families("sd").notices(brief(guidance=1.0)) == ()
    assert "takes no negative" in families("consistency").notices(brief(negative="grey"))[0]


LEXICON = frozenset({"fox", "castle"})


@pytest.mark.parametrize("prompt", ["(castle:1e9)", "castle 4k", "(castle:1.5) 3", "_fox_", "Foxes"])
def test_numbers_are_no_words(prompt):
    assert unknown_words(prompt, LEXICON) == ()


def test_words_that_were_never_learned_are_listed_once():
    said = unknown_words("a Zeppelin over a castle, (zeppelin:1.2) x-ray, a wolf", LEXICON)
    assert said == (Stranger("zeppelin"), Stranger("x-ray"), Stranger("wolf", "fox"))


def test_unknown_words_are_told_in_the_prompt_s_language_with_the_nearest():
    unknown = (Stranger("wolf", "fox"), Stranger("moor"))
    assert unlearned("mini", unknown, chinese=False) == (
        "The model mini never learned these words: wolf (nearest: fox), moor."
    )
    assert "mini" in unlearned("mini", (Stranger("狼", "狐狸"),), chinese=True)
    assert "“狼”（最接近的是“狐狸”）" in unlearned("mini", (Stranger("狼", "狐狸"),), chinese=True)
    assert unlearned("mini", (Stranger("狼"),) * 6, chinese=True).endswith("等词。")
    assert unlearned("mini", (Stranger("moor"),) * 6, chinese=False).endswith("and others.")


@pytest.mark.parametrize("prompt", ["🦊🏰", "👩‍🚀", "12345", "?!"])
def test_a_prompt_without_words_says_nothing(prompt):
    assert says_nothing(prompt, LEXICON)
    assert not says_nothing(prompt, frozenset())
    assert not says_nothing(prompt + " fox", LEXICON)


@pytest.mark.parametrize("prompt", ["", "  ", "a zeppelin"])
def test_other_prompts_say_something_or_nothing_on_purpose(prompt):
    assert not says_nothing(prompt, LEXICON)
