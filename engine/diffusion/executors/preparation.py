"""When the fast executor is there: prepared in the background at first use, while eager torch serves."""

import logging
import threading
from collections.abc import Hashable

from engine.diffusion.adapters.base import Adapter
from engine.diffusion.executors import openvino
from engine.diffusion.executors.base import Executor
from engine.diffusion.executors.compiled import Compiled
from engine.settings import EngineSettings

log = logging.getLogger(__name__)


class _Attempt:
    """One preparation, under way or done; `executor` stays None where it failed."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.executor: Executor | None = None


class Preparation:
    """Prepares and keeps the fast executors of one model."""

    def __init__(self, adapter: Adapter, settings: EngineSettings) -> None:
        self._adapter = adapter
        self._settings = settings
        self._attempts: dict[Hashable, _Attempt] = {}
        self._lock = threading.Lock()

    def ready(self, width: int, height: int) -> Executor | None:
        """Return the fast executor for that size if it is at hand, and begin to prepare it if it is not."""
        attempt = self._attempt(width, height)
        return attempt.executor if attempt.done.is_set() else None

    def wait(self, width: int, height: int) -> Executor | None:
        """Return the fast executor for that size once it is prepared, or None where that failed."""
        attempt = self._attempt(width, height)
        attempt.done.wait()
        return attempt.executor

    def prepared(self) -> list[Executor]:
        """Return all that are at hand."""
        return [attempt.executor for attempt in self._attempts.values() if attempt.executor is not None]

    def under_way(self) -> bool:
        """Whether a fast executor is being prepared."""
        return any(not attempt.done.is_set() for attempt in list(self._attempts.values()))

    def _attempt(self, width: int, height: int) -> _Attempt:
        key = "any" if self._adapter.traces_every_size else (width, height)
        with self._lock:
            if key not in self._attempts:
                self._attempts[key] = attempt = _Attempt()
                if self._on_disk(width, height):
                    self._prepare(attempt, width, height)
                else:
                    threading.Thread(target=self._prepare, args=(attempt, width, height), daemon=True).start()
            return self._attempts[key]

    def _on_disk(self, width: int, height: int) -> bool:
        folder = openvino.folder_for(self._adapter, self._settings.data_dir, width, height)
        return self._adapter.model.device.type == "cpu" and folder.is_dir()

    def _prepare(self, attempt: _Attempt, width: int, height: int) -> None:
        try:
            attempt.executor = self._build(width, height)
        except Exception:
            name = self._adapter.model.name
            log.warning("the model %s paints eagerly: it could not be compiled", name, exc_info=True)
        finally:
            attempt.done.set()

    def _build(self, width: int, height: int) -> Executor | None:
        device = self._adapter.model.device.type
        if device == "cuda":
            return Compiled(self._adapter, width, height)
        if device != "cpu":
            return None
        folder = openvino.folder_for(self._adapter, self._settings.data_dir, width, height)
        openvino.sweep(folder.parent)
        if not folder.is_dir():
            if not openvino.has_room(self._adapter):
                log.warning("the model %s paints eagerly: too little memory to compile it", self._adapter.model.name)
                return None
            openvino.convert(self._adapter, folder, width, height)
        return openvino.OpenVino(self._adapter, folder, self._settings.threads)
