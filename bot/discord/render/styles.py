"""Browsing the styles, with an example of each that the shipped model painted (`engine.styles.thumbnails`)."""

from collections.abc import Sequence

import discord
from discord import ui

from bot.discord.clean import shown
from bot.discord.ids import CustomId
from bot.discord.render.crafting import made_of
from bot.discord.render.parts import Message, Upload, box, button, row
from bot.discord.text import Text
from bot.studio.requests import StyleChoice
from engine.styles.examples import example

PAGE = 6
"""Styles on one page: each with an example costs four of the forty components."""


def styles_page(styles: Sequence[StyleChoice], page: int, text: Text) -> Message:
    """Return one page of the styles, the server's own first, counted from 0; one that is none becomes the nearest."""
    styles = sorted(styles, key=lambda style: not style.own)
    pages = max(1, -(-len(styles) // PAGE))
    page = min(max(page, 0), pages - 1)
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(f"{text('styles.title')}\n{text('styles.intro')}")]
    uploads: list[Upload] = []
    chinese = text.language.startswith("zh")
    for style in styles[page * PAGE : (page + 1) * PAGE]:
        title = (chinese and style.title_zh) or style.title
        words = text(
            "styles.line",
            title=shown(title, 100),
            name=shown(style.name, 60),
            description=made_of(style, text)
            if style.own
            else shown((chinese and style.description_zh) or style.description, 300),
        )
        painted = None if style.own else example(style.name)
        if painted is None:
            items.append(ui.TextDisplay(words))
            continue
        upload = Upload(f"style-{style.name}.webp", painted, text("styles.alt", title=title))
        uploads.append(upload)
        items.append(ui.Section(words, accessory=ui.Thumbnail(upload.url, description=upload.alt)))
    if all(style.own for style in styles):
        items.append(ui.TextDisplay(text("styles.away")))  # the house's come with the engine's first answer
    if pages > 1:
        items.append(ui.TextDisplay(text("panel.page", page=page + 1, pages=pages)))
    turns = []
    if page > 0:
        turns.append(button(text("button.previous"), CustomId("styles", page - 1)))
    if page < pages - 1:
        turns.append(button(text("button.next"), CustomId("styles", page + 1), discord.ButtonStyle.primary))
    if turns:
        items.append(row(*turns))
    return Message((box(items),), tuple(uploads))
