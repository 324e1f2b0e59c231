"""What a subtle variation takes from the recipe of its parent."""

import math

from engine.api.brief import MAX_SHARES, Share
from engine.api.errors import InvalidBrief
from engine.api.recipe import Recipe


def turn(strength: float) -> tuple[float, float]:
    """Return how much of the parent's noise and of new noise a strength of 0-1 makes: a quarter of a circle."""
    angle = strength * math.pi / 2
    return math.cos(angle), math.sin(angle)


def noise_of(recipe: Recipe) -> tuple[Share, ...]:
    """Return the noise that a picture was painted from, as the brief of a variation of it names it.

    The variation must be painted by the same model at the same size. A line of variations is told in full, so that each
    can be painted again without its ancestors; of a very long one the least shares are left out.

    Raises:
        InvalidBrief: the picture was painted from another one, not from noise alone, or mixed of several.
    """
    if recipe.ingredients:
        raise InvalidBrief("This picture was mixed of others; vary it strongly, or mix it again from another seed.")
    if recipe.source is not None:
        raise InvalidBrief("This picture was painted from another one, not from words alone; vary it strongly instead.")
    own = recipe.seed + recipe.index
    if not recipe.noise:
        return (Share(own, 1.0),)
    kept, new = turn(1.0 if recipe.strength is None else recipe.strength)
    shares = [Share(share.seed, kept * share.weight) for share in recipe.noise] + [Share(own, new)]
    # The first also leads the noise that some schedulers add in every step.
    heaviest = sorted(shares[1:], key=lambda share: -share.weight)[: MAX_SHARES - 1]
    return (shares[0], *(share for share in shares[1:] if share in heaviest))
