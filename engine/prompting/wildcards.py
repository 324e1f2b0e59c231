"""Wildcards: `__animal__` is replaced by something from the list of that name.

The seed decides, so that the same prompt and seed give the same words. Nothing occurs twice before its list is used up.
"""

import functools
import random
import re
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

from engine.corpus.lexicon import phrases, values
from engine.corpus.segments import is_chinese
from engine.prompting.sentences import Notice

Lists = Mapping[str, tuple[str, ...]]
"""What may be drawn, by the folded name of the list."""

NAME = r"[^\W_]+(?:[_-][^\W_]+)*"
"""What a list may be called."""
_WILDCARD = re.compile(rf"(?<![A-Za-z0-9_])__({NAME})__(?![A-Za-z0-9_])")
_MOST_NAMED = 12


def fill(text: str, lists: Lists, seed: int) -> tuple[str, tuple[Notice, ...]]:
    """Replace every wildcard; those whose list is not known stay, each with a notice.

    Args:
        text: The prompt.
        lists: Further lists, which come before those of the house.
        seed: Decides what is drawn.
    """
    rng = random.Random(seed)
    language = "zh" if is_chinese(_WILDCARD.sub("", text)) else "en"
    house = house_lists(language)
    notices: dict[str, Notice] = {}
    drawn: dict[str, list[str]] = {}

    def draw(match: re.Match[str]) -> str:
        name = fold(match[1])
        entries = lists.get(name) or house.get(name)
        if not entries:
            known = ", ".join([*lists, *house_names(language)][:_MOST_NAMED])
            notices[name] = Notice("list", {"name": name[:40], "parameter": match[0][:50], "known": known})
            return match[0]
        if not drawn.get(name):
            drawn[name] = rng.sample(list(entries), len(entries))
        return drawn[name].pop()

    return _WILDCARD.sub(draw, text), tuple(notices.values())


def fold(name: str) -> str:
    """Return a list's name as names are compared."""
    return name.casefold()


def house_names(language: str) -> tuple[str, ...]:
    """Return what the lists of the house are called in a language such as `en` or `zh-CN`."""
    chinese = language.startswith("zh")
    return tuple(entry["aliases"][-1] if chinese else name for name, entry in _table().items())


@functools.cache
def house_lists(language: str) -> Lists:
    """Return the lists of the house in a language, `en` or `zh`: the corpus' own words, so that `mini` knows them."""
    found: dict[str, tuple[str, ...]] = {}
    for name, entry in _table().items():
        chosen = entry.get("values", list(values(entry["factor"])))
        said = [phrases(entry["factor"], value, language)[0] for value in chosen]
        found |= dict.fromkeys((name, *entry["aliases"]), tuple(said))
    return found


@functools.cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("engine.prompting").joinpath("lists.toml").read_text(encoding="utf-8"))
