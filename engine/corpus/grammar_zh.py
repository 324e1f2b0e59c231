"""The Chinese captions: tags, phrases and sentences, written without spaces."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.corpus.lexicon import measure, names, phrases, tags
from engine.corpus.telling import Mention, Told, choose

COMMAS = ("，", "，", "，", ",")
JOINTS = ("和", "和", "和", "与")
SHORT_SIZES = ("大", "小")
TAGS, SPACED, OPENED, CLOSED = 0.18, 0.3, 0.35, 0.08


def say(told: Told, rng: np.random.Generator) -> str:
    """Say what is told in Chinese."""
    comma = COMMAS[int(rng.integers(len(COMMAS)))]
    if rng.random() < TAGS:
        return (" " if rng.random() < SPACED else comma).join(_with_tags(_bare(told, rng), told, rng))
    core, rest = _core(told, rng, comma)
    said = comma.join(_with_tags([core], rest, rng))
    return f"{said}。" if rng.random() < CLOSED else said


def _bare(told: Told, rng: np.random.Generator) -> list[str]:
    """Say figures, ground and hour as tags."""
    figures = []
    for mention in told.figures:
        place = choose(phrases("place", mention.place, "zh"), rng) if mention.place else ""
        link = "的" if place and not mention.colour else ""
        figures.append(f"{place}{link}{_noun_phrase(mention, rng, counted=False)}")
    setting = (("hour", told.hour), ("ground", told.ground))
    return figures + [choose(tags(factor, value, "zh"), rng) for factor, value in setting if value]


def _core(told: Told, rng: np.random.Generator, comma: str) -> tuple[str, Told]:
    """Say figures, ground and hour; return that and what is still to be told."""
    if not told.figures:
        return _bare_scene(told, rng), told
    placed = any(mention.place for mention in told.figures)
    opening = ""
    if rng.random() < OPENED:
        opening, told = _opening(told, rng, comma, placed=placed)
    if placed:
        return opening + comma.join([*_where(told, rng, comma), *(_placed(m, rng) for m in told.figures)]), told
    form = rng.random()
    figures, rest = _figures(told, rng, counted=form > 0.3 or not (told.hour or told.ground))
    if form < 0.3:
        return opening + "的".join([*_where(told, rng, ""), figures]), rest
    if form < 0.45 and told.ground:
        return opening + "在".join([figures, *_where(told, rng, "的")]), rest
    if form < 0.65 and told.ground and not opening:
        return "有".join([*_where(told, rng, comma), figures]), rest
    return opening + ("" if told.ground else comma).join([*_where(told, rng, "的"), figures]), rest


def _bare_scene(told: Told, rng: np.random.Generator) -> str:
    ground = choose(tags("ground", str(told.ground), "zh"), rng)
    return f"{choose(phrases('hour', told.hour, 'zh'), rng)}的{ground}" if told.hour else ground


def _where(told: Told, rng: np.random.Generator, joint: str) -> list[str]:
    """Say hour and ground as one adverbial, "雨中的沙漠里", or nothing."""
    setting = (("hour", told.hour), ("ground", told.ground))
    said = [choose(phrases(factor, value, "zh"), rng) for factor, value in setting if value]
    return [(joint if rng.random() < 0.7 else "").join(said)] if said else []


def _opening(told: Told, rng: np.random.Generator, comma: str, *, placed: bool) -> tuple[str, Told]:
    """Return "a gloomy oil painting:" or the like, and what is still to be told."""
    mood = style = ""
    if told.mood and rng.random() < 0.5:
        mood, told = f"{choose(phrases('mood', told.mood, 'zh'), rng)}的", replace(told, mood=None)
    if told.style and rng.random() < 0.7:
        style, told = choose(names(told.style, "zh"), rng), replace(told, style=None)
    colon = ":" if comma == "," else "："
    if not mood and not style:
        return "" if placed else "画着", told
    link = colon if placed else (colon, f"{comma}画的是", f"{comma}画着")[int(rng.integers(3))]
    return f"一幅{mood}{style or '画'}{link}", told


def _figures(told: Told, rng: np.random.Generator, *, counted: bool) -> tuple[str, Told]:
    """Say figures without places; the mood may qualify a lone one."""
    lone = told.figures[0]
    mood = ""
    if told.mood and len(told.figures) == 1 and not (lone.size or lone.colour) and rng.random() < 0.4:
        mood, told = f"{choose(phrases('mood', told.mood, 'zh'), rng)}的", replace(told, mood=None)
    said = [_noun_phrase(mention, rng, counted=counted, mood=mood) for mention in told.figures]
    joint = JOINTS[int(rng.integers(len(JOINTS)))]
    return joint.join(["、".join(said[:-1]), said[-1]]) if len(said) > 1 else said[0], told


def _placed(mention: Mention, rng: np.random.Generator) -> str:
    """Say a figure as a clause of its own: "左边是一只红色的小猫"."""
    form = rng.random()
    counted = _noun_phrase(mention, rng, counted=True)
    if not mention.place:
        return counted
    place = choose(phrases("place", mention.place, "zh"), rng)
    if form < 0.3:
        return f"{counted}在{place}"
    return f"{place}{('', '是', '有')[int(rng.integers(3))]}{counted}"


def _noun_phrase(mention: Mention, rng: np.random.Generator, *, counted: bool, mood: str = "") -> str:
    """Say one figure: "一只红色的小猫", "红猫", "巨大的红龙"."""
    noun = choose(phrases("subject", mention.subject, "zh"), rng)
    number = f"一{measure(mention.subject, noun)}" if counted else ""
    size = choose(phrases("size", mention.size, "zh"), rng) if mention.size else ""
    short = size in SHORT_SIZES and noun[0] not in SHORT_SIZES
    if size in SHORT_SIZES and not short:
        size = {"大": "巨大", "小": "小小"}[size]
    colour = _colour(mention.colour, noun, rng, before=size, short=short) if mention.colour else ""
    described = f"{colour}{size}" if short else f"{size and size + '的'}{colour}"
    return f"{number}{mood}{described}{noun}"


def _colour(colour: str, noun: str, rng: np.random.Generator, *, before: str, short: bool) -> str:
    """Say the colour of a noun, which a ``short`` size separates from it; one 的 is enough for the two."""
    word = choose(phrases("colour", colour, "zh"), rng)
    forms = []
    if short or not before:
        forms += [f"{word}色的", f"{word}的"] if len(word) == 2 else [f"{word}色的"]
    if not short and (before or len(noun) > 1):
        forms.append(f"{word}色")
    if not short and len(word) == 1 and len(noun) < 3:
        forms.append(word)
    return forms[int(rng.integers(len(forms)))]


def _with_tags(said: list[str], told: Told, rng: np.random.Generator) -> list[str]:
    """Put mood, palette and style around what was said, the style first or last."""
    if told.mood:
        mood = choose(phrases("mood", told.mood, "zh"), rng)
        said = [*said, (mood, f"{mood}的氛围", f"{mood}的气氛", f"{mood}氛围")[int(rng.integers(4))]]
    palette = choose(phrases("palette", told.palette, "zh"), rng) if told.palette else ""
    style = choose(phrases("style", told.style, "zh"), rng) if told.style else ""
    form = rng.random()
    if style and palette and form < 0.3:
        style, palette = f"{palette}的{style}", ""
    if style and rng.random() < 0.25:
        return [style, *said, *filter(None, [palette])]
    return [*said, *filter(None, (palette, style))]
