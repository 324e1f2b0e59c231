"""Prompts are cut into what can be left out, and put together again without it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.describing.pieces import MOST, cut
from engine.diffusion.prompts import clean, parse, plain


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("a red fox in a meadow at noon", ["red", "fox", "in a meadow", "at noon"]),
        ("an epic fox, trending on artstation", ["epic", "fox", "trending", "artstation"]),
        ("黄昏的红船，油画", ["黄昏", "红", "船", "油画"]),
        ("the (red fox:1.3)", ["red", "fox"]),
        ("Straße, FOXES", ["Straße", "FOXES"]),
        (" , .", []),
    ],
)
def test_what_can_be_left_out(prompt: str, words: list[str]) -> None:
    assert [piece.words for piece in cut(prompt).pieces] == words


@pytest.mark.parametrize(
    ("prompt", "left_out", "text"),
    [
        ("a red fox in a meadow, ink", {0}, "fox in a meadow, ink"),
        ("a red fox in a meadow, ink", {0, 3}, "fox in a meadow"),
        ("owl, fox, ink", {1}, "owl, ink"),
        ("红色的船在海上，油画", {0}, "船在海上，油画"),
        ("(red fox:1.3) and an owl", {0}, "(fox:1.3) and an owl"),
        ("(red fox:1.3) and an owl", {0, 1}, "and an owl"),
        (r"a \(fox\) owl", {0}, r"a \(\) owl"),
    ],
)
def test_a_prompt_reads_well_without_them(prompt: str, left_out: set[int], text: str) -> None:
    assert cut(prompt).text_without(left_out) == text


@given(st.text(max_size=200), st.sets(st.integers(0, MOST - 1)))
def test_any_text_can_be_cut(text: str, numbers: set[int]) -> None:
    found = cut(text)
    whole = plain(parse(clean(text)))
    assert len(found.pieces) <= MOST
    assert plain(found.without(())) == whole
    edges = [edge for piece in found.pieces for edge in (piece.start, piece.stop)]
    assert edges == sorted(edges) and all(0 <= edge <= len(whole) for edge in edges)
    left_out = numbers & set(range(len(found.pieces)))
    removed = sum(found.pieces[number].stop - found.pieces[number].start for number in left_out)
    assert len(plain(found.without(left_out))) == len(whole) - removed


def test_neighbours_of_a_long_prompt_go_together() -> None:
    found = cut(", ".join(f"word{letter}" for letter in "abcdefghijklmnopqrstuvwxyzabcd"))
    assert len(found.pieces) == 15 and found.pieces[0].words == "worda, wordb"
