"""A polite and wary visitor: says who it is, takes its time, comes back later, and carries no more than it can."""

from __future__ import annotations

import asyncio
import json
import random
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp
from yarl import URL

from engine import __version__
from engine.corpus.gathered.errors import MuseumAnswerRefused, MuseumUnavailable

USER_AGENT = f"Salon/{__version__} (open-access pictures for training; self-hosted)"
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 4
_BLOCK = 1 << 16


class NotThere(Exception):
    """One thing cannot be had from a museum that is otherwise well; the message says why."""


@dataclass(frozen=True)
class Manners:
    """How long to wait, how often to ask again, and how much to take."""

    tries: int = 5
    answer_s: float = 60.0
    """For one answer, from asking to its last byte."""
    back_off_s: float = 2.0
    """After the first failure; twice as long after each further one."""
    longest_wait_s: float = 120.0
    json_bytes: int = 8 * 1024 * 1024
    picture_bytes: int = 32 * 1024 * 1024


class Visitor:
    """Asks one museum, one thing at a time. An async context manager."""

    def __init__(self, museum: str, hosts: tuple[str, ...], interval_s: float, manners: Manners | None = None) -> None:
        """Begin nothing yet; ``museum`` is the name used in sentences."""
        self._museum, self._hosts, self._interval_s = museum, hosts, interval_s
        self._manners = manners or Manners()
        self._next = 0.0
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open connections."""
        # AIC asks for a header of its own: https://api.artic.edu/docs/#authentication
        headers = {"User-Agent": USER_AGENT, "AIC-User-Agent": USER_AGENT}
        self._session = aiohttp.ClientSession(
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=self._manners.answer_s),
            trust_env=True,
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close connections."""
        if self._session is not None:
            await self._session.close()

    async def json(self, url: str, params: Mapping[str, str] | None = None) -> Any:
        """Return what a JSON answer says.

        Raises:
            NotThere: there is no such thing, or the answer is too large or no JSON.
            MuseumUnavailable: no answer, however often it was asked.
            MuseumAnswerRefused: it wants nothing to do with us.
        """
        data = await self._get(url, params or {}, "application/ld+json, application/json", self._manners.json_bytes)
        try:
            return json.loads(data)
        except (ValueError, RecursionError) as error:
            raise NotThere("the answer is no JSON") from error

    async def picture(self, url: str) -> bytes:
        """Return a picture file, not looked into.

        Raises:
            NotThere: there is none, or it is too large.
            MuseumUnavailable: no answer, however often it was asked.
            MuseumAnswerRefused: it wants nothing to do with us.
        """
        return await self._get(url, {}, "image/jpeg, image/png, image/webp", self._manners.picture_bytes)

    async def _get(self, url: str, params: Mapping[str, str], accept: str, most: int) -> bytes:
        why = "no answer"
        for attempt in range(self._manners.tries):
            asked = 0.0
            try:
                return await self._once(self._allowed(url).update_query(params), accept, most)
            except _Later as later:
                why, asked = later.why, later.after_s
            except TimeoutError:
                why = f"no whole answer within {self._manners.answer_s:g} s"
            except (aiohttp.ClientError, ssl.SSLError, OSError) as error:
                why = _plainly(error)
            if attempt + 1 < self._manners.tries:
                backing_off = self._manners.back_off_s * 2**attempt * random.uniform(1, 1.5)
                await asyncio.sleep(min(max(backing_off, asked), self._manners.longest_wait_s))
        raise MuseumUnavailable(
            f"{self._museum} could not be reached, asked {self._manners.tries} times ({why}); what was fetched is "
            "kept. Look at your connection, and give the same command again later to go on."
        )

    async def _once(self, url: URL, accept: str, most: int) -> bytes:
        assert self._session is not None
        for _ in range(_MOST_REDIRECTS):
            await self._pace()
            async with self._session.get(url, headers={"Accept": accept}, allow_redirects=False) as answer:
                if answer.status in _REDIRECTS:
                    url = self._allowed(str(url.join(URL(answer.headers.get("Location", "")))))
                    continue
                self._judge(answer)
                return await _bounded(answer, most)
        raise NotThere("the museum sends us in circles")

    def _judge(self, answer: aiohttp.ClientResponse) -> None:
        if answer.status == 200:
            return
        if answer.status in _AGAIN:
            raise _Later(f"status {answer.status}", _seconds(answer.headers.get("Retry-After", "")))
        if answer.status in (404, 410):
            raise NotThere("the museum has it no longer")
        if answer.status in (401, 403):
            raise MuseumAnswerRefused(
                f"{self._museum} refuses us (status {answer.status}), perhaps for asking too much; what was fetched is "
                "kept. Try again tomorrow."
            )
        raise NotThere(f"the museum answers with status {answer.status}")

    def _allowed(self, url: str) -> URL:
        """Return an address that belongs to the museum: an answer must not send us anywhere else."""
        try:
            parsed = URL(url)
            host = parsed.host or ""
        except ValueError as error:
            raise NotThere("the address is malformed") from error
        local = host == "127.0.0.1"
        if parsed.scheme != "https" and not (parsed.scheme == "http" and local):
            raise NotThere("the address is not one of https")
        if not any(host == own or host.endswith(f".{own}") for own in self._hosts):
            raise NotThere("the address is not the museum's")
        return parsed

    async def _pace(self) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._next:
            await asyncio.sleep(self._next - now)
        self._next = max(now, self._next) + self._interval_s


class _Later(Exception):
    """To be asked again."""

    def __init__(self, why: str, after_s: float) -> None:
        super().__init__(why)
        self.why, self.after_s = why, after_s


async def _bounded(answer: aiohttp.ClientResponse, most: int) -> bytes:
    """Read an answer of at most ``most`` bytes, whatever its header claims."""
    data = bytearray()
    async for block in answer.content.iter_chunked(_BLOCK):
        data += block
        if len(data) > most:
            raise NotThere(f"the answer has more than {most / 2**20:g} MiB")
    return bytes(data)


def _seconds(header: str) -> float:
    return float(header) if header.isascii() and header.isdigit() and len(header) < 6 else 0.0


def _plainly(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "its name cannot be looked up"
    if isinstance(error, aiohttp.ClientPayloadError):
        return "the answer was cut short"
    return (getattr(error, "strerror", None) or type(error).__name__).lower()
