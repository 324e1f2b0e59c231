"""Captions: what somebody might type to ask for a picture, in English or Chinese."""

from __future__ import annotations

import numpy as np

from engine.corpus import grammar_en, grammar_zh
from engine.corpus.factors import Factors
from engine.corpus.gathered.written import Written
from engine.corpus.lexicon import LANGUAGES
from engine.corpus.telling import Told, leave_out

GRAMMARS = {"en": grammar_en.say, "zh": grammar_zh.say}


def caption(factors: Factors, rng: np.random.Generator, language: str | None = None) -> str:
    """Say a picture in words, in the ``language`` ("en" or "zh") or in either: some factors are left out.

    A gathered picture has the one caption that was written for it.
    """
    if isinstance(factors, Written):
        return factors.text
    chosen = language or LANGUAGES[int(rng.integers(len(LANGUAGES)))]
    return say(leave_out(factors, rng), rng, chosen)


def say(told: Told, rng: np.random.Generator, language: str) -> str:
    """Say exactly what is to be told: short or long, as tags, a phrase or a sentence, with synonyms."""
    return GRAMMARS[language](told, rng)
