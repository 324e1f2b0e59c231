"""What a museum must tell: works found by words, each with a licence that lets anybody use it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Container
from dataclasses import dataclass
from typing import Protocol

from engine.corpus.gathered.museums.visitor import Visitor

CC0 = "CC0-1.0"
PUBLIC_DOMAIN = "PDM-1.0"
"""Creative Commons' Public Domain Mark; like ``CC0`` as SPDX would name it."""


@dataclass(frozen=True)
class Work:
    """A work of art that anybody may use; facts the museum does not tell are empty."""

    key: str
    """The museum's own number of it."""
    title: str
    artist: str
    year: str
    medium: str
    licence: str
    source: str
    """The address of its page."""
    image: str
    """The address of its picture."""


@dataclass(frozen=True)
class Refused:
    """A work that was found and cannot be used."""

    key: str
    reason: str
    lasting: bool = True
    """False where another day may bring another answer."""


class Museum(Protocol):
    """One museum's interface. Frozen: where it lies can be replaced, as tests do."""

    @property
    def name(self) -> str:
        """The name on the command line."""
        ...

    @property
    def title(self) -> str:
        """The name in sentences."""
        ...

    @property
    def hosts(self) -> tuple[str, ...]:
        """Domains that its answers may lead to, subdomains included."""
        ...

    @property
    def interval_s(self) -> float:
        """Seconds between two requests."""
        ...

    def find(self, visitor: Visitor, query: str, known: Container[str]) -> AsyncIterator[Work | Refused]:
        """Yield the works that a search finds, best first; of those whose key is ``known`` nothing is asked.

        Raises:
            MuseumUnavailable: it does not answer.
            MuseumAnswerRefused: the answer to the search is not what its documentation says.
        """
        ...
