"""The Art Institute of Chicago: https://api.artic.edu/docs/."""

from __future__ import annotations

from collections.abc import AsyncIterator, Container, Mapping
from dataclasses import dataclass
from typing import Any

from engine.corpus.gathered.errors import MuseumAnswerRefused
from engine.corpus.gathered.museums.answers import keys, mapping, objects, text
from engine.corpus.gathered.museums.base import CC0, Refused, Work
from engine.corpus.gathered.museums.visitor import NotThere, Visitor

_FIELDS = "id,title,artist_title,date_display,medium_display,is_public_domain,image_id"
_PAGE = 100
_PAGES = 10
"""Deeper than a thousand works its search does not go."""


@dataclass(frozen=True)
class Artic:
    """Search gives works whole, and pictures by the IIIF Image API. What is in the public domain is CC0."""

    api: str = "https://api.artic.edu/api/v1"
    name: str = "artic"
    title: str = "The Art Institute of Chicago"
    hosts: tuple[str, ...] = ("artic.edu",)
    interval_s: float = 1.1
    """It allows 60 requests a minute."""

    async def find(self, visitor: Visitor, query: str, known: Container[str]) -> AsyncIterator[Work | Refused]:
        """Yield the works of a search; see ``Museum``."""
        for page in range(1, _PAGES + 1):
            asked = {
                "q": query,
                "query[term][is_public_domain]": "true",
                "fields": _FIELDS,
                "limit": str(_PAGE),
                "page": str(page),
            }
            try:
                answer = mapping(await visitor.json(f"{self.api}/artworks/search", asked))
            except NotThere as reason:
                raise MuseumAnswerRefused(
                    f"{self.title} did not answer the search as documented: {reason}."
                ) from reason
            if not isinstance(answer.get("data"), list):
                raise MuseumAnswerRefused(f"{self.title} did not answer the search as documented: there is no data.")
            images = text(mapping(answer.get("config")).get("iiif_url")) or "https://www.artic.edu/iiif/2"
            for row in objects(answer["data"]):
                for key in keys([row.get("id")]):
                    if key not in known:
                        yield _read(key, row, images)
            pages = mapping(answer.get("pagination")).get("total_pages")
            if not isinstance(pages, int) or page >= pages:
                return


def _read(key: str, row: Mapping[str, Any], images: str) -> Work | Refused:
    if row.get("is_public_domain") is not True:
        return Refused(key, "is not in the public domain")
    image = text(row.get("image_id"))
    if not image:
        return Refused(key, "has no picture")
    return Work(
        key=key,
        title=text(row.get("title")),
        artist=text(row.get("artist_title")),
        year=text(row.get("date_display")),
        medium=text(row.get("medium_display")),
        licence=CC0,
        source=f"https://www.artic.edu/artworks/{key}",
        # 843 pixels is the width that the museum asks to use, since it has it ready.
        image=f"{images}/{image}/full/843,/0/default.jpg",
    )
