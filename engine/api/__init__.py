"""The language spoken between the engine and whoever wants pictures: frozen records of plain values. No torch here."""

from engine.api.brief import (
    MAX_COUNT,
    MAX_PROMPT,
    MAX_SEED,
    MAX_SIDE,
    MAX_STEPS,
    Adjustment,
    Brief,
    Executor,
    OwnStyle,
)
from engine.api.errors import EngineError, Kind
from engine.api.events import (
    Description,
    Event,
    Features,
    Finished,
    Intake,
    ModelInfo,
    Picture,
    Preview,
    Progress,
    Queued,
    StyleInfo,
)
from engine.api.recipe import RECIPE_VERSION, Backend, Recipe

__all__ = [
    "MAX_COUNT",
    "MAX_PROMPT",
    "MAX_SEED",
    "MAX_SIDE",
    "MAX_STEPS",
    "RECIPE_VERSION",
    "Adjustment",
    "Backend",
    "Brief",
    "Description",
    "EngineError",
    "Event",
    "Executor",
    "Features",
    "Finished",
    "Intake",
    "Kind",
    "ModelInfo",
    "OwnStyle",
    "Picture",
    "Preview",
    "Progress",
    "Queued",
    "Recipe",
    "StyleInfo",
]
