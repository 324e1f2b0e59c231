"""The models that this engine may paint with, opened when first asked for."""

import gc
import logging
import threading
import weakref

import torch

from engine.api import Executor as Wanted
from engine.api import ModelInfo
from engine.api.errors import ModelRefused
from engine.api.guides import Lora
from engine.diffusion.adapters import build_adapter
from engine.diffusion.adapters.base import Adapter
from engine.diffusion.control import open_control
from engine.diffusion.device import choose_device, choose_precision
from engine.diffusion.executors import Controlled, Executor, Full, Referring, Seamless
from engine.diffusion.executors.mixing import Mixing
from engine.diffusion.executors.preparation import Preparation
from engine.diffusion.loading import Source, find, open_source
from engine.diffusion.lora import Worn, opened_loras
from engine.diffusion.model import Model, info, read_defaults
from engine.diffusion.preview import Previewer
from engine.diffusion.state import State
from engine.diffusion.trial import trial
from engine.families.base import Probe
from engine.names import model_name, unknown
from engine.settings import EngineSettings

log = logging.getLogger(__name__)

CONTROLS = "controls"
LORAS = "loras"
"""The folders of the data folder in which ControlNets and LoRAs lie."""
_IDLE = 4
"""Sets of LoRAs that are kept although nobody paints with them."""


class Loaded:
    """A model, its adapter, its executors and its previews."""

    def __init__(self, model: Model, settings: EngineSettings) -> None:
        self.adapter: Adapter = build_adapter(model)
        self.full = Full(self.adapter)
        self._seamless: Seamless | None = None
        self._referring: Referring | None = None
        self._controlled: dict[str, Controlled] = {}
        self._data_dir = settings.data_dir
        self._mixing: Mixing | None = None
        self.previewer = Previewer(self.adapter, settings.data_dir)
        self.states: weakref.WeakSet[State] = weakref.WeakSet()
        self._preparation = Preparation(self.adapter, settings)
        # What was compiled is the plain network, and to compile every set of LoRAs would take longer than they paint.
        self._policy = "full" if isinstance(model, Worn) else settings.executor
        self._probes: dict[str, Probe] = {}

    def executor(self, wanted: Wanted, width: int, height: int) -> Executor:
        """Choose who calls the network for a picture that starts now.

        `full` in the settings or in the brief is always heeded; `fast` waits for the compiled network, and `auto` takes
        it once it is there.
        """
        if "full" in (wanted, self._policy) or not self.adapter.traceable(width, height):
            return self.full
        if "fast" in (wanted, self._policy):
            return self._preparation.wait(width, height) or self.full
        return self._preparation.ready(width, height) or self.full

    def seamless(self) -> Executor:
        """Return who calls the network for pictures that repeat without a seam.

        Raises:
            InvalidBrief: the model's network has no convolutions that could be led round.
        """
        if self._seamless is None:
            self._seamless = Seamless(self.adapter)
        return self._seamless

    def referring(self) -> Executor:
        """Return who calls the network for pictures that look at others.

        Raises:
            InvalidBrief: the model's network has no self-attention to do it with.
        """
        if self._referring is None:
            self._referring = Referring(self.adapter)
        return self._referring

    def mixing(self, wanted: Wanted, width: int, height: int) -> Executor:
        """Choose who calls the network for a mixture of several texts.

        Where it is a UNet they are mixed in its attention, unless the compiled one was asked for by name.
        """
        if self.adapter.network != "unet" or wanted == "fast":
            return self.executor(wanted, width, height)
        if self._mixing is None:
            self._mixing = Mixing(self.adapter)
        return self._mixing

    def controlled(self, name: str) -> Executor:
        """Return who calls the network for pictures that are led by the ControlNet of that name.

        Raises:
            UnknownName: there is none.
            InvalidBrief: it was made for another model.
        """
        if name not in self._controlled:
            folder = self._data_dir / CONTROLS
            self._controlled = {name: Controlled(self.adapter, open_control(name, folder, self.adapter))}
        return self._controlled[name]

    def probe(self) -> Probe:
        """Return a trial step of scratch rows at the native size, by the executor that would serve a picture now."""
        defaults = self.adapter.model.defaults
        executor = self.executor("auto", defaults.width, defaults.height)
        if executor.name not in self._probes:
            self._probes[executor.name] = trial(self.adapter, executor)
        return self._probes[executor.name]

    def preparing(self) -> bool:
        """Whether a fast executor is being prepared in the background."""
        return self._preparation.under_way()

    def tile(self) -> None:
        """Decode by tiles from now on."""
        for executor in (self.full, *self._preparation.prepared()):
            executor.tile()


class Library:
    """Opens models by the names that the settings allow; any thread may ask for their description."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._places: dict[str, str] = {}
        for place in (settings.model, *settings.models):
            self._places.setdefault(model_name(place), place)
        self._sources: dict[str, Source] = {}
        self._loaded: dict[str, Loaded] = {}
        self._worn: dict[tuple[str, tuple[Lora, ...]], Loaded] = {}
        self._lock = threading.RLock()
        if settings.threads:
            torch.set_num_threads(settings.threads)

    def source(self, name: str | None) -> Source:
        """Return the verified folder of the default (or the named) model.

        Raises:
            UnknownName: the settings do not list that name; a brief may not make the engine open any folder it likes.
            ModelRefused: its files cannot be used.
        """
        name = model_name(name or self._settings.model)
        if name not in self._places:
            raise unknown("model", name, self._places)
        with self._lock:
            if name not in self._sources:
                self._sources[name] = open_source(self._places[name])
            return self._sources[name]

    def get(self, name: str | None, loras: tuple[Lora, ...] = ()) -> Loaded:
        """Return a model that has an adapter, ready to paint.

        Raises:
            UnknownName: there is no such LoRA.
            InvalidBrief: a LoRA was made for another model.
        """
        source = self.source(name)
        with self._lock:
            if source.name not in self._loaded:
                device = choose_device(self._settings.device)
                model = Model(source, device, choose_precision(self._settings.precision, device))
                self._loaded[source.name] = Loaded(model, self._settings)
            plain = self._loaded[source.name]
            return self._wearing(plain, loras) if loras else plain

    def _wearing(self, plain: Loaded, loras: tuple[Lora, ...]) -> Loaded:
        """Return a model that wears LoRAs; of those that nobody paints with, the last few are kept."""
        opened = opened_loras(loras, self._settings.data_dir / LORAS)
        key = (plain.adapter.model.name, tuple(lora for lora, _ in opened))
        worn = self._worn.pop(key, None) or Loaded(Worn(plain.adapter.model, opened), self._settings)
        for idle in [old for old, one in self._worn.items() if not one.states][: -_IDLE or None]:
            del self._worn[idle]
        self._worn[key] = worn
        return worn

    def describe(self) -> tuple[ModelInfo, ...]:
        """Describe every model that is on this machine; one that cannot be used is left out and logged."""
        found = []
        for name, place in self._places.items():
            try:
                if name in self._sources or find(place) is not None:
                    source = self.source(name)
                    loaded = self._loaded.get(name)
                    preparing = loaded is not None and loaded.preparing()
                    about = info(source, read_defaults(source), loaded=loaded is not None, preparing=preparing)
                    found.append(about)
            except ModelRefused as error:
                log.warning("%s", error.message)
        return tuple(found)

    def relieve(self, pressure: int) -> bool:
        """Drop the models that paint nothing now, release caches and, under more pressure, decode by tiles.

        A model that is being compiled stays: opened anew it would be compiled twice at once.
        """
        with self._lock:
            self._worn = {key: one for key, one in self._worn.items() if one.states}
            kept = {name: one for name, one in self._loaded.items() if one.states or one.preparing()}
            self._loaded = kept
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        if pressure > 1:
            for loaded in self._loaded.values():
                loaded.tile()
        return True
