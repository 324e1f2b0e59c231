"""Whoever can tell what a picture shows."""

from __future__ import annotations

from typing import Protocol

from PIL.Image import Image

from engine.api import PictureWords
from engine.api.errors import ModelRefused
from engine.api.questions import Language
from engine.diffusion.loading import SHIPPED

HOUSE = "mini-clip"
"""The setting that means the model that comes with Salon."""


class Describer(Protocol):
    """Tells what pictures show."""

    def describe(self, picture: Image, language: Language) -> PictureWords:
        """Say what an RGB picture of any size shows."""
        ...


def open_describer(name: str) -> Describer:
    """Load whom the settings name: mini-clip, a folder, or a captioner of the hub.

    Raises:
        ModelRefused: it is not there, or cannot be used.
    """
    if name == HOUSE:
        from engine.describing.knowing import Knowing
        from engine.evaluation.agreement import Agreement

        agreement = Agreement.load(SHIPPED / HOUSE)
        if agreement is None:
            raise ModelRefused(
                f"Pictures are described by {HOUSE}, which is not installed here; train it with `salon train {HOUSE}`, "
                "or name a captioner with SALON_ENGINE__DESCRIBER."
            )
        return Knowing(agreement)
    from engine.describing.captioner import Captioner

    return Captioner(name)
