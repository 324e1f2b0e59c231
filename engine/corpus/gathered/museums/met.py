"""The Metropolitan Museum of Art, New York: https://metmuseum.github.io."""

from __future__ import annotations

from collections.abc import AsyncIterator, Container
from dataclasses import dataclass
from typing import Any

from engine.corpus.gathered.errors import MuseumAnswerRefused
from engine.corpus.gathered.museums.answers import keys, mapping, text
from engine.corpus.gathered.museums.base import CC0, Refused, Work
from engine.corpus.gathered.museums.visitor import NotThere, Visitor

_PAGE = 200


@dataclass(frozen=True)
class Met:
    """Search gives numbers of objects, each of which is then asked for. Pictures in the public domain are CC0."""

    api: str = "https://collectionapi.metmuseum.org/public/collection"
    name: str = "met"
    title: str = "The Metropolitan Museum of Art"
    hosts: tuple[str, ...] = ("metmuseum.org",)
    interval_s: float = 0.5
    """It allows 80 requests a second; nobody is in such a hurry."""

    async def find(self, visitor: Visitor, query: str, known: Container[str]) -> AsyncIterator[Work | Refused]:
        """Yield the works of a search; see ``Museum``."""
        offset, total = 0, 1
        while offset < total:
            page = {"q": query, "hasImages": "true", "offset": str(offset), "limit": str(_PAGE)}
            try:
                answer = mapping(await visitor.json(f"{self.api}/v1.1/search", page))
            except NotThere as reason:
                raise MuseumAnswerRefused(
                    f"{self.title} did not answer the search as documented: {reason}."
                ) from reason
            if not isinstance(answer.get("total"), int):
                raise MuseumAnswerRefused(f"{self.title} did not answer the search as documented: there is no total.")
            numbers = keys(answer.get("objectIDs"))
            if not numbers:
                return
            # An answer that ignores offset and limit holds all there is.
            offset, total = offset + max(len(numbers), _PAGE), answer["total"]
            for key in dict.fromkeys(numbers):
                if key not in known:
                    yield await self._work(visitor, key)

    async def _work(self, visitor: Visitor, key: str) -> Work | Refused:
        try:
            answer = mapping(await visitor.json(f"{self.api}/v1/objects/{key}"))
        except NotThere as reason:
            return Refused(key, str(reason), lasting=False)
        return _read(key, answer)


def _read(key: str, answer: Any) -> Work | Refused:
    if answer.get("isPublicDomain") is not True:
        return Refused(key, "is not in the public domain")
    # The small one has at least 500 pixels; originals are often larger than is ever read.
    image = text(answer.get("primaryImageSmall")) or text(answer.get("primaryImage"))
    if not image:
        return Refused(key, "has no picture")
    return Work(
        key=key,
        title=text(answer.get("title")) or text(answer.get("objectName")),
        artist=text(answer.get("artistDisplayName")),
        year=text(answer.get("objectDate")),
        medium=text(answer.get("medium")),
        licence=CC0,
        source=text(answer.get("objectURL")) or f"https://www.metmuseum.org/art/collection/search/{key}",
        image=image,
    )
