"""Saying to a member what storage could not do."""

import errno
import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from bot.studio.requests import Refusal
from storage.errors import DatabaseBusy, DiskFull

T = TypeVar("T", bound=type)

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def refuses_when_storage_does(cls: T) -> T:
    """Let every public asynchronous method of a class raise a `Refusal` where the disk is full or the like."""
    for name, method in list(vars(cls).items()):
        if inspect.iscoroutinefunction(method) and not name.startswith("_"):
            setattr(cls, name, _refusing(method))
    return cls


def _refusing(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    async def refusing(*args: Any, **kwargs: Any) -> Any:
        try:
            return await method(*args, **kwargs)
        except DatabaseBusy as error:
            raise Refusal("busy") from error
        except DiskFull as error:
            raise Refusal("disk_full") from error
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise Refusal("disk_full") from error
            raise

    return refusing
