"""`salon train`: passes on to the training package."""

import math

from engine.api.errors import InternalError, InvalidBrief
from engine.names import unknown
from engine.training import train as run
from engine.training.loop import TrainingDivergedError
from engine.training.recipe import recipe_names


def train(name: str, minutes: float) -> None:
    """Train a model; what an interrupted run learnt is kept and the next one goes on from there.

    Raises:
        UnknownName: no recipe is called so.
        InvalidBrief: there is no such time.
        InternalError: the training came to nothing.
    """
    if name not in recipe_names():
        raise unknown("training recipe", name, recipe_names())
    if not 0 < minutes < math.inf:
        raise InvalidBrief(f"--minutes takes a number greater than 0; you gave {minutes:g}.")
    try:
        run(name, minutes)
    except TrainingDivergedError as error:
        raise InternalError(str(error)) from error
