"""The pictures of a look: a guild's own, or one painted by the corpus for a style of the catalogue."""

from dataclasses import replace

from PIL import Image

from engine.api import Brief, OwnStyle
from engine.api.errors import InvalidBrief, MissingInputs
from engine.corpus.factors import draw_factors, generator
from engine.corpus.looks import LOOKS
from engine.corpus.painter import paint
from engine.families.base import Inputs
from engine.prompting.sentences import language_of, told
from engine.styles.catalogue import Style, find, look

_TAUGHT_AS = {"illustration": "plain", "watercolor": "watercolour"}
"""Names of the catalogue that the corpus knows by another."""
_SEED = 7
_SCENES = (3, 8)
"""Scenes of the corpus that a look is shown on."""
_SIDE = 256


def of(brief: Brief, inputs: Inputs) -> list[Image.Image]:
    """Return one to three pictures of the look that a brief names.

    Raises:
        InvalidBrief: it names none, or one without pictures.
        UnknownName: there is no such style.
        MissingInputs: a picture of it is not at hand.
    """
    if brief.style is None:
        raise InvalidBrief("Say in which style: name one, or send one to three pictures of it.")
    style = look(brief.style, brief.styles)
    if isinstance(style, OwnStyle):
        if not style.references:
            raise InvalidBrief(f"The style {style.name} has no pictures to learn from; give it one to three.")
        if not inputs.keys() >= set(style.references):
            raise MissingInputs
        return [inputs[name] for name in style.references]
    name = _painted(style).name
    return [shown(_TAUGHT_AS.get(name, name), scene) for scene in _SCENES]


def notices(brief: Brief) -> tuple[str, ...]:
    """Say which look stands in for one that the corpus does not paint."""
    style = look(brief.style, brief.styles) if brief.style is not None else None
    if not isinstance(style, Style) or style.nearest is None:
        return ()
    title, nearest = ((one.title_zh if language_of(brief) == "zh" else one.title) for one in (style, _painted(style)))
    return (told(brief, "pictureless", style=title, nearest=nearest),)


def shown(name: str, scene: int) -> Image.Image:
    """Paint a scene of the corpus in one of its looks."""
    assert name in LOOKS
    factors = replace(draw_factors(_SEED, scene), style=name)
    return Image.fromarray(paint(factors, generator(_SEED, scene, 1), _SIDE))


def _painted(style: Style) -> Style:
    return find(style.nearest) if style.nearest else style
