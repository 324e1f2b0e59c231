"""What is known of the engine, kept up to date in the background, so that it can be told without waiting."""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from bot.studio.absence import absent
from bot.studio.requests import Refusal
from engine.api import Description, EngineError, Kind, ModelInfo
from engine.api.errors import EngineLost, SettingsRefused

log = logging.getLogger(__name__)

ONLINE_S = 5.0
"""Seconds between two looks at an engine that answers..."""
OFFLINE_S = 0.5
"""...and at one that does not."""
GRACE_S = 15.0
"""An engine that crashed may be back this soon; until then it does not count as offline."""


class Describes(Protocol):
    """The part of `engine.client.Engine` that is needed here."""

    async def describe(self) -> Description:
        """Tell what the engine can do."""
        ...


class Watch:
    """Asks the engine for its description again and again."""

    def __init__(self, engine: Describes, changed: Callable[[], None] = lambda: None, *, own: bool = False) -> None:
        """Watch this engine; `changed` is called after every answer. `own`: it has the settings of this process."""
        self._engine = engine
        self._changed = changed
        self._own = own
        self._answered_at: float | None = None
        self.description: Description | None = None
        """The last answer."""
        self.reason = ""
        """Why the engine is offline, in one sentence for its operator; empty while it is not, or is only starting."""
        self.absence = ""
        """The same for members: the key of a refusal."""

    @property
    def online(self) -> bool:
        """Whether the engine answered lately."""
        return self.description is not None and not self.reason

    @property
    def starting(self) -> bool:
        """Whether the engine has never answered yet, and nothing says that it will not."""
        return self.description is None and not self.reason

    def require(self) -> None:
        """Let those pass whose requests the engine will answer.

        Raises:
            Refusal: it is offline.
        """
        if self.absence:
            raise Refusal(self.absence)

    async def run(self) -> None:
        """Watch until cancelled.

        Raises:
            SettingsRefused: an engine of our own cannot start with our settings, and so never will.
        """
        self._answered_at = asyncio.get_running_loop().time()
        while True:
            await self._look()
            self._changed()
            await asyncio.sleep(ONLINE_S if self.online else OFFLINE_S)

    def model(self, name: str | None) -> ModelInfo | None:
        """Return what the engine told about a model, None meaning the default one."""
        if self.description is None:
            return None
        wanted = name or self.description.default_model
        return next((model for model in self.description.models if model.name == wanted), None)

    async def _look(self) -> None:
        try:
            # A first answer may take as long as loading a model does.
            async with asyncio.timeout(GRACE_S if self.description else None):
                self.description = await self._engine.describe()
            self._answered_at = asyncio.get_running_loop().time()
            self._came()
        except TimeoutError:
            self._went(EngineLost("The engine does not answer."))
        except SettingsRefused as error:
            if self._own:
                raise
            self._went(error)
        except EngineError as error:
            if error.kind is Kind.PERMANENT or self._silence_s() > GRACE_S:
                self._went(error)

    def _silence_s(self) -> float:
        assert self._answered_at is not None
        return asyncio.get_running_loop().time() - self._answered_at

    def _came(self) -> None:
        if self.reason:
            log.warning("the engine is back")
        self.reason = self.absence = ""

    def _went(self, error: EngineError) -> None:
        if error.message != self.reason:
            log.warning("the engine is offline: %s", error.message)
        self.reason = error.message
        self.absence = absent(error, starting=self._own and self.description is None).key
