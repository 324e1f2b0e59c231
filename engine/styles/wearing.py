"""What a style makes of a brief, for the model that paints it."""

from dataclasses import replace

from engine.api import MAX_STEPS, Brief
from engine.prompting.sentences import language_of, told
from engine.styles.catalogue import Style, look
from engine.styles.words import closed, said_beside, worded

_MOST_GUIDANCE = 50.0


def dressed(brief: Brief, prompt: str, negative: str, lexicon: frozenset[str]) -> tuple[str, str]:
    """Put a prompt and a negative prompt into the words of the brief's style, if it names one.

    Args:
        brief: Whose style is meant.
        prompt: What is to be painted.
        negative: What is to be avoided.
        lexicon: Every word that the model was taught; empty for a model of the open world.

    Raises:
        UnknownName: there is no such style.
    """
    if brief.style is None:
        return prompt, negative
    style = look(brief.style, brief.styles)
    if isinstance(style, Style):
        return style.apply(prompt, negative, lexicon)
    avoided = ", ".join(part for part in (negative.strip(), style.negative) if part)
    return worded(style.prompt, prompt), avoided


def tuned(brief: Brief, steps: int, guidance: float, lexicon: frozenset[str]) -> Brief:
    """Fill in the steps and the guidance that the brief's style asks for, where the person said none.

    Args:
        brief: Whose style is meant.
        steps: What the model takes by itself.
        guidance: Likewise.
        lexicon: Every word that the model was taught; a closed world has the nearest style, and that one's parameters.
    """
    style = look(brief.style, brief.styles) if brief.style is not None else None
    if not isinstance(style, Style):
        return brief
    style = style.within(lexicon)
    if brief.steps is None and style.steps != 1:
        brief = replace(brief, steps=min(round(steps * style.steps), MAX_STEPS))
    if brief.guidance is None and style.guidance != 1:
        brief = replace(brief, guidance=min(guidance * style.guidance, _MOST_GUIDANCE))
    return brief


def substitution(brief: Brief, model: str, lexicon: frozenset[str]) -> str | None:
    """Return the sentence about a style that a model of a closed world cannot paint, or None where it can."""
    style = look(brief.style, brief.styles) if brief.style is not None and closed(lexicon) else None
    if not isinstance(style, Style) or style.nearest is None:
        return None
    known = style.within(lexicon)
    beside = said_beside(brief.prompt, style.mood, style.tones, lexicon, chinese=language_of(brief) == "zh")
    nearest = ", ".join((_titled(brief, known), *beside))
    return told(brief, "substitute", model=model, style=_titled(brief, style), nearest=nearest)


def _titled(brief: Brief, style: Style) -> str:
    return style.title_zh if language_of(brief) == "zh" else style.title
