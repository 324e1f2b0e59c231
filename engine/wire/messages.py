"""What the frames say: one frozen record for each kind of message, validated on arrival.

A record's own fields of bytes travel as attachments, in the order of their declaration; the rest is JSON.
"""

import dataclasses
import functools
import json
import typing
from dataclasses import dataclass
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from engine.api import (
    Adjustment,
    Brief,
    DescribePicture,
    Description,
    EngineError,
    Features,
    Finished,
    Intake,
    Moving,
    Picture,
    PictureWords,
    Preview,
    Progress,
    PromptWeights,
    Queued,
    WeighPrompt,
)
from engine.api.errors import InvalidBrief, ProtocolError, from_code
from engine.api.guides import Sha256
from engine.wire.frames import MAX_JSON, Frame

HEARTBEAT_S = 1.0
"""How often the engine says that it lives."""

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Hello:
    """The client's first message. An engine started by its client asks for the key that it was given."""

    __pydantic_config__ = _STRICT

    key: str = ""


@dataclass(frozen=True, slots=True)
class Paint:
    """Asks for pictures; answered by `Missing` or events, at last by `Finished` or `Failed`."""

    __pydantic_config__ = _STRICT

    brief: Brief


@dataclass(frozen=True, slots=True)
class Put:
    """Sends one picture that the engine said it is missing for the same request."""

    __pydantic_config__ = _STRICT

    sha256: Sha256
    data: bytes


@dataclass(frozen=True, slots=True)
class Adjust:
    """Changes a brief that is being painted; answered by `Done`."""

    __pydantic_config__ = _STRICT

    brief_id: str
    change: Adjustment


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stops a brief, or nothing if it is not here (any more); answered by `Done`."""

    __pydantic_config__ = _STRICT

    brief_id: str


@dataclass(frozen=True, slots=True)
class Abandon:
    """The client no longer waits for any answer to the request that this message bears the number of."""

    __pydantic_config__ = _STRICT


@dataclass(frozen=True, slots=True)
class Describe:
    """Asks for a `Description`."""

    __pydantic_config__ = _STRICT


@dataclass(frozen=True, slots=True)
class TakeIn:
    """Sends an untrusted picture; answered by `Intake`."""

    __pydantic_config__ = _STRICT

    data: bytes


@dataclass(frozen=True, slots=True)
class Measure:
    """Asks for the features of pictures; answered by `Missing` or `Measured`."""

    __pydantic_config__ = _STRICT

    hashes: tuple[Sha256, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """The engine needs these pictures before it goes on with the request."""

    __pydantic_config__ = _STRICT

    hashes: tuple[Sha256, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """Features in the order asked for."""

    __pydantic_config__ = _STRICT

    features: tuple[Features, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """The request was carried out and there is nothing to tell."""

    __pydantic_config__ = _STRICT


@dataclass(frozen=True, slots=True)
class Failed:
    """The request ended with an error of `engine.api.errors`."""

    __pydantic_config__ = _STRICT

    code: str
    message: str

    @classmethod
    def of(cls, error: EngineError) -> "Failed":
        """Make an error ready to cross."""
        return cls(error.code, error.message)

    def error(self) -> EngineError:
        """Rebuild the error that crossed."""
        return from_code(self.code, self.message)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Sent every `HEARTBEAT_S`, whatever else goes on; the first one welcomes the client."""

    __pydantic_config__ = _STRICT

    busy_s: float
    """Seconds that the current step has been running; 0 when idle."""


KINDS: dict[int, type[object]] = {
    1: Hello,
    2: Paint,
    3: Put,
    4: Adjust,
    5: Cancel,
    6: Abandon,
    7: Describe,
    8: TakeIn,
    9: Measure,
    10: DescribePicture,
    11: WeighPrompt,
    32: Missing,
    33: Measured,
    34: Done,
    35: Failed,
    36: Heartbeat,
    37: Queued,
    38: Progress,
    39: Preview,
    40: Picture,
    41: Finished,
    42: Description,
    43: Intake,
    44: PictureWords,
    45: PromptWeights,
    48: Moving,
}
"""Numbers are never given to another message, so that an older end refuses what it does not know."""

_NUMBERS = {record: kind for kind, record in KINDS.items()}


@functools.cache
def _adapter(kind: int) -> TypeAdapter[Any]:
    return TypeAdapter(KINDS[kind])


@functools.cache
def _attached(kind: int) -> tuple[str, ...]:
    return tuple(name for name, hint in typing.get_type_hints(KINDS[kind]).items() if hint is bytes)


def pack(request: int, message: Any) -> Frame:
    """Turn a message into the frame that carries it.

    Raises:
        InvalidBrief: its text is not valid Unicode or longer than a frame may be.
    """
    kind = _NUMBERS[type(message)]
    names = _attached(kind)
    blank = dataclasses.replace(message, **dict.fromkeys(names, b""))
    text = json.dumps(dataclasses.asdict(blank), default=bytes.decode, ensure_ascii=False, separators=(",", ":"))
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise InvalidBrief("The text contains characters that are not valid Unicode; remove them.") from error
    if len(encoded) > MAX_JSON:
        raise InvalidBrief(f"The text takes {len(encoded):,} bytes, more than {MAX_JSON:,}; shorten it.")
    return Frame(kind, request, encoded, tuple(getattr(message, name) for name in names))


def unpack(frame: Frame) -> Any:
    """Turn a frame into its message.

    Raises:
        InvalidBrief: a brief or a change to one has values that are not allowed; the sentence names the first.
        ProtocolError: any other message is unknown or malformed.
    """
    record = KINDS.get(frame.kind)
    if record is None:
        raise ProtocolError(f"There is no operation number {frame.kind}; run the same Salon on both ends.")
    names = _attached(frame.kind)
    if len(names) != len(frame.attachments):
        raise ProtocolError(
            f"A {record.__name__} message carries {len(names)} attachments, not {len(frame.attachments)}."
        )
    try:
        message = _adapter(frame.kind).validate_json(frame.json)
    except ValidationError as error:
        raise _refusal(record, error) from error
    return dataclasses.replace(message, **dict(zip(names, frame.attachments, strict=True)))


def _refusal(record: type[object], error: ValidationError) -> EngineError:
    first = error.errors(include_url=False)[0]
    if record in (Paint, Adjust) and len(first["loc"]) > 1:
        where = ".".join(str(part) for part in first["loc"][1:])
        return InvalidBrief(f"The request's {where} cannot be used: {first['msg'][:1].lower()}{first['msg'][1:]}.")
    return ProtocolError(f"A {record.__name__} message is malformed: {first['msg'][:200]}.")
