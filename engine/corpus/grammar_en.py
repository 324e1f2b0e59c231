"""The English captions: tags, phrases and sentences."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from engine.corpus.lexicon import bare_phrase, names, phrases, tags
from engine.corpus.telling import Mention, Told, choose

_AN = re.compile(r"[aeio8]|u(?!fo|ni)")
FRAMES = ("there is", "a picture of", "a scene with", "the picture shows", "an image of")
AND = " and "
JOINTS = (AND, AND, AND, " beside ", " next to ")
TAGS, OPENED, CLOSED = 0.18, 0.45, 0.08


def say(told: Told, rng: np.random.Generator) -> str:
    """Say what is told in English."""
    if rng.random() < TAGS:
        return ", ".join(_with_tags(_bare(told, rng), told, rng))
    core, rest = _core(told, rng)
    said = ", ".join(_with_tags([core], rest, rng))
    return f"{said}." if rng.random() < CLOSED else said


def with_article(noun: str) -> str:
    """Put the indefinite article before an English noun phrase."""
    return f"{'an' if _AN.match(noun) else 'a'} {noun}"


def _bare(told: Told, rng: np.random.Generator) -> list[str]:
    """Say figures, ground and hour as tags."""
    figures = [_figure(mention, rng) for mention in told.figures]
    return figures + [choose(tags(factor, value, "en"), rng) for factor, value in _setting(told)]


def _core(told: Told, rng: np.random.Generator) -> tuple[str, Told]:
    """Say figures, ground and hour; return that and what is still to be told."""
    around = [choose(phrases(factor, value), rng) for factor, value in _setting(told)]
    if rng.random() < 0.25:
        around.reverse()
    if not told.figures:
        return " ".join(around), told
    opening = ""
    if rng.random() < OPENED:
        opening, told = _opening(told, rng)
    elif told.hour and rng.random() < 0.1:
        opening, around = f"{choose(phrases('hour', told.hour), rng)},", _ground_alone(told, rng)
    figures, told = _figures(told, rng, bare=not opening)
    return " ".join(filter(None, (opening, figures, *around))), told


def _setting(told: Told) -> list[tuple[str, str]]:
    return [(factor, value) for factor, value in (("ground", told.ground), ("hour", told.hour)) if value]


def _ground_alone(told: Told, rng: np.random.Generator) -> list[str]:
    return [choose(phrases("ground", told.ground), rng)] if told.ground else []


def _opening(told: Told, rng: np.random.Generator) -> tuple[str, Told]:
    """Return "a gloomy oil painting of" or the like, and what is still to be told."""
    mood = style = ""
    if told.mood and rng.random() < 0.5:
        mood, told = choose(phrases("mood", told.mood), rng), replace(told, mood=None)
    if told.style and rng.random() < 0.6:
        style, told = choose(names(told.style, "en"), rng), replace(told, style=None)
    if not mood and not style:
        return FRAMES[int(rng.integers(len(FRAMES)))], told
    return with_article(" ".join(filter(None, (mood, style or "picture", "of")))), told


def _figures(told: Told, rng: np.random.Generator, *, bare: bool) -> tuple[str, Told]:
    """Say the figures, with articles or, now and then if ``bare``, without; the mood may qualify a lone one."""
    form = rng.random()
    lone = told.figures[0]
    mood = ""
    if told.mood and len(told.figures) == 1 and not (lone.size or lone.colour) and rng.random() < 0.4:
        mood, told = f"{choose(phrases('mood', told.mood), rng)} ", replace(told, mood=None)
    said = [f"{mood}{_figure(mention, rng)}" for mention in told.figures]
    if form < 0.75 or (form > 0.85 and not bare):
        said = [with_article(figure) for figure in said]
    elif form < 0.85:
        said = [f"the {figure}" for figure in said]
    if len(said) < 3:
        return (AND if lone.place else JOINTS[int(rng.integers(len(JOINTS)))]).join(said), told
    return AND.join([", ".join(said[:-1]), said[-1]]), told


def _figure(mention: Mention, rng: np.random.Generator) -> str:
    """Say one figure without an article: "big red dragon on the left"."""
    before = [(factor, value) for factor, value in (("size", mention.size), ("colour", mention.colour)) if value]
    words = [choose(phrases(factor, value), rng) for factor, value in before]
    words.append(choose(phrases("subject", mention.subject), rng))
    if mention.place:
        words.append(choose(phrases("place", mention.place), rng))
    return " ".join(words)


def _with_tags(said: list[str], told: Told, rng: np.random.Generator) -> list[str]:
    """Put mood, palette and style around what was said, the style first or last."""
    if told.mood:
        mood = f"{choose(phrases('mood', told.mood), rng)}{('', '', ' mood', ' atmosphere')[int(rng.integers(4))]}"
        said = [mood, *said] if rng.random() < 0.15 else [*said, mood]
    palette = choose(phrases("palette", told.palette), rng) if told.palette else ""
    form = rng.random()
    if palette:
        palette = f"in {palette}" if form < 0.6 else bare_phrase(palette, "en")
    style = choose(phrases("style", told.style), rng) if told.style else ""
    if style and palette and 0.3 < form < 0.6:
        style, palette = f"{style} {palette}", ""
    if style and rng.random() < 0.25:
        return [style, *said, *filter(None, [palette])]
    return [*said, *filter(None, (palette, style))]
