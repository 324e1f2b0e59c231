"""Untrusted text made fit to be shown: no control characters, no markdown, no more than fits."""

import re
import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_JOINERS = "\u200c\u200d"
"""Unseen, but emoji and some scripts need them between their characters."""
_MARKS = frozenset({"Mn", "Me"})
_MOST_MARKS = 3
"""Combining marks in a row; no script needs more, and stacks of them paint over other people's messages."""
_PUNCTUATION = re.compile(r"([\\`*_~|<>\[\]#@]|:(?=//))")
"""What begins markdown, a mention or a link. Less would format, more would show where a client does not unescape it."""
_ELLIPSIS = "…"


def plain(text: str) -> str:
    """Drop control and format characters and stacks of combining marks, and make every blank a single space."""
    kept: list[str] = []
    marks = 0
    normal = unicodedata.normalize("NFC", text)
    for index, char in enumerate(normal):
        category = unicodedata.category(char)
        if char.isspace():
            char = " "
        elif category in _UNSEEN and not (char in _JOINERS and _joins(kept, normal[index + 1 : index + 2])):
            continue
        marks = marks + 1 if category in _MARKS else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return " ".join("".join(kept).split())


def _joins(before: list[str], after: str) -> bool:
    """Tell whether a joiner stands between characters that it may join; among ASCII it only hides something."""
    return bool(before) and not before[-1].isascii() and before[-1] not in _JOINERS and _joinable(after)


def _joinable(char: str) -> bool:
    return bool(char) and not char.isascii() and not char.isspace() and unicodedata.category(char) not in _UNSEEN


def shown(text: str, limit: int = 4000) -> str:
    """Return text that Discord shows literally: `plain`, without markdown, mentions or links.

    It has at most `limit` characters. What does not fit is cut before it is escaped, so that no escape is torn apart,
    and ends in an ellipsis.
    """
    whole = plain(text)
    escaped = _escape(whole)
    if len(escaped) <= limit:
        return escaped
    kept = 0
    room = limit - len(_ELLIPSIS)
    for char in whole:
        room -= len(_escape(char))
        if room < 0:
            break
        kept += 1
    return _escape(whole[:kept]).rstrip() + _ELLIPSIS


def cut(text: str, limit: int) -> str:
    """Return `plain` text of at most `limit` characters, for places where Discord reads no markdown."""
    whole = plain(text)
    return whole if len(whole) <= limit else whole[: limit - 1].rstrip() + _ELLIPSIS


def _escape(text: str) -> str:
    return _PUNCTUATION.sub(r"\\\1", text)
