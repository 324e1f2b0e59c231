"""What moderators see of a report."""

import discord
from discord import ui

from bot.discord.clean import shown
from bot.discord.ids import CustomId
from bot.discord.render import captions
from bot.discord.render.parts import Message, Tone, Upload, box, button, gallery, image_type, picture_name, row
from bot.discord.text import Text
from storage.records import Artwork, Job, Report


def report_post(report: Report, artwork: Artwork, job: Job, look: bytes | None, text: Text) -> Message:
    """Return the message for the moderation channel; the picture is covered until somebody clicks."""
    where = text("report.direct")
    if job.channel_id and job.guild_id and job.message_id and not job.private:
        link = f"https://discord.com/channels/{job.guild_id}/{job.channel_id}/{job.message_id}"
        where = text("report.here", link=link)
    words = "\n".join(
        (
            text("report.post", member=report.member_id, reason=shown(report.reason, 1000)),
            text("report.where", author=artwork.member_id, where=where, prompt=shown(job.prompt, 600)),
        )
    )
    uploads: tuple[Upload, ...] = ()
    if look:
        uploads = (
            Upload(picture_name(artwork.id, 1, image_type(look)), look, captions.alt(artwork, text), spoiler=True),
        )
    buttons = row(
        button(text("button.hide"), CustomId("hide", artwork.id), discord.ButtonStyle.primary),
        button(text("button.delete"), CustomId("delete", artwork.id), discord.ButtonStyle.danger),
        button(text("button.ban"), CustomId("ban", artwork.id), discord.ButtonStyle.danger),
        button(text("button.dismiss"), CustomId("dismiss", report.id)),
    )
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(words)]
    if uploads:
        items.append(gallery(uploads))
    return Message((box([*items, buttons], Tone.BAD),), uploads)
