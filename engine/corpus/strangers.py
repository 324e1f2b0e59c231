"""Words outside a closed vocabulary, and for each the nearest inside."""

from __future__ import annotations

import difflib
import functools
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from engine.corpus.lexicon import bare_phrase, measures, phrases
from engine.corpus.segments import FUNCTION, JOINTS, Piece, Vocabulary, build_vocabulary, is_chinese, segment

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
"""Letters; what has digits in it, such as `1e9` or `4k`, is no word."""
_ALIKE = 0.75
"""The share of common letters from which a word is taken for another one mistyped (``difflib``)."""


@dataclass(frozen=True)
class Stranger:
    """A word of a prompt that a vocabulary lacks, and the nearest that it has."""

    word: str
    nearest: str | None = None


def closed_world(phrases: Iterable[Piece]) -> Vocabulary:
    """Return a vocabulary of phrases that knows related words to be none of it, lest it takes a part of one."""
    return build_vocabulary([*(Piece(word, known=False) for word in _related()), *map(Piece, measures()), *phrases])


def strangers(prompt: str, known: Vocabulary, most: int | None = None) -> tuple[Stranger, ...]:
    """Return the words of a prompt that are not ``known``, each once, in their order, ``most`` of them or all."""
    unknown = [piece.text for piece in segment(prompt, known) if not piece.known and _WORD.fullmatch(piece.text)]
    return tuple(Stranger(word, nearest(word, known)) for word in islice(dict.fromkeys(unknown), most))


def nearest(word: str, known: Vocabulary) -> str | None:
    """Return the known word that is related to a word or spelt much like it, in its language."""
    language = "zh" if is_chinese(word) else "en"
    if meaning := _related().get(word) or _related().get(word.removesuffix("s")):
        said = bare_phrase(phrases(*meaning, language)[0], language)
        if all(piece.known for piece in segment(said, known)):
            return said
    return next(iter(difflib.get_close_matches(word, _content(known, language), 1, _ALIKE)), None)


def _content(known: Vocabulary, language: str) -> list[str]:
    """Return the words of one language that say something."""
    pieces = (piece for piece in known.values() if piece.known and piece.text not in FUNCTION | JOINTS)
    return [piece.text for piece in pieces if is_chinese(piece.text) == (language == "zh")]


@functools.cache
def _related() -> dict[str, tuple[str, str]]:
    """Return the factor and the value that stand for a word of the wider world."""
    table = tomllib.loads(Path(__file__).with_name("related.toml").read_text(encoding="utf-8"))
    return {
        word: (factor, value)
        for factor, by_value in table.items()
        for value, words in by_value.items()
        for word in words
    }
