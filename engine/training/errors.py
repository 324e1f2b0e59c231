"""What can end a training, each in one sentence that says what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.api.errors import CannotWrite, EngineError, InternalError, Kind, OutOfMemory
from engine.memory import is_out_of_memory

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class TrainingDivergedError(EngineError):
    """The loss stopped being a number; the last good checkpoint is kept."""

    kind = Kind.PERMANENT
    code = "diverged"


class CheckpointRefused(EngineError):
    """The checkpoint in the folder was made by another training; name another folder."""

    kind = Kind.USER
    code = "checkpoint_refused"
    exit_code = 65


def as_sentence(error: BaseException) -> EngineError | None:
    """Return the error that says what a person can do about this one; None for a bug."""
    if isinstance(error, EngineError):
        return error
    if is_out_of_memory(error):
        return OutOfMemory(
            "Memory ran short while training; the last checkpoint is kept. Close other programs or make the "
            "recipe's batch smaller, and train again."
        )
    if _is_no_room(error):
        name = getattr(error, "filename", None)
        what = f"{Path(name).name} could not be written: the" if isinstance(name, str) else "The"
        return CannotWrite(
            f"{what} disk is full, or a limit on files was reached; the last checkpoint is whole. "
            "Free some space and train again."
        )
    return None


@contextmanager
def plainly() -> Iterator[None]:
    """Turn what a person can mend into an error that says so; bugs pass as they are.

    Raises:
        EngineError: see ``as_sentence``.
    """
    try:
        yield
    except Exception as error:
        reason = as_sentence(error)
        if reason is None or reason is error:
            raise
        raise reason from error


def rebuilt(code: str, message: str) -> EngineError:
    """Return the error that another process told of."""
    kinds = [EngineError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return next((kind for kind in kinds if kind.code == code), InternalError)(message)


def _is_no_room(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    # safetensors wraps what the system said in a text
    return type(error).__name__ == "SafetensorError" and any(f"(os error {code})" in str(error) for code in _NO_ROOM)
