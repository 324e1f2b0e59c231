"""Putting words around a prompt."""

import functools
import re
from typing import Annotated

from pydantic import Field

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


@functools.lru_cache(maxsize=8)
def _english_only(lexicon: frozenset[str]) -> bool:
    return not any(map(is_chinese, lexicon))
