"""Panels that one member sees: what can be made of a picture."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.discord.clean import cut
from bot.discord.ids import CustomId
from bot.discord.render import captions
from bot.discord.render.parts import Message, Upload, box, button, gallery, image_type, notice, picture_name, row
from bot.discord.text import Text
from bot.discord.ways import ENLARGEMENTS, coded
from storage.records import Artwork

_OPTIONS = 25
"""Choices of one menu."""
_MENUS = 4
_LABEL = 100
_PAN_LABELS = ("pan_left", "pan_right", "pan_up", "pan_down")
_ZOOM_LABELS = ("zoom_15", "zoom_20")


def tools_panel(artwork: Artwork, look: bytes | None, modes: frozenset[str], text: Text) -> Message:
    """Return what can be made of one picture."""
    private = artwork.private

    def press(label: str, verb: str, way: int = 0) -> ui.Button[Any]:
        return button(text(f"button.{label}"), CustomId(verb, artwork.id, coded(way, private=private)))

    rows: list[list[ui.Button[Any]]] = [[], [], [], []]
    if "edit" in modes:
        rows[0] += [press(label, "pan", way) for way, label in enumerate(_PAN_LABELS)]
        rows[1] += [press(label, "zoom", way) for way, label in enumerate(_ZOOM_LABELS)]
        rows[2] += [press("repaint", "repaint"), press("clear", "clear")]
    if "enlarge" in modes:
        rows[1] += [press(f"enlarge_{times}", "enlarge", way) for way, times in enumerate(ENLARGEMENTS)]
    if "restyle" in modes:
        rows[2].append(press("restyle", "restyle"))
    if "blend" in modes:
        rows[3] += [press("blend", "blend"), press("morph", "morph")]
    rows[3].append(press("lineage", "lineage"))
    items, uploads = _headed(text("panel.tools"), artwork.id, look, captions.alt(artwork, text))
    return Message((box([*items, *(row(*one) for one in rows if one)]),), uploads)


def vary_panel(artworks: Sequence[Artwork], text: Text) -> Message:
    """Ask which picture of a message is varied, and how."""
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(text("panel.vary"))]
    for verb, label in (("vary", "subtle"), ("strong", "strong")):
        items.append(_numbered(verb, label, artworks[:4], text))
    return Message((box(items),))


def which_panel(artworks: Sequence[Artwork], text: Text) -> Message:
    """Ask which picture of a message shall have another style."""
    return Message(
        (box([ui.TextDisplay(text("panel.dress_which")), _numbered("restyle", "restyle", artworks[:4], text)]),)
    )


def dress_panel(
    target: CustomId, look: bytes | None, alt: str, styles: Sequence[tuple[str, str]], text: Text
) -> Message:
    """Ask in which style a picture shall be.

    Args:
        target: What the menus carry: `dress` with an artwork or `wear` with an upload. Each menu has a way of its own.
        look: A small version of the picture.
        alt: Its alternative text.
        styles: Names and titles.
        text: The reader's language.
    """
    items, uploads = _headed(text("panel.dress"), target.id, look, alt)
    private, first = bool((target.n or 0) % 2), 1
    menus = [styles[start : start + _OPTIONS] for start in range(0, len(styles), _OPTIONS)]
    for way, some in enumerate(menus[:_MENUS]):
        menu: ui.Select[Any] = ui.Select(
            custom_id=str(CustomId(target.verb, target.id, coded(way, private=private))),
            placeholder=text("panel.dress_pick", first=first, last=first + len(some) - 1),
            options=[discord.SelectOption(label=cut(title, _LABEL), value=name[:_LABEL]) for name, title in some],
        )
        first += len(some)
        items.append(row(menu))
    return Message((box(items),), uploads) if styles else notice(text("error.busy_commands"))


def _numbered(verb: str, label: str, artworks: Sequence[Artwork], text: Text) -> ui.ActionRow[Any]:
    return row(
        *(
            button(
                text(f"button.{label}_n", n=work.position + 1), CustomId(verb, work.id, coded(0, private=work.private))
            )
            for work in artworks
        )
    )


def _headed(
    words: str, owner: int, look: bytes | None, alt: str
) -> tuple[list[ui.Item[ui.LayoutView]], tuple[Upload, ...]]:
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(words)]
    if look is None:
        return items, ()
    uploads = (Upload(picture_name(owner, 1, image_type(look)), look, alt),)
    return [*items, gallery(uploads)], uploads
