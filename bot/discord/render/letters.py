"""What the members see of a job, from the queue to the pictures."""

import discord
from discord import ui

from bot.discord.ids import CustomId
from bot.discord.render import captions
from bot.discord.render.frames import frame_menu
from bot.discord.render.parts import (
    Message,
    Tone,
    Upload,
    box,
    button,
    gallery,
    image_type,
    notice,
    numbered_row,
    picture_name,
    row,
)
from bot.discord.text import Text
from bot.studio.delivery import Letter
from bot.studio.eta import LATE_S

SHOWN = 4
"""Pictures of one result; a job for more shows the first ones and keeps the others in the history."""
_FUTILE = frozenset({"engine", "parent_removed"})
"""Failures that the same request can only meet again."""
_BAR = 12
"""Characters of the progress bar."""


def render(letter: Letter, text: Text, *, modes: frozenset[str] = frozenset(), spoiler: bool = False) -> Message:
    """Return the message for a letter.

    Args:
        letter: what to show.
        text: the reader's language.
        modes: the modes that work, which decide about the buttons.
        spoiler: whether the pictures are covered until somebody clicks.
    """
    if letter.kind == "done":
        return _done(letter, text, modes, spoiler)
    if letter.kind in ("queued", "progress"):
        return _waiting(letter, text, spoiler)
    if letter.kind == "failed":
        return _over(letter, text, text.error(letter.error_key, letter.error_values), Tone.BAD)
    if letter.kind == "cancelled":
        return _over(letter, text, text("job.cancelled"), None)
    return notice(text("job.removed"))


def _done(letter: Letter, text: Text, modes: frozenset[str], spoiler: bool) -> Message:
    job = letter.job
    artworks = letter.artworks[:SHOWN]
    uploads = tuple(
        Upload(picture_name(job.id, number, image_type(data)), data, captions.alt(artwork, text), spoiler)
        for number, (artwork, data) in enumerate(zip(artworks, letter.pictures, strict=False), 1)
    )
    if not uploads:
        return notice(text("job.removed"))
    items: list[ui.Item[discord.ui.LayoutView]] = [ui.TextDisplay(captions.heading(job, text)), gallery(uploads)]
    said = captions.notices(job, text)
    items.append(ui.TextDisplay("\n".join(filter(None, (captions.facts(job, artworks, text), said)))))
    numbered = [(n, artwork.id) for n, artwork in enumerate(artworks, 1)]
    rows = [numbered_row(verb, numbered, text) for verb in ("keep", "vary") if verb == "keep" or verb in modes]
    menus = [frame_menu(artwork, text) for artwork in artworks if artwork.moving and artwork.frames]
    rest = [
        button(text("button.again"), CustomId("again", job.id), discord.ButtonStyle.primary),
        button(text("button.remix"), CustomId("remix", job.id)),
        button(text("button.more"), CustomId("more", job.id)),
    ]
    if len(artworks) == 1:
        # A button alone in a row looks lost; Discord has room for five beside each other.
        items += [row(*(one for each in rows for one in each.children), *rest), *menus]
    else:
        items += [*rows, *menus, row(*rest)]
    return Message((box(items),), uploads)


def _waiting(letter: Letter, text: Text, spoiler: bool) -> Message:
    job = letter.job
    items: list[ui.Item[discord.ui.LayoutView]] = [ui.TextDisplay(captions.heading(job, text))]
    uploads: tuple[Upload, ...] = ()
    if letter.preview:
        uploads = (Upload(f"salon-{job.id}-preview.webp", letter.preview, text("job.preview_alt"), spoiler),)
        items.append(gallery(uploads))
    items.append(ui.TextDisplay(_progress(letter, text) if letter.kind == "progress" else _place(letter, text)))
    items.append(ui.TextDisplay(captions.facts(job, (), text)))
    items.append(row(button(text("button.cancel"), CustomId("cancel", job.id), discord.ButtonStyle.danger)))
    return Message((box(items, Tone.WORKING if letter.kind == "progress" else Tone.WAITING),), uploads)


def _place(letter: Letter, text: Text) -> str:
    place = letter.place or 0
    words = text("job.first" if letter.starting else "job.next")
    if place:
        words = place_words(place, text, "job.one_before", "job.place")
    if letter.starting:
        words = text.join(text("job.starting"), words)
    sentence = text.join(words, eta_words(letter.eta_s, text))
    if letter.eta_s is None or letter.eta_s <= LATE_S:
        return sentence
    if letter.job.private:
        return f"{sentence}\n{text('job.late_private')}"
    return f"{sentence}\n{text('job.late_place')}" if letter.job.user_install else sentence


def place_words(place: int, text: Text, one: str, more: str) -> str:
    """Return how many requests come before a job, where that is one or more."""
    return text(one) if place == 1 else text(more, n=place)


def _progress(letter: Letter, text: Text) -> str:
    if not letter.steps:
        return text.join(text("job.painting"), eta_words(letter.eta_s, text))
    step = min(letter.step or 0, letter.steps)
    full = round(_BAR * step / letter.steps)
    # All pictures' steps together, a number that means nothing to whoever asked for the pictures.
    words = text("job.done_part", percent=100 * step // letter.steps)
    return f"{'▰' * full}{'▱' * (_BAR - full)}  {text.join(words, eta_words(letter.eta_s, text))}"


def eta_words(eta_s: float | None, text: Text) -> str:
    """Return a sentence on when it will be ready; empty where that is not known."""
    return "" if eta_s is None else text("job.eta", duration=text.duration(eta_s))


def _over(letter: Letter, text: Text, words: str, tone: Tone | None) -> Message:
    job = letter.job
    buttons = [button(text("button.remix"), CustomId("remix", job.id))]
    if letter.kind != "failed" or letter.error_key not in _FUTILE:
        buttons.insert(0, button(text("button.again"), CustomId("again", job.id), discord.ButtonStyle.primary))
    return Message(
        (
            box(
                [
                    ui.TextDisplay(captions.heading(job, text)),
                    ui.TextDisplay(words),
                    ui.TextDisplay(captions.facts(job, (), text)),
                    row(*buttons),
                ],
                tone,
            ),
        )
    )
