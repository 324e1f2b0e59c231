"""Reading: what of the corpus' words a prompt names, in English or Chinese, and which words are others."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field, replace

from engine.corpus.lexicon import FACTORS, LANGUAGES, measure, names, phrases, tags, values
from engine.corpus.telling import Mention, Told

_CHINESE = "[\u3400-\u9fff\uf900-\ufaff]"
_MARKS = frozenset(",.;:!?|()\n\u3001\u3002\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f")
_LETTER = rf"(?:(?!{_CHINESE})[^\W_])"
_ATOM = re.compile(rf"{_CHINESE}|{_LETTER}+(?:['\u2019]{_LETTER}+)*|[{re.escape(''.join(sorted(_MARKS)))}]")
_SPACED = re.compile(rf"(?<={_CHINESE})\s+(?={_CHINESE})")
_JOINTS = ("and", "beside", "next to", "with", "和", "与", "跟", "以及")
_FUNCTION = {
    "en": """a an the of in on at by to among under below before near is are it its this that there some very from for
    into through around behind between over as shows picture scene image painting drawing painted drawn art style mood
    atmosphere""".split(),  # noqa: SIM905
    "zh": """一 的 色 了 着 在 里 中 上 下 间 前 边 旁 畔 时分 脚下 有 是 这 那 张 幅 画 画着 画的是 画面 风格 氛围
    气氛""".split(),  # noqa: SIM905
}
Atoms = tuple[str, ...]


@dataclass(frozen=True)
class Piece:
    """A stretch of a prompt: of a factor and value, a mere function word (no factor), or unknown (no value either)."""

    text: str
    factor: str = ""
    value: str = ""
    known: bool = True

    @property
    def parts(self) -> bool:
        """Whether what is said before belongs together apart from what is said after."""
        return self.text in _JOINTS or self.text in _MARKS


def atoms(text: str) -> list[str]:
    """Split a text into what pieces are made of: Latin words, single Chinese characters, marks that part clauses."""
    return _ATOM.findall(_SPACED.sub(",", text.casefold()))


@functools.cache
def vocabulary() -> dict[Atoms, Piece]:
    """Return every known phrase by its atoms."""
    pieces = [Piece(word) for words in _FUNCTION.values() for word in words]
    pieces += [Piece(word) for word in (*_JOINTS, *_MARKS)]
    pieces += [
        Piece(measure(subject, noun)) for subject in values("subject") for noun in phrases("subject", subject, "zh")
    ]
    for factor in FACTORS:
        for value in values(factor):
            pieces += [Piece(phrase, factor, value) for phrase in ways(factor, value)]
    return {tuple(atoms(piece.text)): piece for piece in pieces}


def ways(factor: str, value: str) -> list[str]:
    """Return every way to say a value, in all languages, whole or as a tag."""
    said = []
    for language in LANGUAGES:
        said += phrases(factor, value, language)
        said += tags(factor, value, language)
        if factor == "style":
            said += names(value, language)
    return list(dict.fromkeys(said))


def read(prompt: str) -> Told:
    """Return what a prompt names of the corpus, the first of its kind where there are several.

    Colours and sizes belong to the figure that follows; places to the one before in the same
    clause, else to the one that follows.
    """
    binder = _Binder()
    for piece in segment(prompt):
        binder.take(piece)
    return binder.told()


@dataclass
class _Binder:
    """Puts pieces together, from left to right."""

    figures: list[Mention] = field(default_factory=list)
    whole: dict[str, str] = field(default_factory=dict)
    ahead: dict[str, str] = field(default_factory=dict)
    """What waits for its figure."""
    open: bool = False
    """Whether the present clause has a figure."""

    def take(self, piece: Piece) -> None:
        """Take the next piece."""
        if piece.parts:
            self._part()
        elif piece.factor == "subject":
            self.figures.append(Mention(piece.value, **self.ahead))
            self.ahead, self.open = {}, True
        elif piece.factor == "place" and self.open and not self.figures[-1].place:
            self.figures[-1] = replace(self.figures[-1], place=piece.value)
        elif piece.factor in ("colour", "size", "place"):
            self.ahead.setdefault(piece.factor, piece.value)
        elif piece.factor:
            self.whole.setdefault(piece.factor, piece.value)

    def told(self) -> Told:
        """Return what was said."""
        self._part(last=True)
        return Told(tuple(self.figures), **self.whole)

    def _part(self, *, last: bool = False) -> None:
        """End a clause: what found no figure after it belongs to the one before."""
        if self.figures and (self.open or last):
            missing = {key: value for key, value in self.ahead.items() if getattr(self.figures[-1], key) is None}
            self.figures[-1], self.ahead = replace(self.figures[-1], **missing), {}
        self.open = False


def segment(text: str) -> list[Piece]:
    """Cut a text into pieces: as few unknown atoms as can be, then as few pieces, the longest first."""
    said, known = atoms(text), vocabulary()
    longest = max(map(len, known))
    best: list[tuple[int, int]] = [(0, 0)] * (len(said) + 1)
    steps = [1] * len(said)
    for start in reversed(range(len(said))):
        best[start] = (len(said) + 1, 0)
        for width in range(1, min(longest, len(said) - start) + 1):
            found = _look_up(tuple(said[start : start + width]))
            if found is None and width > 1:
                continue
            unknown, pieces = best[start + width]
            cost = (unknown + (found is None), pieces + 1)
            if cost <= best[start]:
                best[start], steps[start] = cost, width
    return _pieces(said, steps)


def _look_up(key: Atoms) -> Piece | None:
    """Find a phrase; the last English word may be a plural."""
    known = vocabulary()
    if key in known:
        return known[key]
    *front, last = key
    for suffix, singular in (("s", ""), ("es", ""), ("ies", "y")):
        if last.endswith(suffix) and (found := known.get((*front, last.removesuffix(suffix) + singular))):
            return found
    return None


def _pieces(said: list[str], steps: list[int]) -> list[Piece]:
    pieces: list[Piece] = []
    start = 0
    while start < len(said):
        key = tuple(said[start : start + steps[start]])
        found = _look_up(key) or Piece(key[0], known=False)
        joined = bool(pieces) and not pieces[-1].known and not found.known and not found.text.isascii()
        if joined and re.match(_CHINESE, pieces[-1].text[-1]) and re.match(_CHINESE, found.text):
            pieces[-1] = replace(pieces[-1], text=pieces[-1].text + found.text)
        else:
            pieces.append(found)
        start += len(key)
    return pieces
