"""Finding forbidden words in a prompt, however they are dressed up."""

import re
import unicodedata
from collections.abc import Iterable

_MARKS = {"Mn", "Me", "Cf", "Cc"}
"""Accents, which are dropped after decomposition, and characters that nobody sees."""


def plain(text: str) -> str:
    """Return a text as it is compared: compatibility forms, case, accents and invisible characters do not count."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(" " if char.isspace() else char for char in decomposed if _kept(char))
    return unicodedata.normalize("NFKC", kept)


def compared(word: str) -> str:
    """Return a word or phrase as it is compared; empty where nothing of it can be seen."""
    return " ".join(plain(word).split())


class WordList:
    """The words that a guild forbids, as whole words; in scripts without spaces anywhere."""

    def __init__(self, words: Iterable[str]) -> None:
        """Take words or phrases; empty ones are left out."""
        by_plain = {shown: word for word in words if (shown := compared(word))}
        self._by_plain = by_plain
        self._pattern = re.compile("|".join(_pattern(shown) for shown in by_plain)) if by_plain else None

    def find(self, *texts: str | None) -> str | None:
        """Return the first forbidden word in any of these texts, as it was listed, or None."""
        if self._pattern is None:
            return None
        for text in texts:
            if text and (found := self._pattern.search(compared(text))):
                return self._by_plain[found.group()]
        return None


def _kept(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) not in _MARKS


def _pattern(shown: str) -> str:
    escaped = re.escape(shown)
    before = r"(?<!\w)" if _bounded(shown[0]) else ""
    after = r"(?!\w)" if _bounded(shown[-1]) else ""
    return f"{before}{escaped}{after}"


def _bounded(char: str) -> bool:
    """Whether a word that ends with this character has an edge; Chinese and Japanese are written without spaces."""
    return char.isalnum() and not "\u2e80" <= char <= "\u9fff" and not "\uac00" <= char <= "\ud7af"
