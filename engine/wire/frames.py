"""Frames: a fixed header, one JSON text, and raw binary attachments behind it.

    header   magic "SLN1" | version u16 | kind u8 | attachments u8 | request u32 | JSON bytes u32      (big-endian)
    lengths  one u32 for each attachment
    JSON, then the attachments

Every length is checked against its limit before anything is allocated for it, so that garbage and malice cost one
closed connection. Bytes travel as they are; nothing is ever base64.
"""

import asyncio
import struct
from dataclasses import dataclass

from engine.api.errors import ProtocolError

MAGIC = b"SLN1"
PROTOCOL = 1
"""Raised with every change that an older end would misunderstand."""
MAX_JSON = 1024 * 1024
"""Bytes of JSON in one frame."""
MAX_ATTACHMENTS = 4
MAX_ATTACHED = 64 * 1024 * 1024
"""Bytes of all attachments of one frame together."""
MAX_REQUEST = 2**32 - 1

_HEADER = struct.Struct("!4sHBBII")
_LENGTH = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class Frame:
    """One message as it travels."""

    kind: int
    """Which message it is: see `engine.wire.messages`."""
    request: int
    """Chosen by the client, echoed in every answer; 0 concerns the connection as a whole."""
    json: bytes
    attachments: tuple[bytes, ...] = ()

    @property
    def size(self) -> int:
        """Bytes on the wire."""
        lengths = _LENGTH.size * len(self.attachments)
        return _HEADER.size + lengths + len(self.json) + sum(map(len, self.attachments))


def encode(frame: Frame) -> list[bytes]:
    """Return the pieces to write, in order; attachments are not copied.

    Raises:
        ProtocolError: the frame is larger than the other end would accept.
    """
    lengths = [len(data) for data in frame.attachments]
    _check(len(frame.json), lengths)
    header = _HEADER.pack(MAGIC, PROTOCOL, frame.kind, len(lengths), frame.request, len(frame.json))
    return [header, b"".join(map(_LENGTH.pack, lengths)), frame.json, *frame.attachments]


async def read(reader: asyncio.StreamReader) -> Frame | None:
    """Read one frame; None when the other end closed the connection between two frames.

    Raises:
        ProtocolError: what arrived is no frame, is of another version, is too large, or breaks off.
    """
    try:
        header = await reader.readexactly(_HEADER.size)
    except asyncio.IncompleteReadError as error:
        if not error.partial:
            return None
        raise ProtocolError("The connection broke off in the middle of a message.") from error
    magic, version, kind, count, request, json_length = _HEADER.unpack(header)
    if magic != MAGIC:
        raise ProtocolError("What arrived is not a message of Salon's engine; check the address that is listened on.")
    if version != PROTOCOL:
        raise ProtocolError(
            f"The other end speaks version {version} of the engine's protocol and this one version {PROTOCOL}; "
            "run the same Salon on both."
        )
    if count > MAX_ATTACHMENTS:
        raise ProtocolError(f"A message has {count} attachments; the most is {MAX_ATTACHMENTS}.")
    try:
        lengths = [length for (length,) in _LENGTH.iter_unpack(await reader.readexactly(_LENGTH.size * count))]
        _check(json_length, lengths)
        json = await reader.readexactly(json_length)
        attachments = tuple([await reader.readexactly(length) for length in lengths])
    except asyncio.IncompleteReadError as error:
        raise ProtocolError("The connection broke off in the middle of a message.") from error
    return Frame(kind, request, json, attachments)


def _check(json_length: int, lengths: list[int]) -> None:
    if json_length > MAX_JSON:
        raise ProtocolError(f"A message has {json_length:,} bytes of text; the most is {MAX_JSON:,}.")
    if len(lengths) > MAX_ATTACHMENTS or sum(lengths) > MAX_ATTACHED:
        raise ProtocolError(f"A message carries {sum(lengths):,} bytes of pictures; the most is {MAX_ATTACHED:,}.")
