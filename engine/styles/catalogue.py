"""Reading the catalogue of styles and finding one by any of its names."""

import functools
import re
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from engine.api.errors import SettingsRefused
from engine.names import nearest, unknown

_SLOT = "{prompt}"
_NO_SUBJECT = re.compile(r"( of| inspired by)? ?\{prompt\}")
"""What is left out of a template where nothing was asked for."""

_Words = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A named look."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    title: _Words
    description: _Words
    prompt: Annotated[str, Field(pattern=r"^[^{}]*\{prompt\}[^{}]*$")]
    """Template with one `{prompt}`."""
    negative: str = ""
    """What the look must avoid."""
    aliases: tuple[_Words, ...] = ()

    def apply(self, prompt: str, negative: str) -> tuple[str, str]:
        """Put the style's words around a prompt, which may be empty, and add its own to the negative prompt."""
        wanted = prompt.strip()
        template = self.prompt if wanted else _NO_SUBJECT.sub("", self.prompt)
        styled = template.replace(_SLOT, wanted).strip(" ,")
        return styled, ", ".join(part for part in (negative.strip(), self.negative) if part)


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
    return styles


def find(name: str) -> Style:
    """Find a style by its name, title or alias; case, spaces and hyphens do not count.

    Raises:
        UnknownName: with the nearest names.
    """
    styles = catalogue()
    found = _by_any_name(styles).get(_folded(name))
    if found:
        return found
    known = {alias: style.name for style in styles for alias in (style.title, *style.aliases, style.name)}
    close = dict.fromkeys(known[hit] for hit in nearest(name, known))
    raise unknown("style", name, [style.name for style in styles], tuple(close))


def _entry(name: str, table: object) -> object:
    return table | {"name": name} if isinstance(table, dict) else table


def _by_any_name(styles: tuple[Style, ...]) -> dict[str, Style]:
    index: dict[str, Style] = {}
    for style in styles:
        for name in (style.name, style.title, *style.aliases):
            other = index.setdefault(_folded(name), style)
            if other is not style:
                raise SettingsRefused(f"The styles {other.name!r} and {style.name!r} share the name {name!r}.")
    return index


def _folded(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())
