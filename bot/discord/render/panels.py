"""Lists that one member sees: what waits, what may be cancelled, what was painted."""

from collections.abc import Mapping, Sequence

import discord
from discord import ui

from bot.discord.ids import CustomId
from bot.discord.render import captions
from bot.discord.render.letters import eta_words, place_words
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
from bot.discord.ways import coded
from bot.studio.requests import Standing
from storage.records import Artwork, Job

_LINE = 80
"""Characters of a prompt in a list."""
_ROWS = 20
"""Lines of a list; more would not fit into one message."""


def more_panel(
    artworks: Sequence[Artwork], text: Text, *, may_delete: bool, modes: Mapping[int, frozenset[str]]
) -> Message:
    """Return what else can be done with each picture of a job; `modes` are those that work, by the pictures' ids."""
    numbered = [(artwork.position + 1, artwork.id) for artwork in artworks[:4]]
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(text("panel.more"))]
    strong = [(n, id_) for n, id_ in numbered if "strong" in modes[id_]]
    code = coded(0, private=artworks[0].private)
    if strong:
        items.append(numbered_row("strong", strong, text, page=code))
    items.append(numbered_row("tools", numbered, text, page=code))
    for verb in ("details", *(("delete",) if may_delete else ()), "report"):
        items.append(numbered_row(verb, numbered, text))
    return Message((box(items),))


def delete_question(artwork: Artwork, look: bytes | None, text: Text, page: int | None) -> Message:
    """Ask whether a picture is really to be deleted; `page` tells which page of the history asked, None for none."""
    uploads: tuple[Upload, ...] = ()
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(text("panel.sure"))]
    if look:
        uploads = (Upload(picture_name(artwork.id, 1, image_type(look)), look, captions.alt(artwork, text)),)
        items.append(gallery(uploads))
    yes = button(text("button.erase"), CustomId("erase", artwork.id, page), discord.ButtonStyle.danger)
    items.append(row(yes, button(text("button.back"), CustomId("spare", artwork.id, page))))
    return Message((box(items, Tone.BAD),), uploads)


def queue_panel(standings: Sequence[Standing], text: Text) -> Message:
    """Return what waits and what is being painted."""
    if not standings:
        return notice(text("panel.queue_empty"))
    lines = [_standing(number, each, text) for number, each in enumerate(standings[:_ROWS], 1)]
    return notice("\n".join([text("panel.queue_title"), *lines]))


def cancel_panel(own: Sequence[Standing], text: Text) -> Message:
    """Return the member's own jobs, each with a button that cancels it."""
    shown_jobs = own[:5]
    lines = [text("panel.cancel_which"), *(_standing(number, each, text) for number, each in enumerate(shown_jobs, 1))]
    buttons = [
        button(text("button.cancel_n", n=number), CustomId("cancel", each.job.id, number), discord.ButtonStyle.danger)
        for number, each in enumerate(shown_jobs, 1)
    ]
    return Message((box([ui.TextDisplay("\n".join(lines)), row(*buttons)]),))


def _standing(number: int, standing: Standing, text: Text) -> str:
    job = standing.job
    painted = job.state in ("leased", "running")
    state = text("panel.queue_running") if painted else before_words(standing.place, text)
    words = text(
        "panel.queue_line", n=number, prompt=captions.words_of(job, text, _LINE), member=job.member_id, state=state
    )
    return f"{words}. {eta_words(standing.eta_s, text)}" if standing.eta_s is not None else words


def before_words(place: int, text: Text) -> str:
    """Return where a job stands in a line of a list."""
    if not place:
        return text("panel.queue_next")
    return place_words(place, text, "panel.queue_one_before", "panel.queue_place")


def history_page(
    pictures: Sequence[tuple[Artwork, Job, bytes]], text: Text, *, member_id: int, before: int | None, older: int | None
) -> Message:
    """Return a page of the pictures that a member made or kept.

    Args:
        pictures: each with its job and a small version of it.
        text: the reader's language.
        member_id: whose page it is; pictures of others say whose they are, and cannot be deleted here.
        before: the id before which the page begins; None for the newest.
        older: the id before which the next page begins; None on the last.
    """
    first = before is None
    if not pictures and older is None:
        return notice(text("panel.history_empty" if first else "panel.history_end"))
    uploads = tuple(
        Upload(picture_name(artwork.id, number, image_type(look)), look, captions.alt(artwork, text))
        for number, (artwork, _, look) in enumerate(pictures, 1)
    )
    lines = [text("panel.history_title")]
    for number, (artwork, job, _) in enumerate(pictures, 1):
        kept = text("panel.history_kept") if artwork.kept_at else ""
        if artwork.member_id != member_id:
            kept = text("panel.history_by", member=artwork.member_id) + kept
        at = int(artwork.created_at.timestamp())
        lines.append(text("panel.history_line", n=number, prompt=captions.words_of(job, text, _LINE), at=at, kept=kept))
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay("\n".join(lines))]
    if uploads:
        items.append(gallery(uploads))
        numbered = [(n, artwork.id) for n, (artwork, _, _) in enumerate(pictures, 1)]
        items.append(numbered_row("details", numbered, text))
        own = [(n, artwork.id) for n, (artwork, _, _) in enumerate(pictures, 1) if artwork.member_id == member_id]
        if own:
            items.append(numbered_row("delete", own, text, page=before or 0))
    turns = []
    if not first:
        turns.append(button(text("button.newest"), CustomId("history", 0)))
    if older is not None:
        turns.append(button(text("button.older"), CustomId("history", older), discord.ButtonStyle.primary))
    if turns:
        items.append(row(*turns))
    return Message((box(items),), uploads)
