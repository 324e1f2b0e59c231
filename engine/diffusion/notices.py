"""What the person should know about how their words were understood."""

import re

from engine.api import Brief
from engine.diffusion.adapters.base import Adapter
from engine.diffusion.prompts import clean, parse, plain, weighted

_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?:['’-][^\W\d_]+)*(?![^\W_])")
"""Letters; what has digits in it, such as `1e9` or `4k`, is no word."""
_LISTED = 5
_GRAMMAR = frozenset(
    """a an and another at among around as behind beside between beneath below above by for from in inside into is it
    its of on onto or over painted picture painting style some that the their there this through to under upon very with
    within""".split()  # noqa: SIM905
)


def about(brief: Brief, adapter: Adapter) -> tuple[str, ...]:
    """Return sentences on weights, negative prompts and words that the brief's model does not heed or know."""
    found = []
    if weighted(parse(clean(brief.prompt))) and not adapter.heeds_weights:
        found.append("This model does not weigh words, so the weights in your prompt were left out.")
    if brief.negative.strip() and not adapter.heeds_negative:
        found.append("This model takes no negative prompt, so yours was left out.")
    elif brief.negative.strip() and not _guided(brief, adapter):
        found.append("Without guidance a negative prompt has no effect, so yours was left out; ask for more guidance.")
    if unknown := unknown_words(brief.prompt, adapter.model.defaults.lexicon):
        listed = ", ".join(unknown[:_LISTED]) + (" and others" if len(unknown) > _LISTED else "")
        found.append(f"The model {adapter.model.name} never learned these words: {listed}.")
    if says_nothing(brief.prompt, adapter.model.defaults.lexicon):
        found.append(f"The model {adapter.model.name} knows only words, so it understood nothing of your prompt.")
    return tuple(found)


def _guided(brief: Brief, adapter: Adapter) -> bool:
    """Whether any step of a brief is guided; a change of guidance while it is painted counts."""
    default = adapter.model.defaults.guidance
    asked = (brief.guidance, *(change.guidance for change in brief.timeline if change.guidance is not None))
    return any(adapter.guided(default if guidance is None else guidance) for guidance in asked)


def says_nothing(prompt: str, lexicon: frozenset[str]) -> bool:
    """Whether a prompt that is not blank has no word, of which a closed model might know some: emoji, or numbers."""
    return bool(lexicon and prompt.strip()) and not _words(prompt)


def unknown_words(prompt: str, lexicon: frozenset[str]) -> list[str]:
    """Return the words, in their order, that are not in a closed model's lexicon; plain plurals count as known."""
    if not lexicon:
        return []
    known = {word for phrase in lexicon for word in phrase.split()} | _GRAMMAR
    return [word for word in _words(prompt) if not ({word, word.removesuffix("s"), word.removesuffix("es")} & known)]


def _words(prompt: str) -> list[str]:
    return list(dict.fromkeys(match.casefold() for match in _WORD.findall(plain(parse(clean(prompt))))))
