"""The Rijksmuseum, Amsterdam: https://data.rijksmuseum.nl/docs/."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Container, Mapping
from dataclasses import dataclass
from typing import Any

from engine.corpus.gathered.errors import MuseumAnswerRefused
from engine.corpus.gathered.museums.answers import mapping, objects, text
from engine.corpus.gathered.museums.base import CC0, PUBLIC_DOMAIN, Refused, Work
from engine.corpus.gathered.museums.visitor import NotThere, Visitor

_LICENCES = {"publicdomain/zero/1.0": CC0, "publicdomain/mark/1.0": PUBLIC_DOMAIN}
_LICENCE = re.compile(r"https?://creativecommons\.org/(publicdomain/(?:zero|mark)/1\.0)/?(?:deed\.\w+)?")
_NUMBER = re.compile(r"https?://(?:id|data)\.rijksmuseum\.nl/(\d{1,40})")
_ENGLISH, _MATERIALS = "300388277", "300435429"
"""Terms of the Getty's Art & Architecture Thesaurus: English; a statement of materials."""
_MOST_PAGES = 100


@dataclass(frozen=True)
class Rijksmuseum:
    """Search gives identifiers. A work, what it shows and the file of that are three answers, in Linked Art."""

    api: str = "https://data.rijksmuseum.nl"
    images: str = "https://iiif.micr.io"
    name: str = "rijksmuseum"
    title: str = "The Rijksmuseum"
    hosts: tuple[str, ...] = ("rijksmuseum.nl", "iiif.micr.io")
    interval_s: float = 0.5

    async def find(self, visitor: Visitor, query: str, known: Container[str]) -> AsyncIterator[Work | Refused]:
        """Yield the works whose title says the words, then those whose description does; see ``Museum``."""
        told: set[str] = set()
        for field in ("title", "description"):
            async for key in self._search(visitor, {field: query, "imageAvailable": "true"}):
                if key not in known and key not in told:
                    told.add(key)
                    yield await self._work(visitor, key)

    async def _search(self, visitor: Visitor, asked: dict[str, str]) -> AsyncIterator[str]:
        for _ in range(_MOST_PAGES):
            try:
                answer = mapping(await visitor.json(f"{self.api}/search/collection", asked))
            except NotThere as reason:
                raise MuseumAnswerRefused(
                    f"{self.title} did not answer the search as documented: {reason}."
                ) from reason
            if not isinstance(answer.get("orderedItems"), list):
                raise MuseumAnswerRefused(f"{self.title} did not answer the search as documented: there are no items.")
            for item in objects(answer["orderedItems"]):
                if key := _number(item):
                    yield key
            token = re.search(r"[?&]pageToken=([^&]+)", text(mapping(answer.get("next")).get("id")))
            if not token:
                return
            asked = {**asked, "pageToken": token[1]}

    async def _work(self, visitor: Visitor, key: str) -> Work | Refused:
        try:
            work = await self._resolved(visitor, key)
            shown = await self._resolved(visitor, _first(work.get("shows")))
            licence = _licence(shown)
            if not licence:
                return Refused(key, "is not in the public domain")
            file = await self._resolved(visitor, _first(shown.get("digitally_shown_by")))
        except NotThere as reason:
            return Refused(key, str(reason), lasting=False)
        points = (text(point.get("id")) for point in objects(file.get("access_point")))
        image = next((point for point in points if point.startswith(f"{self.images}/")), "")
        if not image:
            return Refused(key, "has no picture")
        made = (objects(work.get("produced_by")) or [{}])[0]
        return Work(
            key=key,
            title=_said(name for name in objects(work.get("identified_by")) if name.get("type") == "Name"),
            artist=_said(objects(made.get("referred_to_by"))),
            year=_said(objects(mapping(made.get("timespan")).get("identified_by"))),
            medium=_said(line for line in objects(work.get("referred_to_by")) if _is_of(line, _MATERIALS)),
            licence=licence,
            source=f"https://id.rijksmuseum.nl/{key}",
            image=image.replace("/full/max/", "/full/!1024,1024/"),
        )

    async def _resolved(self, visitor: Visitor, key: str) -> Mapping[str, Any]:
        if not key:
            raise NotThere("has no picture")
        return mapping(await visitor.json(f"{self.api}/{key}", {"_profile": "la-framed"}))


def _number(item: Mapping[str, Any]) -> str:
    """Return the number in an identifier; it alone is used, so that no answer chooses where we ask."""
    found = _NUMBER.fullmatch(text(item.get("id")))
    return found[1] if found else ""


def _first(items: Any) -> str:
    return next((key for key in map(_number, objects(items)) if key), "")


def _licence(shown: Mapping[str, Any]) -> str:
    """Return the licence of a picture; empty where it has none that leaves everybody free, or one that does not."""
    rights = [
        text(kind.get("id"))
        for right in objects(shown.get("subject_to"))
        for kind in objects(right.get("classified_as"))
    ]
    licences = [
        _LICENCE.fullmatch(right) for right in rights if "creativecommons.org" in right or "rightsstatements" in right
    ]
    if not licences or not all(licences):
        return ""
    return next(_LICENCES[found[1]] for found in licences if found)


def _said(lines: Any) -> str:
    """Return what is said in English, else in whatever comes first."""
    lines = [line for line in lines if text(line.get("content"))]
    english = [line for line in lines if _is_in_english(line)]
    return text((english or lines)[0]["content"]) if lines else ""


def _is_in_english(line: Mapping[str, Any]) -> bool:
    return any(text(language.get("id")).endswith(_ENGLISH) for language in objects(line.get("language")))


def _is_of(line: Mapping[str, Any], term: str) -> bool:
    return any(text(kind.get("id")).endswith(term) for kind in objects(line.get("classified_as")))
