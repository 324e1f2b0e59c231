"""Reading the catalogue of styles and finding one by any of its names."""

import functools
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from engine.api import OwnStyle
from engine.api.errors import SettingsRefused
from engine.corpus.lexicon import values
from engine.names import nearest, unknown
from engine.styles.words import Template, closed, reads_chinese, said_beside, worded

REFERENCES = "references"
"""The folder beside the catalogue that reference pictures lie in."""

_Words = Annotated[str, Field(min_length=1)]
_Name = Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
_Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A named look."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: _Name
    title: _Words
    title_zh: _Words
    description: _Words
    description_zh: _Words
    prompt: Template
    """For prompts in English, and in any other language without a template of its own."""
    prompt_zh: Template
    negative: str = ""
    """What the look must avoid."""
    aliases: tuple[_Words, ...] = ()
    palette: tuple[_Colour, ...] = ()
    """What the look is mostly made of, such as `#f4d35e`."""
    nearest: _Name | None = None
    """The style that a model of a closed world paints instead; None is one that every such model was taught."""
    mood: str | None = None
    """A mood of the corpus that such a model is asked for beside."""
    tones: str | None = None
    """Likewise a palette of the corpus."""
    guidance: Annotated[float, Field(ge=0.25, le=4)] = 1.0
    """Times the guidance that a model takes by itself."""
    steps: Annotated[float, Field(ge=0.5, le=4)] = 1.0
    """Times the steps that a model takes by itself."""
    reference: str | None = None
    """A picture of the look, in the folder `references`."""

    def apply(self, prompt: str, negative: str, lexicon: frozenset[str] = frozenset()) -> tuple[str, str]:
        """Put the style's words around a prompt, which may be empty, and add its own to the negative prompt.

        Args:
            prompt: In any language; Chinese ones take the Chinese template.
            negative: What the person wants to avoid.
            lexicon: Every word that the model was taught, of a model of a closed world: then the nearest style that it
                knows is applied, in a language that it reads.
        """
        style, chinese = self.within(lexicon), reads_chinese(prompt, lexicon)
        beside = said_beside(prompt, self.mood, self.tones, lexicon, chinese=chinese)
        prompt = ("，" if chinese else ", ").join(part for part in (prompt.strip(), *beside) if part)
        return worded(style.prompt_zh if chinese else style.prompt, prompt), ", ".join(
            part for part in (negative.strip(), style.negative) if part
        )

    def within(self, lexicon: frozenset[str]) -> "Style":
        """Return what a model of that lexicon paints: the nearest style, where its world is closed."""
        return find(self.nearest) if closed(lexicon) and self.nearest else self


_STYLES = TypeAdapter(tuple[Style, ...])


@functools.cache
def catalogue() -> tuple[Style, ...]:
    """Return every style, in the catalogue's order.

    Raises:
        SettingsRefused: the catalogue has been edited and no longer makes sense.
    """
    return parse(resources.files("engine.styles").joinpath("catalogue.toml").read_text(encoding="utf-8"))


def parse(text: str) -> tuple[Style, ...]:
    """Read a catalogue from TOML: one table per style, headed by its name.

    Raises:
        SettingsRefused: naming the entry and what is wrong with it.
    """
    try:
        tables = tomllib.loads(text)
        styles = _STYLES.validate_python(tuple(_entry(*item) for item in tables.items()))
    except tomllib.TOMLDecodeError as error:
        raise SettingsRefused(f"The style catalogue is not valid TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        name = list(tables)[int(first["loc"][0])]
        field = ".".join(str(part) for part in first["loc"][1:])
        raise SettingsRefused(f"Style {name!r} in the catalogue: {field}: {first['msg'].lower()}.") from error
    _by_any_name(styles)
    for style in styles:
        _check_links(style, styles)
    return styles


def find(name: str) -> Style:
    """Find a style by its name, title or alias; case, spaces and hyphens do not count.

    Raises:
        UnknownName: with the nearest names.
    """
    styles = catalogue()
    found = _by_any_name(styles).get(folded(name))
    if found:
        return found
    known = {alias: style.name for style in styles for alias in names(style)}
    close = dict.fromkeys(known[hit] for hit in nearest(name, known))
    raise unknown("style", name, [style.name for style in styles], tuple(close))


def look(name: str, own: Sequence[OwnStyle] = ()) -> Style | OwnStyle:
    """Find what a brief's `style` names: one of the styles that came with it, else one of the catalogue.

    Raises:
        UnknownName: with the nearest names of the catalogue.
    """
    return next((style for style in own if folded(style.name) == folded(name)), None) or find(name)


def names(style: Style) -> tuple[str, ...]:
    """Return everything that a style answers to."""
    return (style.title, style.title_zh, *style.aliases, style.name)


def folded(name: str) -> str:
    """Return a name as names are compared."""
    return "".join(char for char in name.casefold() if char.isalnum())


def _entry(name: str, table: object) -> object:
    return table | {"name": name} if isinstance(table, dict) else table


def _by_any_name(styles: tuple[Style, ...]) -> dict[str, Style]:
    index: dict[str, Style] = {}
    for style in styles:
        for name in names(style):
            other = index.setdefault(folded(name), style)
            if other is not style:
                raise SettingsRefused(f"The styles {other.name!r} and {style.name!r} share the name {name!r}.")
    return index


def _check_links(style: Style, styles: tuple[Style, ...]) -> None:
    for name, factor, value in (("mood", "mood", style.mood), ("tones", "palette", style.tones)):
        if value is not None and value not in values(factor):
            known = ", ".join(values(factor))
            raise SettingsRefused(f"Style {style.name!r} in the catalogue: {name}: {value!r} is none of {known}.")
    if style.nearest is not None:
        target = next((other for other in styles if other.name == style.nearest), None)
        if target is None or target.nearest is not None:
            raise SettingsRefused(
                f"Style {style.name!r} in the catalogue: nearest: {style.nearest!r} is no style without a nearest."
            )
    if style.reference is not None:
        folder = resources.files("engine.styles").joinpath(REFERENCES)
        if style.reference not in [file.name for file in folder.iterdir()] if folder.is_dir() else True:
            raise SettingsRefused(
                f"Style {style.name!r} in the catalogue: reference: there is no {REFERENCES}/{style.reference}."
            )
