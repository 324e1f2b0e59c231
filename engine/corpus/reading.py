"""Reading: what a prompt names of the corpus, in English or Chinese, and which of its words lie outside."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, replace

from engine.corpus.lexicon import FACTORS, LANGUAGES, names, phrases, tags, values
from engine.corpus.segments import Piece, Vocabulary, segment
from engine.corpus.strangers import Stranger, closed_world, strangers
from engine.corpus.telling import Mention, Told


@dataclass(frozen=True)
class Reading:
    """What a prompt names of the corpus, and its words that are none of the corpus'."""

    told: Told
    strangers: tuple[Stranger, ...]


def read(prompt: str) -> Reading:
    """Read a prompt: the first of its kind where it names several grounds, hours and so on.

    Colours and sizes belong to the figure that follows; places to the one before in the same
    clause, else to the one that follows.
    """
    binder = _Binder()
    for piece in segment(prompt, vocabulary()):
        binder.take(piece)
    return Reading(binder.told(), strangers(prompt, vocabulary()))


@functools.cache
def vocabulary() -> Vocabulary:
    """Return every phrase of the corpus with its meaning."""
    said = [
        Piece(phrase, factor, value) for factor in FACTORS for value in values(factor) for phrase in ways(factor, value)
    ]
    return closed_world(said)


def ways(factor: str, value: str) -> list[str]:
    """Return every way to say a value, in all languages, whole or as a tag."""
    said = []
    for language in LANGUAGES:
        said += phrases(factor, value, language)
        said += tags(factor, value, language)
        if factor == "style":
            said += names(value, language)
    return list(dict.fromkeys(said))


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
