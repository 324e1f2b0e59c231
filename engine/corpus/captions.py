"""The caption grammar: factors become a phrase somebody might type."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from engine.corpus.factors import Factors
from engine.corpus.lexicon import FACTORS, phrases

KEEP = {"subject": 0.97, "place": 0.3, "ground": 0.88, "hour": 0.88, "style": 0.9}
USUAL = 0.5


def caption(factors: Factors, rng: np.random.Generator) -> str:
    """Say a picture in words: some factors left out, synonyms, several orders, at least one word."""
    kept = {factor for factor in FACTORS if rng.random() < KEEP[factor]}
    if not kept & {"subject", "ground"}:
        kept.add("subject")
    return compose(factors, kept, rng)


def compose(factors: Factors, kept: Collection[str], rng: np.random.Generator) -> str:
    """Say exactly the ``kept`` factors."""
    said = {name: _phrase(name, value, rng) for name, value in factors.as_dict().items()}
    said = {name: phrase for name, phrase in said.items() if name in kept}
    style = said.pop("style", "")
    scene = _scene(said, rng)
    if not style:
        return scene
    order = rng.random()
    if order < 0.6:
        return f"{scene}, {style}"
    if order < 0.8 and not style.startswith("painted"):
        return f"{style} of {scene}"
    return f"{style}, {scene}"


def _scene(said: dict[str, str], rng: np.random.Generator) -> str:
    subject = said.pop("subject", "")
    circumstances = list(said.values())
    if rng.random() < 0.25:
        rng.shuffle(circumstances)
    if not subject:
        return ("" if rng.random() < 0.5 else "somewhere ") + " ".join(circumstances)
    form = rng.random()
    if form < 0.65:
        subject = with_article(subject)
    elif form < 0.75:
        subject = f"the {subject}"
    joint = ", " if rng.random() < 0.15 else " "
    return joint.join([subject, *circumstances])


def with_article(noun: str) -> str:
    """Put the indefinite article before an English noun phrase."""
    return f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"


def _phrase(factor: str, value: str, rng: np.random.Generator) -> str:
    known = phrases(factor, value)
    return known[0] if rng.random() < USUAL else str(rng.choice(known))
