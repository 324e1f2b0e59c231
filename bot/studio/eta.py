"""How long painting takes, from the step times that the engine has measured."""

from collections.abc import Mapping

from engine.api import ModelInfo

LATE_S = 12 * 60
"""A private result expected later than this may come after its reply can be edited."""


def rows_of_picture(model: ModelInfo | None) -> int:
    """Return the network rows that one picture takes; with guidance it is two."""
    return 2 if model is None or model.guidance > 1 else 1


def work(model: ModelInfo | None, count: int, sides: tuple[int, int] | None) -> float:
    """Return the row-steps of a job, in steps at the model's native size: attention aside, time goes with area."""
    if model is None:
        return float(count)
    width, height = sides or model.native
    area = width * height / (model.native[0] * model.native[1])
    return count * model.steps * rows_of_picture(model) * area


def row_seconds(model: ModelInfo | None) -> float | None:
    """Return the seconds that one row takes for one step in a full batch; None until measured."""
    if model is None or not model.step_seconds:
        return None
    fewest = min(model.step_seconds)
    cap = max(fewest, model.row_cap or max(model.step_seconds))
    return min(seconds / rows for rows, seconds in model.step_seconds.items() if rows <= cap)


def seconds(model: ModelInfo | None, before: float, own: float, count: int) -> float | None:
    """Return the seconds until a job is done.

    Args:
        model: what paints it.
        before: row-steps to be done before it.
        own: its own row-steps.
        count: its pictures.
    """
    per_row = row_seconds(model)
    if per_row is None or model is None:
        return None
    # Even in an empty engine the steps come one after the other.
    alone = own / max(1, count * rows_of_picture(model)) * _nearest(model.step_seconds, count * rows_of_picture(model))
    return before * per_row + max(own * per_row, alone)


def room(model: ModelInfo | None) -> int:
    """Return how many pictures the engine should be given at once: as many as fill a batch, and never none."""
    cap = model.row_cap if model is not None else None
    return max(1, (cap or _UNMEASURED_ROWS) // rows_of_picture(model))


_UNMEASURED_ROWS = 8


def _nearest(step_seconds: Mapping[int, float], rows: int) -> float:
    return step_seconds[min(step_seconds, key=lambda known: abs(known - rows))]
