"""The records that cross the border survive the crossing, and nonsense does not."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from engine.api import MAX_COUNT, MAX_SEED, Adjustment, Box, Brief, Recipe, Share
from engine.api.brief import MAX_SHARES, Mode
from engine.api.errors import BY_CODE, EngineError, InternalError, InvalidBrief, from_code

BRIEFS = TypeAdapter(Brief)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
briefs = st.builds(
    Brief,
    id=st.text(st.characters(codec="ascii"), min_size=1, max_size=100),
    prompt=texts,
    negative=texts,
    style=st.none() | texts,
    count=st.integers(1, MAX_COUNT),
    seed=st.none() | st.integers(0, MAX_SEED - MAX_COUNT),
    width=st.none() | st.integers(1, 10**6),
    guidance=st.none() | st.floats(0, 50),
    source=st.none() | st.just("0f" * 32),
    strength=st.floats(0, 1),
    mode=st.sampled_from(get_args(Mode)),
    parents=st.just(("0f" * 32,)) | st.just(()),
    noise=st.lists(st.builds(Share, st.integers(0, MAX_SEED), st.floats(0, 1)), max_size=3).map(tuple),
    box=st.none() | st.builds(Box, *[st.floats(-8, 9)] * 4),
    tile=st.booleans(),
    timeline=st.lists(st.builds(Adjustment, step=st.integers(0, 99), prompt=st.none() | texts), max_size=3).map(tuple),
)


@given(briefs)
def test_a_brief_survives_the_wire(brief):
    assert BRIEFS.validate_json(BRIEFS.dump_json(brief)) == brief


@pytest.mark.parametrize(
    "field",
    [
        {"count": 0},
        {"count": MAX_COUNT + 1},
        {"seed": -1},
        {"mode": "conjure"},
        {"noise": [{"seed": -1, "weight": 1.0}]},
        {"noise": [{"seed": 1, "weight": 1.5}]},
        {"noise": [{"seed": 1, "weight": 1.0}] * (MAX_SHARES + 1)},
        {"mask": "../../etc/passwd"},
        {"box": {"left": 0, "top": 0, "right": 1}},
        {"place": {"left": 0, "top": 0, "right": 1e9, "bottom": 1}},
        {"seed": MAX_SEED},
        {"steps": 0},
        {"guidance": float("nan")},
        {"strength": 1.5},
        {"source": "../../etc/passwd"},
        {"executor": "slow"},
        {"width": "128"},
        {"max_bytes": 1},
        {"colour": "red"},
    ],
)
def test_nonsense_is_refused(field):
    with pytest.raises(ValidationError):
        BRIEFS.validate_python({"id": "a", "prompt": "", **field})


def test_recipes_of_the_future_do_not_lose_fields_silently():
    with pytest.raises(ValidationError):
        TypeAdapter(Recipe).validate_python({"version": 2, "family": "diffusion", "unheard_of": 1})


def test_errors_find_their_class_again():
    for code, error in BY_CODE.items():
        rebuilt = from_code(code, "why")
        assert type(rebuilt) is error
        assert rebuilt.message == "why"
    assert type(from_code("of the future", "x")) is InternalError


def test_an_error_without_words_says_its_docstring():
    assert InvalidBrief().message == "The request cannot be painted as it stands."
    assert all(error.__doc__ and error("").message.endswith(".") for error in BY_CODE.values())


def test_codes_are_unique():
    def tree(error: type[EngineError]) -> int:
        # what other packages derive for their own use never crosses to a client
        own = error.__module__ == EngineError.__module__
        return own + sum(tree(child) for child in error.__subclasses__())

    assert tree(EngineError) - 1 == len(BY_CODE), "EngineError shares its code with InternalError and nothing else does"
