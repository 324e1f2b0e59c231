"""Cutting a prompt into known phrases, function words and words unknown, in English and Chinese at once.

Chinese is written without spaces, so phrases are looked for at every character; English ones at every word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

CHINESE = "[\u3400-\u9fff\uf900-\ufaff]"
_MARKS = ",.;:!?|()\n\u3001\u3002\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f"
_LETTER = rf"(?:(?!{CHINESE})[^\W_])"
_ATOM = re.compile(
    rf"{CHINESE}|{_LETTER}+(?:['\u2019]{_LETTER}+)*|(?P<mark>[{re.escape(_MARKS)}]|(?<={CHINESE})\s+(?={CHINESE}))"
)
_ENDINGS = (("'s", ""), ("\u2019s", ""), ("s", ""), ("es", ""), ("ies", "y"))
"""Of possessives and plurals, each with what stands for it in the dictionary."""

JOINTS = frozenset(("and", "beside", "next to", "with", "和", "与", "跟", "以及"))
FUNCTION = frozenset(
    """a an the of in on at by to among under below before near is are it its this that there their some very from for
    into onto inside within through around behind between beneath above over upon as another shows picture scene image
    painting drawing painted drawn art style mood atmosphere
    一 的 色 了 着 在 里 中 上 下 间 前 边 旁 畔 时分 脚下 有 是 这 那 片 张 幅 画 画着 画的是 画面 风格
    氛围 气氛""".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Piece:
    """A stretch of a prompt: of a factor and value, a mere function word (no factor), or unknown."""

    text: str
    factor: str = ""
    value: str = ""
    known: bool = True
    parts: bool = False
    """Whether what is said before belongs together apart from what is said after."""


Vocabulary = Mapping[tuple[str, ...], Piece]


def build_vocabulary(phrases: Iterable[Piece]) -> Vocabulary:
    """Return phrases and the function words of both languages by their atoms."""
    pieces = [*(Piece(word, parts=word in JOINTS) for word in FUNCTION | JOINTS), *phrases]
    return {key: piece for piece in pieces if (key := tuple(match.group() for match in _atoms(piece.text)))}


def segment(text: str, known: Vocabulary) -> list[Piece]:
    """Cut a text into pieces: as few unknown atoms as can be, then as few pieces, the longest first."""
    return [piece for _, _, piece in spans(text, known)]


def spans(text: str, known: Vocabulary) -> list[tuple[int, int, Piece]]:
    """Cut a text as `segment` does; return each piece with where it begins and ends in the case-folded text."""
    found: list[tuple[int, int, Piece]] = []
    for start, stop, piece in _best(list(_atoms(text)), known):
        begun, ended, last = found[-1] if found else (0, 0, piece)
        gap = text.casefold()[ended:start] if found else " "
        if found and not piece.known and not last.known and gap in ("", "-", "'", "\u2019"):
            found[-1] = begun, stop, Piece(last.text + gap + piece.text, known=False)
        else:
            found.append((start, stop, piece))
    return found


def is_chinese(text: str) -> bool:
    """Tell whether a text holds any Chinese character."""
    return re.search(CHINESE, text) is not None


def _atoms(text: str) -> Iterator[re.Match[str]]:
    """Yield Latin words, single Chinese characters, and marks that part clauses."""
    return _ATOM.finditer(text.casefold())


def _best(atoms: list[re.Match[str]], known: Vocabulary) -> Iterator[tuple[int, int, Piece]]:
    """Yield start, end and meaning of each piece of the cheapest cut, found from the end backwards."""
    longest = max(map(len, known))
    count = len(atoms)
    costs: list[tuple[int, int]] = [(0, 0)] * (count + 1)
    chosen: list[tuple[int, Piece]] = []
    for start in reversed(range(count)):
        options = []
        for width in range(1, min(longest, count - start) + 1):
            piece = _look_up(atoms[start : start + width], known)
            if piece or width == 1:
                unknown, pieces = costs[start + width]
                options.append((unknown + (piece is None or not piece.known), pieces + 1, -width, piece))
        unknown, pieces, width, piece = min(options, key=lambda option: option[:3])
        costs[start] = unknown, pieces
        chosen.append((-width, piece or Piece(atoms[start].group(), known=False)))
    chosen.reverse()
    start = 0
    while start < count:
        width, piece = chosen[start]
        yield atoms[start].start(), atoms[start + width - 1].end(), piece
        start += width


def _look_up(atoms: list[re.Match[str]], known: Vocabulary) -> Piece | None:
    """Find a phrase; the last English word may be a plural or a possessive."""
    if atoms[0]["mark"]:
        return Piece(atoms[0].group(), parts=True) if len(atoms) == 1 else None
    key = tuple(atom.group() for atom in atoms)
    if key in known:
        return known[key]
    *front, last = key
    for ending, single in _ENDINGS:
        if last.endswith(ending) and (found := known.get((*front, last.removesuffix(ending) + single))):
            return found
    return None
