"""What the person should know about how their words were understood."""

import re

from engine.api import Brief
from engine.diffusion.adapters.base import Adapter
from engine.diffusion.prompts import clean, parse, plain, weighted

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
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
    if unknown := unknown_words(brief.prompt, adapter.model.defaults.lexicon):
        listed = ", ".join(unknown[:_LISTED]) + (" and others" if len(unknown) > _LISTED else "")
        found.append(f"The model {adapter.model.name} never learned these words: {listed}.")
    return tuple(found)


def unknown_words(prompt: str, lexicon: frozenset[str]) -> list[str]:
    """Return the words, in their order, that are not in a closed model's lexicon; plain plurals count as known."""
    if not lexicon:
        return []
    known = {word for phrase in lexicon for word in phrase.split()} | _GRAMMAR
    words = dict.fromkeys(match.casefold() for match in _WORD.findall(plain(parse(clean(prompt)))))
    return [word for word in words if not ({word, word.removesuffix("s"), word.removesuffix("es")} & known)]
