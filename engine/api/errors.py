"""Every failure that crosses the engine's border, each with a kind, a code and an exit code.

The message of an error is one sentence meant for the person who asked: it says what is wrong and what to do. Exit codes
follow sysexits.h, so that a supervisor can tell a typing mistake from a broken installation.
"""

from enum import StrEnum
from typing import ClassVar


class Kind(StrEnum):
    """What a caller may sensibly do about a failure."""

    USER = "user"
    """The request must change."""
    TRANSIENT = "transient"
    """The same request may succeed later."""
    PERMANENT = "permanent"
    """The installation must change."""
    BUG = "bug"
    """Salon is at fault."""


class EngineError(Exception):
    """Something went wrong in the engine."""

    kind: ClassVar[Kind] = Kind.BUG
    code: ClassVar[str] = "internal"
    exit_code: ClassVar[int] = 70

    def __init__(self, message: str = "") -> None:
        """Keep the sentence shown to the person; without one, the class's own docstring serves."""
        super().__init__(message or (self.__doc__ or "").strip())

    @property
    def message(self) -> str:
        """The sentence shown to the person."""
        return str(self.args[0])


class InternalError(EngineError):
    """The engine met an error of its own; its log says more."""


class InvalidBrief(EngineError):
    """The request cannot be painted as it stands."""

    kind = Kind.USER
    code = "invalid_brief"
    exit_code = 64


class UnknownName(InvalidBrief):
    """A style, model or scheduler of that name is not known here."""

    code = "unknown_name"


class UnreadablePicture(EngineError):
    """The file is not a picture that can be read."""

    kind = Kind.USER
    code = "unreadable_picture"
    exit_code = 65


class UnknownFormat(UnreadablePicture):
    """This is not a PNG, JPEG or WebP picture; save it as one of these and try again."""

    code = "unknown_format"


class TooManyPixels(UnreadablePicture):
    """The picture claims more pixels than can be read; send a smaller one."""

    code = "too_many_pixels"


class DamagedPicture(UnreadablePicture):
    """The picture is damaged or incomplete; save it again and send the new file."""

    code = "damaged_picture"


class MissingInputs(EngineError):
    """The engine does not hold every picture that the request refers to; send them first."""

    kind = Kind.TRANSIENT
    code = "missing_inputs"
    exit_code = 75


class ModelRefused(EngineError):
    """The model's files cannot be trusted or are incomplete."""

    kind = Kind.PERMANENT
    code = "model_refused"
    exit_code = 78


class SettingsRefused(EngineError):
    """A setting has a value that Salon does not understand."""

    kind = Kind.PERMANENT
    code = "settings_refused"
    exit_code = 78


class OutOfMemory(EngineError):
    """The picture does not fit into this machine's memory; ask for a smaller size or fewer pictures."""

    kind = Kind.USER
    code = "out_of_memory"
    exit_code = 71


class Cancelled(EngineError):
    """The request was cancelled."""

    kind = Kind.USER
    code = "cancelled"
    exit_code = 130


class EngineLost(EngineError):
    """The engine process stopped or hung while painting; ask again in a moment."""

    kind = Kind.TRANSIENT
    code = "engine_lost"
    exit_code = 69


class EngineSilent(EngineLost):
    """The engine gave no sign of life in time: it hung, or its machine is overloaded; ask again in a moment."""

    code = "engine_silent"


class EngineResting(EngineLost):
    """The engine stopped too often and is given a rest; ask again in a few minutes."""

    code = "engine_resting"


class EngineBusy(EngineError):
    """The engine has all the requests it can hold; ask again in a minute."""

    kind = Kind.TRANSIENT
    code = "engine_busy"
    exit_code = 75


class ProtocolError(EngineError):
    """The two ends of the engine's connection do not speak the same language."""

    kind = Kind.PERMANENT
    code = "protocol"
    exit_code = 76


class CannotWrite(EngineError):
    """The file cannot be written; free some space or choose another folder."""

    kind = Kind.USER
    code = "cannot_write"
    exit_code = 73


def _family_of(error: type[EngineError]) -> list[type[EngineError]]:
    return [error, *(deep for child in error.__subclasses__() for deep in _family_of(child))]


BY_CODE: dict[str, type[EngineError]] = {error.code: error for error in _family_of(EngineError)}
"""How the receiving side finds the class of an error that crossed the wire."""


def from_code(code: str, message: str) -> EngineError:
    """Rebuild an error from what crossed the wire; an unknown code becomes an InternalError."""
    return BY_CODE.get(code, InternalError)(message)
