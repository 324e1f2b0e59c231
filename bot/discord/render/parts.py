"""The few shapes that every message of the bot is made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from typing import Any

import discord
from discord import ui

from bot.discord.ids import CustomId
from bot.discord.text import Text

MAX_ALT = 1024
"""Characters of alternative text that Discord takes for one item of a gallery."""
MAX_TEXT = 4000
"""Characters of text that Discord shows in one message, over all its parts."""

_EXTENSIONS = {"image/png": "png", "image/webp": "webp", "image/jpeg": "jpg"}


class Tone(Enum):
    """The colour at the edge of a message, by what it says."""

    WAITING = 0x8A94A6
    WORKING = 0x2F8F9D
    GOOD = 0x4C9A6A
    BAD = 0xB4533C


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a message, kept as bytes so that a repeated attempt can send it again."""

    name: str
    data: bytes
    alt: str = ""
    spoiler: bool = False

    @property
    def url(self) -> str:
        """How a component of the same message refers to the file."""
        return f"attachment://{'SPOILER_' if self.spoiler else ''}{self.name}"

    def file(self) -> discord.File:
        """Return a fresh file object, for one attempt."""
        return discord.File(BytesIO(self.data), self.name, spoiler=self.spoiler, description=self.alt or None)


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready to be sent: its components and its files."""

    items: tuple[ui.Item[Any], ...]
    uploads: tuple[Upload, ...] = ()

    def view(self) -> ui.LayoutView:
        """Return the components as a view that the library does not keep: clicks come back through their custom ids."""
        view = ui.LayoutView(timeout=None)
        for item in self.items:
            view.add_item(item)
        if view.content_length() > MAX_TEXT:
            raise ValueError(f"A message of {view.content_length()} characters; Discord shows {MAX_TEXT}.")
        view.stop()
        return view

    def files(self) -> list[discord.File]:
        """Return fresh file objects, for one attempt."""
        return [upload.file() for upload in self.uploads]


def notice(words: str, tone: Tone | None = None) -> Message:
    """Return a message that says one thing."""
    return Message((box([ui.TextDisplay(words)], tone),))


def box(items: Iterable[ui.Item[Any]], tone: Tone | None = None) -> ui.Container[Any]:
    """Put items into one frame."""
    return ui.Container(*items, accent_colour=None if tone is None else tone.value)


def button(
    label: str, target: CustomId, style: discord.ButtonStyle = discord.ButtonStyle.secondary, *, disabled: bool = False
) -> ui.Button[Any]:
    """Return a button that carries `target`."""
    return ui.Button(label=label, style=style, custom_id=str(target), disabled=disabled)


def row(*buttons: ui.Item[Any]) -> ui.ActionRow[Any]:
    """Put up to five buttons, or one menu, side by side."""
    return ui.ActionRow(*buttons)


def numbered_row(
    verb: str, numbered: Sequence[tuple[int, int]], text: Text, *, page: int | None = None
) -> ui.ActionRow[Any]:
    """Return one button for each (number, id), on a page of a list if one is given; a single first needs no number."""
    plain = len(numbered) == 1 and numbered[0][0] == 1
    style = discord.ButtonStyle.danger if verb == "delete" else discord.ButtonStyle.secondary
    return row(
        *(
            button(text(f"button.{verb}") if plain else text(f"button.{verb}_n", n=n), CustomId(verb, id_, page), style)
            for n, id_ in numbered
        )
    )


def gallery(uploads: Sequence[Upload]) -> ui.MediaGallery[Any]:
    """Show up to ten files of the same message."""
    return ui.MediaGallery(
        *(
            discord.MediaGalleryItem(upload.url, description=upload.alt or None, spoiler=upload.spoiler)
            for upload in uploads
        )
    )


def picture_name(owner: int, number: int, media_type: str) -> str:
    """Return a file name that says nothing of the prompt."""
    return f"salon-{owner}-{number}.{_EXTENSIONS.get(media_type, 'bin')}"


def image_type(data: bytes) -> str:
    """Tell the media type of a picture of our own by its first bytes."""
    if data.startswith(b"\x89PNG"):
        return "image/png"
    return "image/webp" if data[8:12] == b"WEBP" else "image/jpeg"
