"""Which fields of a brief go with which mode."""

from engine.api import Brief
from engine.api.errors import InvalidBrief
from engine.modes import blend, morph

IN_PART = ("edit", "erase")
"""Modes that paint a part of a picture anew and keep the rest."""


def check(brief: Brief) -> None:
    """Refuse a brief whose fields do not go with its mode.

    Raises:
        InvalidBrief: saying which is missing or too many.
    """
    if brief.mode == "vary" and (brief.source is None) == (not brief.noise):
        raise InvalidBrief("A variation starts either from a picture or from a picture's noise; name one of the two.")
    if brief.mode != "vary" and brief.noise:
        raise InvalidBrief("Only a variation takes the noise of another picture; leave it out.")
    blend.check(brief)
    morph.check(brief)
    if brief.mode in IN_PART:
        if brief.source is None:
            raise InvalidBrief("Send the picture of which a part is to be painted anew.")
        marks = (brief.mask, brief.box, brief.find, None if brief.mode == "erase" else brief.place)
        if all(mark is None for mark in marks):
            raise InvalidBrief("Say which part of the picture is to be painted anew: by a box, a mask or words for it.")
    elif any(mark is not None for mark in (brief.mask, brief.box, brief.find, brief.place)):
        raise InvalidBrief("A box, a mask, a place or words to find are for editing a picture; leave them out.")
    if brief.mode == "erase" and brief.place is not None:
        raise InvalidBrief("Erasing keeps a picture's frame; extend it in a request of its own.")
    if brief.references and brief.ingredients:
        raise InvalidBrief(f"A {brief.mode} mixes its pictures as they are; leave the reference pictures out.")
    if brief.layout and (brief.references or brief.ingredients):
        raise InvalidBrief(
            "A layout goes with words alone, not with reference pictures or mixtures; leave one of them out."
        )
    if brief.keep_colours:
        raise InvalidBrief("Only restyling keeps a picture's colours; leave that out.")
    if brief.control and (brief.references or brief.ingredients or brief.tile):
        raise InvalidBrief(
            "A ControlNet goes with words and a start alone; leave it, or the other pictures or the tile, out."
        )
    if brief.references and brief.tile:
        raise InvalidBrief("A seamless tile is painted without reference pictures; leave one of the two out.")


def refuse(brief: Brief, model: str) -> None:
    """Refuse what a model without an adapter cannot do.

    Raises:
        InvalidBrief: naming it.
    """
    check(brief)
    if brief.references or brief.palette or brief.layout or brief.control or brief.loras:
        raise InvalidBrief(
            f"The model {model} takes no reference pictures, palettes, layouts or LoRAs; use another model."
        )
    if brief.mode != "imagine" or brief.tile:
        wish = "paint seamless tiles" if brief.tile else f"{brief.mode} pictures"
        raise InvalidBrief(f"The model {model} cannot {wish}; use another model.")
