"""Putting words around a prompt."""

import functools
import re
from typing import Annotated

from pydantic import Field

from engine.corpus.lexicon import LANGUAGES, phrases, values
from engine.corpus.segments import is_chinese

Template = Annotated[str, Field(pattern=r"^[^{}]*\{prompt\}[^{}]*$")]
"""Words with one `{prompt}` among them."""

_SLOT = "{prompt}"
_NO_SUBJECT = re.compile(r"( of| inspired by)? ?\{prompt\}")
"""What is left out of a template where nothing was asked for."""


def worded(template: str, prompt: str) -> str:
    """Put a template's words around a prompt, which may be empty."""
    wanted = prompt.strip()
    if not wanted:
        template = _NO_SUBJECT.sub("", template)
    return template.replace(_SLOT, wanted).strip(" ,，")


def closed(lexicon: frozenset[str]) -> bool:
    """Whether a model knows the words of a lexicon and no others; an empty one belongs to a model of the open world."""
    return bool(lexicon)


def reads_chinese(prompt: str, lexicon: frozenset[str]) -> bool:
    """Whether the words around a prompt should be Chinese: it is, and the model has not learnt English alone."""
    return is_chinese(prompt) and not (closed(lexicon) and _english_only(lexicon))


def said_beside(
    prompt: str, mood: str | None, tones: str | None, lexicon: frozenset[str], *, chinese: bool
) -> tuple[str, ...]:
    """Return words for a mood and a palette of the corpus, as far as a closed model knows them.

    What the prompt says of these itself comes first.
    """
    language = "zh" if chinese else "en"
    wanted = [(factor, value) for factor, value in (("mood", mood), ("palette", tones)) if value is not None]
    said = [(factor, phrases(factor, value, language)[0]) for factor, value in wanted if not _names_a(factor, prompt)]
    known = [(factor, words) for factor, words in said if words in lexicon]
    return tuple(f"in {words}" if factor == "palette" and not chinese else words for factor, words in known)


def _names_a(factor: str, prompt: str) -> bool:
    folded = prompt.casefold()
    return any(
        words in folded for value in values(factor) for lang in LANGUAGES for words in phrases(factor, value, lang)
    )


@functools.lru_cache(maxsize=8)
def _english_only(lexicon: frozenset[str]) -> bool:
    return not any(map(is_chinese, lexicon))
