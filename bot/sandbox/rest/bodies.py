"""Reading requests and writing answers as Discord does."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from bot.sandbox.attachments import REQUEST_LIMIT_BYTES, Upload
from bot.sandbox.errors import ApiError, too_large

_FILE = re.compile(r"files\[(\d+)\]")
_FRAME_BYTES = 2**20
"""What a request may have beside its files: the JSON and the multipart frame."""


@dataclass(slots=True)
class Body:
    """The JSON of a request and its uploads by number."""

    json: Any = None
    uploads: dict[int, Upload] = field(default_factory=dict)
    multipart: bool = False


TRUE = ("1", "true", "True")
"""How clients write true in a query."""

BODY = web.RequestKey("body", Body)


async def read_body(request: web.Request) -> Body:
    """Read JSON or a multipart form with `payload_json` and `files[N]`.

    Raises:
        ApiError: 50109 for what is no JSON, 40005 for too much, 50035 for other parts.
    """
    if (request.content_length or 0) > REQUEST_LIMIT_BYTES + _FRAME_BYTES:
        raise too_large()
    if request.content_type.startswith("multipart/"):
        return await _read_multipart(request)
    text = await request.text()
    return Body(_parse(text) if text else None)


async def _read_multipart(request: web.Request) -> Body:
    body = Body({}, multipart=True)
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise ApiError(400, 50035, "Invalid Form Body")
        name = part.name or ""
        content = bytes(await part.read(decode=False))
        match = _FILE.fullmatch(name)
        if match:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            body.uploads[int(match[1])] = Upload(part.filename or "file", _guess(kind, content), content)
        elif name == "payload_json":
            body.json = _parse(content.decode())
        else:
            raise ApiError(400, 50035, f"Invalid Form Body: there is no field {name}")
    return body


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from error


def _guess(declared: str, content: bytes) -> str:
    """Return the type that the first bytes show, as Discord does not believe what is declared."""
    for start, kind in _SIGNATURES:
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return "application/octet-stream" if declared.startswith("image/") else declared


_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def answer(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Answer with JSON; the content type has no charset, or clients would take it for text."""
    # Set as a header, because aiohttp's own parameter would add one.
    headers = {"Content-Type": "application/json"} | (headers or {})
    return web.Response(body=json.dumps(data).encode(), status=status, headers=headers)


def nothing() -> web.Response:
    """Answer 204."""
    return web.Response(status=204)
