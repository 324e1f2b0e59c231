"""One request that is being answered."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable

from engine.api import EngineError
from engine.api.errors import InternalError
from engine.server.outbox import Outbox
from engine.wire.mailbox import Mailbox
from engine.wire.messages import Failed, Put, pack

log = logging.getLogger(__name__)


class Exchange:
    """A request of one client, where its answers go, and the way to stop it."""

    def __init__(self, number: int, outbox: Outbox) -> None:
        """Answer the request of this number."""
        self.number = number
        self.outbox = outbox
        self.puts: Mailbox[Put] = Mailbox()
        """The pictures that the client sent for it."""
        self._task: asyncio.Task[None] | None = None
        self._reason: EngineError | None = None

    def send(self, message: object, key: Hashable = None) -> None:
        """Answer; a message under a key replaces the unsent one under the same key."""
        self.outbox.send(pack(self.number, message), None if key is None else (self.number, key))

    def start(self, answer: Callable[["Exchange"], Awaitable[None]]) -> asyncio.Task[None]:
        """Answer by this function, in a task of its own; whatever goes wrong in it becomes one `Failed`."""
        self._task = asyncio.get_running_loop().create_task(self._run(answer))
        return self._task

    def stop(self, reason: EngineError | None) -> None:
        """End the request: with this error, or silently because nobody waits any more."""
        if self._task is not None and not self._task.done():
            self._reason = reason
            self._task.cancel()

    async def _run(self, answer: Callable[["Exchange"], Awaitable[None]]) -> None:
        try:
            await answer(self)
        except asyncio.CancelledError:
            if self._reason is not None:
                self.send(Failed.of(self._reason))
        except EngineError as error:
            self.send(Failed.of(error))
        except Exception:
            log.exception("request %d failed", self.number)
            self.send(Failed.of(InternalError()))
