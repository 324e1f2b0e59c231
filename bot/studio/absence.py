"""What members are told of an engine that is not there or cannot; the log and `salon doctor` tell its operator more."""

from bot.studio.refusals import FAILURES, REFUSALS
from bot.studio.requests import Refusal
from engine.api import EngineError, Kind
from engine.api.errors import EngineLost, EngineResting


def refusal(key: str, error: EngineError) -> Refusal:
    """Say what the engine answered, under this key, or that it is not there: that sentence is its operator's."""
    if isinstance(error, EngineLost):
        return absent(error)
    own = f"{key}_{error.code}"
    return Refusal(own) if own in REFUSALS else Refusal(key, message=error.message)


def failure(error: EngineError) -> tuple[str, dict[str, str]]:
    """Return why a job failed, as the key and the fields of a text; the engine's own sentence where none is."""
    if error.kind is Kind.BUG:
        return "internal", {}
    own = f"engine_{error.code}"
    return (own, {}) if own in FAILURES else ("engine", {"message": error.message})


def absent(error: EngineError, *, starting: bool = False) -> Refusal:
    """Say why the engine is not there. `starting`: it is one of our own that never answered yet."""
    if isinstance(error, EngineResting):
        return Refusal("engine_resting")
    if error.kind is Kind.PERMANENT:
        return Refusal("engine_broken")
    return Refusal("engine_starting" if starting and isinstance(error, EngineLost) else "engine_away")
