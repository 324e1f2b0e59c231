"""Uploads: their limits, what is known of them, and the signed addresses that expire."""

import hashlib
import hmac
import re
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any

import imagesize

from bot.sandbox.clock import Clock
from bot.sandbox.errors import too_large
from bot.sandbox.snowflakes import Snowflakes
from bot.sandbox.store import Store

REQUEST_LIMIT_BYTES = 25 * 2**20
_LIFETIME_S = 86_400


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came with a request."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file; `width` and `height` in pixels, for pictures alone."""

    id: int
    channel_id: int
    filename: str
    size: int
    content_type: str
    width: int | None = None
    height: int | None = None
    description: str | None = None

    @property
    def path(self) -> str:
        """The address without its signature."""
        return f"/attachments/{self.channel_id}/{self.id}/{self.filename}"

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


class Attachments:
    """Stores uploads and signs their addresses.

    Attributes:
        limit_bytes: The largest file that is taken, which interactions announce as `attachment_size_limit`.
    """

    def __init__(self, store: Store, clock: Clock, ids: Snowflakes, key: bytes) -> None:
        self.limit_bytes = 10 * 2**20
        self.base_url = ""
        self._store, self._clock, self._ids, self._key = store, clock, ids, key

    def check(self, uploads: list[Upload]) -> None:
        """Refuse files beyond the limits.

        Raises:
            ApiError: 40005.
        """
        sizes = [len(upload.content) for upload in uploads]
        if any(size > self.limit_bytes for size in sizes) or sum(sizes) > REQUEST_LIMIT_BYTES:
            raise too_large()

    def keep(self, upload: Upload, channel_id: int, description: str | None = None) -> Attachment:
        """Store one file."""
        identifier = self._ids.next()
        self._store.write_upload(identifier, upload.content)
        width, height = _size_in_pixels(upload)
        filename = re.sub(r"[^\w.\-]+", "_", upload.filename) or "file"
        size = len(upload.content)
        return Attachment(identifier, channel_id, filename, size, upload.content_type, width, height, description)

    def url(self, path: str) -> str:
        """Return the whole address of a path, signed and valid for a day of the sandbox's clock."""
        issued = int(self._clock.now())
        # Whole hours, so that a message keeps its addresses for a while and a browser its cache.
        expires = (issued // 3600 + 1) * 3600 + _LIFETIME_S
        start = expires - _LIFETIME_S - 3600
        return f"{self.base_url}{path}?ex={expires:x}&is={start:x}&hm={self._signature(path, expires, start)}"

    def valid(self, path: str, expires: str, issued: str, signature: str) -> bool:
        """Tell whether a signed address was given out by this sandbox and still holds."""
        try:
            until, since = int(expires, 16), int(issued, 16)
        except ValueError:
            return False
        expected = self._signature(path, until, since)
        return until > self._clock.now() and hmac.compare_digest(expected.encode(), signature.encode())

    def payload(self, attachment: Attachment, *, ephemeral: bool = False) -> dict[str, Any]:
        """Return the attachment object."""
        address = self.url(attachment.path)
        payload: dict[str, Any] = {
            "id": str(attachment.id),
            "filename": attachment.filename,
            "size": attachment.size,
            "url": address,
            "proxy_url": address,
            "content_type": attachment.content_type,
        }
        if attachment.width is not None:
            payload |= {"width": attachment.width, "height": attachment.height}
        if attachment.description is not None:
            payload["description"] = attachment.description
        if ephemeral:
            payload["ephemeral"] = True
        return payload

    def _signature(self, path: str, expires: int, issued: int) -> str:
        return hmac.new(self._key, f"{path} {expires} {issued}".encode(), hashlib.sha256).hexdigest()


def _size_in_pixels(upload: Upload) -> tuple[int | None, int | None]:
    if not upload.content_type.startswith("image/"):
        return None, None
    # Reads a few header bytes; nothing is decoded.
    try:
        width, height = imagesize.get(BytesIO(upload.content))
    except (ValueError, OSError, KeyError, IndexError):
        return None, None
    return (width, height) if width > 0 and height > 0 else (None, None)
