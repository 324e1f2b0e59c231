"""All that requests are served with, once it is loaded: families, batcher, encoders, input cache."""

import dataclasses
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import psutil

from engine import __version__
from engine.api import MAX_COUNT, MAX_PROMPT, Description, ModelInfo, Question, StyleInfo
from engine.batcher import Batcher
from engine.describing.desk import Desk
from engine.families.base import Family, Inputs
from engine.names import model_name
from engine.pictures.intake import MAX_UPLOAD_BYTES
from engine.server import machine
from engine.server.cache import InputCache
from engine.settings import EngineSettings
from engine.steptimes import StepTimes
from engine.styles import Style, catalogue
from engine.wire.frames import PROTOCOL

log = logging.getLogger(__name__)

Build = Callable[[EngineSettings], Mapping[str, Family]]
"""Makes the families; it may take seconds and import torch."""

ENCODERS = 2
"""Threads that encode results."""
READERS = 2
"""Threads that decode what strangers send: not the encoders', so that a slow upload delays no finished picture."""


class Workshop:
    """The loaded engine. Its batcher runs in a thread of its own from `start` on."""

    def __init__(self, settings: EngineSettings, build: Build) -> None:
        """Load everything; takes seconds.

        Raises:
            EngineError: the settings or the models cannot be used.
        """
        self.settings = settings
        self.families = build(settings)
        caches = settings.data_dir / "cache"
        times = StepTimes(caches / "step_times.json", machine.signature(settings))
        self.batcher = Batcher(self.families, settings, times=times)
        self.inputs = InputCache(caches / "inputs", settings.cache_mb * 1024 * 1024)
        self.encoders = ThreadPoolExecutor(ENCODERS, "encode")
        self.readers = ThreadPoolExecutor(READERS, "read")
        self._desk = Desk(settings, self.families)
        self._thread: threading.Thread | None = None

    def start(self, crashed: Callable[[], None]) -> None:
        """Let the batcher run; `crashed` is called, in its thread, should it ever fail."""

        def run() -> None:
            try:
                self.batcher.run()
            except Exception:
                log.exception("the batcher failed; the engine ends, so that it can be started anew")
                crashed()

        self._thread = threading.Thread(target=run, name="batcher", daemon=True)
        self._thread.start()

    def stop(self, wait_s: float) -> None:
        """Stop the batcher after its current step, waiting at most so many seconds for it."""
        self.batcher.stop()
        if self._thread is not None:
            self._thread.join(wait_s)

    def answer(self, question: Question[object], inputs: Inputs) -> Future[object]:
        """Have a question answered between two steps, where the networks are not in use."""
        return self.batcher.between(lambda: self._desk.answer(question, inputs))

    def describe(self) -> Description:
        """Tell what this engine can do; to be called outside the event loop."""
        return Description(
            engine_version=__version__,
            protocol=PROTOCOL,
            device=machine.device(self.settings),
            threads=machine.threads(self.settings),
            memory_bytes=psutil.Process().memory_info().rss,
            models=tuple(
                self._timed(family.name, model) for family in self.families.values() for model in family.models()
            ),
            default_model=model_name(self.settings.model),
            styles=tuple(map(_told, catalogue())),
            max_prompt=MAX_PROMPT,
            max_count=MAX_COUNT,
            max_upload_bytes=MAX_UPLOAD_BYTES,
            running=self.batcher.running(),
        )

    def _timed(self, family: str, model: ModelInfo) -> ModelInfo:
        if not model.loaded:
            return model  # asking for its times would load it
        seconds, cap = self.batcher.step_times(family, model.name)
        return dataclasses.replace(model, step_seconds=seconds, row_cap=cap)


def _told(style: Style) -> StyleInfo:
    return StyleInfo(
        name=style.name,
        title=style.title,
        description=style.description,
        title_zh=style.title_zh,
        description_zh=style.description_zh,
        aliases=style.aliases,
    )
