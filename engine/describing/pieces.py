"""A prompt in pieces: its words and phrases, each of which can be left out."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from math import ceil

from engine.corpus.reading import vocabulary
from engine.corpus.segments import FUNCTION, JOINTS, spans
from engine.diffusion.prompts import Fragment, Prompt, clean, parse, plain

MOST = 24
"""Pieces that are weighed apart; in a longer prompt neighbours go together."""

_TRAILING = frozenset(
    "的 色 了 着 里 中 上 下 间 前 边 旁 畔 时分 脚下 风格 氛围 气氛 style mood atmosphere".split()  # noqa: SIM905
)
"""Words that belong to what stands before them."""
_MARKS = re.compile(r"[\s,.;:!?|()（），。；：！？、]+")
_REPEATED = re.compile(r"\s*([,，、;；])(?:\s*[,，、;；])+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the plain prompt, from `start` up to `stop`, with the article or preposition before it."""

    start: int
    stop: int
    words: str
    """What it says, without what only leads up to it."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A prompt and its pieces, in order."""

    prompt: Prompt
    pieces: tuple[Piece, ...]

    def without(self, left_out: Collection[int]) -> Prompt:
        """Return the prompt without the pieces of these numbers; weights stay with what is left."""
        gaps = [(self.pieces[number].start, self.pieces[number].stop) for number in left_out]
        kept, at = [], 0
        for fragment in self.prompt:
            text = "".join(char for place, char in enumerate(fragment.text, at) if not _within(place, gaps))
            at += len(fragment.text)
            kept.append(Fragment(text, fragment.weight))
        return tuple(fragment for fragment in kept if fragment.text)

    def text_without(self, left_out: Collection[int]) -> str:
        """Return that prompt as it would be typed."""
        said = "".join(map(_typed, self.without(left_out)))
        said = _REPEATED.sub(r"\1", " ".join(said.split()))
        return re.sub(r"\s+([,，。、;；])", r"\1", said).strip(" ,，、;；")


def cut(text: str) -> Pieces:
    """Cut what somebody typed, in English or Chinese, into what can be left out."""
    prompt = parse(clean(text))
    whole = plain(prompt)
    places = [place for place, char in enumerate(whole) for _ in char.casefold()] + [len(whole)]
    pieces: list[Piece] = []
    leading: int | None = None
    for start, stop, piece in spans(whole, vocabulary()):
        start, stop = places[start], places[stop]
        if piece.text in _TRAILING and leading is None and pieces and not whole[pieces[-1].stop : start].strip():
            pieces[-1] = replace(pieces[-1], stop=stop)
        elif piece.text in FUNCTION | JOINTS or not _MARKS.sub("", whole[start:stop]):
            marks = not _MARKS.sub("", whole[start:stop])
            leading = None if marks else start if leading is None else leading
        else:
            pieces.append(Piece(start if leading is None else leading, stop, whole[start:stop]))
            leading = None
    return Pieces(prompt, tuple(_grouped(pieces, whole)))


def _grouped(pieces: list[Piece], whole: str) -> Iterator[Piece]:
    size = ceil(len(pieces) / MOST) if pieces else 1
    for at in range(0, len(pieces), size):
        group = pieces[at : at + size]
        first, last = group[0], group[-1]
        words = first.words if size == 1 else whole[first.stop - len(first.words) : last.stop]
        yield Piece(first.start, last.stop, words)


def _within(place: int, gaps: list[tuple[int, int]]) -> bool:
    return any(start <= place < stop for start, stop in gaps)


def _typed(fragment: Fragment) -> str:
    text = re.sub(r"([()\[\]])", r"\\\1", fragment.text)
    words = text.strip()
    if fragment.weight == 1.0 or not words:
        return text
    before, _, after = text.partition(words)
    return f"{before}({words}:{fragment.weight:g}){after}"
