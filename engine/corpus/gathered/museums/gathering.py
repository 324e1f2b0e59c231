"""Fetching works into a folder of pictures with ``metadata.jsonl``, in such a way that it can stop anywhere."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.api.errors import CannotWrite, InvalidBrief, UnreadablePicture
from engine.corpus.gathered.errors import CorpusRefused
from engine.corpus.gathered.folders import METADATA
from engine.corpus.gathered.museums.base import Museum, Refused, Work
from engine.corpus.gathered.museums.visitor import Manners, NotThere, Visitor
from engine.corpus.gathered.prepare.captioning import said_of
from engine.corpus.rendering import NO_ROOM
from engine.pictures.intake import decode
from engine.pictures.opening import opened

REFUSALS = "refused.jsonl"
MOST = 20_000
MOST_WORDS = 200
_SUFFIXES = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp"}
_TOLD_EVERY = 20
_MOST_IN_VAIN = 500
"""Works in a row that cannot be used, after which it is not worth asking on."""

Say = Callable[[str], None]


@dataclass
class Gathered:
    """What a run came to."""

    there: int
    """Pictures of this museum in the folder now."""
    fetched: int = 0
    refused: int = 0
    """In this run, for their licence or because there was no picture to be had."""
    last_refusal: str = ""
    exhausted: bool = False
    """The search finds nothing more, or hundreds of works in a row that cannot be used."""


async def gather(
    museum: Museum, query: str, folder: Path, count: int, say: Say, manners: Manners | None = None
) -> Gathered:
    """Fetch works that ``query`` finds until the folder holds ``count`` pictures of this museum.

    A picture is written before its line, both to the disk; the same call goes on where another one stopped.

    Raises:
        InvalidBrief: no words, or a senseless number.
        CorpusRefused: the folder holds something else.
        MuseumUnavailable: the museum does not answer.
        MuseumAnswerRefused: it answers otherwise than documented, or refuses us.
        CannotWrite: the disk is full, or the folder cannot be written to.
    """
    if not query.strip() or len(query) > MOST_WORDS:
        raise InvalidBrief(f"Say in up to {MOST_WORDS} characters what to look for, such as landscape.")
    if not 1 <= count <= MOST:
        raise InvalidBrief(f"--count takes a number from 1 to {MOST:,}; you gave {count}.")
    try:
        return await _gather(museum, query, _Shelf(folder, museum.name), count, say, manners)
    except OSError as error:
        why = "the disk is full" if error.errno in NO_ROOM else (error.strerror or str(error))
        raise CannotWrite(
            f"{folder} cannot be written to: {why}; what was fetched is kept. Free some space, and give the same "
            "command again to go on."
        ) from error


async def _gather(museum: Museum, query: str, shelf: _Shelf, count: int, say: Say, manners: Manners | None) -> Gathered:
    result = Gathered(there=len(shelf.kept))
    if result.there >= count:
        return result
    in_vain = 0
    async with Visitor(museum.title, museum.hosts, museum.interval_s, manners) as visitor:
        async for found in museum.find(visitor, query, shelf.known()):
            outcome = await _fetch(visitor, shelf, found) if isinstance(found, Work) else found
            if isinstance(outcome, Refused):
                shelf.refuse(outcome)
                result.refused += 1
                result.last_refusal = f"{outcome.key} {outcome.reason}"
                in_vain += 1
                if in_vain >= _MOST_IN_VAIN:
                    break
                continue
            in_vain = 0
            result.fetched += 1
            result.there += 1
            if result.fetched % _TOLD_EVERY == 0:
                say(f"{result.there:,} of {count:,} pictures are here.")
            if result.there >= count:
                return result
    result.exhausted = True
    return result


async def _fetch(visitor: Visitor, shelf: _Shelf, work: Work) -> Refused | None:
    try:
        data = await visitor.picture(work.image)
        with opened(data) as picture:
            suffix = _SUFFIXES[picture.format or ""]
        decode(data)
    except NotThere as reason:
        return Refused(work.key, f"has a picture that cannot be had: {reason}", lasting=False)
    except UnreadablePicture as error:
        return Refused(work.key, f"has a picture that cannot be read: {error.message}")
    shelf.keep(work, data, suffix)
    return None


class _Shelf:
    """The folder: pictures, their lines, and the works that were refused."""

    def __init__(self, folder: Path, museum: str) -> None:
        if folder.exists() and not folder.is_dir():
            raise CorpusRefused(f"{folder} is no folder; name another with --out.")
        ours = any((folder / name).exists() for name in (METADATA, REFUSALS))
        if folder.is_dir() and any(folder.iterdir()) and not ours:
            raise CorpusRefused(f"{folder} holds something else than gathered pictures; name a new folder with --out.")
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._museum = folder, museum
        for name in (METADATA, REFUSALS):
            _mend(folder / name)
        rows = [row for row in _rows(folder / METADATA) if row.get("museum") == museum]
        self.kept = {str(row["key"]) for row in rows if "key" in row and (folder / str(row.get("file_name"))).is_file()}
        self._refused = {str(row.get("key")) for row in _rows(folder / REFUSALS) if row.get("museum") == museum}

    def known(self) -> set[str]:
        """Return the keys that nothing need be asked of."""
        return self.kept | self._refused

    def keep(self, work: Work, data: bytes, suffix: str) -> None:
        """Write a picture and its line."""
        name = f"{self._museum}-{work.key}{suffix}"
        facts = {
            "title": work.title,
            "artist": work.artist,
            "year": work.year,
            "medium": work.medium,
            "licence": work.licence,
            "source": work.source,
        }
        partial = self._folder / f".{name}.partial"
        try:
            with partial.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self._folder / name)
        finally:
            partial.unlink(missing_ok=True)
        row = {"file_name": name, "text": said_of(facts), **facts, "museum": self._museum, "key": work.key}
        _append(self._folder / METADATA, row)
        self.kept.add(work.key)

    def refuse(self, refused: Refused) -> None:
        """Remember that a work cannot be used, if that is going to last."""
        if refused.lasting:
            _append(self._folder / REFUSALS, {"museum": self._museum, "key": refused.key, "reason": refused.reason})


def _append(path: Path, row: dict[str, Any]) -> None:
    with path.open("ab") as file:
        before = file.tell()
        try:
            file.write((json.dumps(row) + "\n").encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            file.truncate(before)
            raise


def _mend(path: Path) -> None:
    """End a last line that an editor left open; cut it off where it was not written to its end."""
    data = path.read_bytes() if path.exists() else b""
    if not data or data.endswith(b"\n"):
        return
    last = data.rfind(b"\n") + 1
    try:
        json.loads(data[last:])
    except (ValueError, RecursionError):
        os.truncate(path, last)
    else:
        with path.open("ab") as file:
            file.write(b"\n")


def _rows(path: Path) -> list[dict[str, Any]]:
    rows = []
    for line in path.read_bytes().splitlines() if path.exists() else []:
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(row, dict):
            rows.append(row)
    return rows
