"""What moderators see of a report."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.discord.clean import shown
from bot.discord.ids import CustomId
from bot.discord.render import captions
from bot.discord.render.parts import Message, Tone, Upload, box, button, gallery, image_type, picture_name, row
from bot.discord.text import Text
from storage.records import Artwork, AuditEntry, Job, Report

_DONE = frozenset({"hide", "show", "delete", "dismiss", "ban"})
"""What moderators do about a report, as the log names it."""
_MOST_DONE = 6
"""Lines about what was done; several moderators may have been at it."""


def report_post(
    report: Report,
    artwork: Artwork,
    job: Job,
    look: bytes | None,
    text: Text,
    *,
    done: Sequence[AuditEntry] = (),
    sure: bool = False,
) -> Message:
    """Return the message for the moderation channel; the picture is covered until somebody clicks.

    Args:
        report: what was said.
        artwork: the picture.
        job: what it was painted for.
        look: a small version of the picture; None where it is not shown any more.
        text: the language of the moderators.
        done: what moderators have done about the picture and its author, oldest first.
        sure: whether to ask before the picture is deleted.
    """
    done = [entry for entry in done if entry.verb in _DONE and entry.at >= report.created_at][-_MOST_DONE:]
    uploads: tuple[Upload, ...] = ()
    if look:
        uploads = (
            Upload(picture_name(artwork.id, 1, image_type(look)), look, captions.alt(artwork, text), spoiler=True),
        )
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(_words(report, artwork, job, text))]
    if uploads:
        items.append(gallery(uploads))
    outcome = [_outcome(entry, text) for entry in done]
    if artwork.blob is None and not any(entry.verb == "delete" for entry in done):
        outcome.insert(0, text("report.deleted"))
    if sure:
        outcome.append(text("panel.sure"))
    if outcome:
        items.append(ui.TextDisplay("\n".join(outcome)))
    if buttons := _question(report, text) if sure else _buttons(report, artwork, {entry.verb for entry in done}, text):
        items.append(row(*buttons))
    return Message((box(items, Tone.BAD if report.state == "open" else Tone.WAITING),), uploads)


def _words(report: Report, artwork: Artwork, job: Job, text: Text) -> str:
    where = text("report.direct")
    if job.channel_id and job.guild_id and job.message_id and not job.private:
        link = f"https://discord.com/channels/{job.guild_id}/{job.channel_id}/{job.message_id}"
        where = text("report.here", link=link)
    words = text("report.post", member=_who(report.member_id, text), reason=shown(report.reason, 1000)).rstrip()
    if not job.locale:
        return f"{words}\n{text('report.forgotten')}"
    told = text(
        "report.where", author=_who(artwork.member_id, text), where=where, prompt=captions.words_of(job, text, 600)
    )
    return f"{words}\n{told}"


def _who(member_id: int, text: Text) -> str:
    """Name a member; who had their data deleted goes by a number that is nobody's."""
    return f"<@{member_id}>" if member_id > 0 else text("report.nobody")


def _outcome(entry: AuditEntry, text: Text) -> str:
    return text(f"report.done_{entry.verb}", actor=_who(entry.actor_id, text), at=int(entry.at.timestamp()))


def _buttons(report: Report, artwork: Artwork, done: set[str], text: Text) -> list[ui.Button[Any]]:
    """Return what can still be done; of a picture that is gone, or that nothing is wrong with, that is less."""
    if report.state == "dismissed":
        return []
    buttons = []
    if not artwork.removed:
        target = CustomId("hide", artwork.id, report.id)
        buttons.append(button(text("button.hide"), target, discord.ButtonStyle.primary))
    elif artwork.blob is not None and artwork.deleted_at is None:
        buttons.append(button(text("button.show"), CustomId("show", artwork.id, report.id)))
    if artwork.blob is not None:
        buttons.append(button(text("button.delete"), CustomId("remove", report.id), discord.ButtonStyle.danger))
    if "ban" not in done and artwork.member_id > 0:
        target = CustomId("ban", artwork.id, report.id)
        buttons.append(button(text("button.ban"), target, discord.ButtonStyle.danger))
    if report.state == "open":
        buttons.append(button(text("button.dismiss"), CustomId("dismiss", report.id)))
    return buttons


def _question(report: Report, text: Text) -> list[ui.Button[Any]]:
    return [
        button(text("button.erase"), CustomId("remove", report.id, 1), discord.ButtonStyle.danger),
        button(text("button.back"), CustomId("redraw", report.id)),
    ]
