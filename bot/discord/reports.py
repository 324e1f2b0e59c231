"""The posts that tell moderators of reports: sent once, and drawn anew whenever something was done."""

import logging

import discord

from bot.discord.answers import NOBODY
from bot.discord.call import Call
from bot.discord.render.parts import Message
from bot.discord.render.reports import report_post
from bot.discord.text import text_for
from bot.studio.requests import Refusal
from bot.studio.studio import Studio
from storage.records import Report

log = logging.getLogger(__name__)


async def redraw(call: Call, report_id: int, *, sure: bool = False) -> None:
    """Draw the post whose button was pressed anew; its edit is promised already. `sure` asks before a deletion.

    Raises:
        Refusal: there is no such report, or the actor is no moderator of its guild.
    """
    report = await call.studio.report_of(call.actor, report_id)
    await call.show(await post_of(call.studio, report, _locale(call), sure=sure))


async def tell_moderators(call: Call, report: Report) -> bool:
    """Post a report where the server wants them; return whether that worked."""
    if report.guild_id is None:
        return False
    channel_id = call.studio.cached_settings(report.guild_id, call.actor.id).guild.moderation_channel
    if channel_id is None:
        return False
    message = await post_of(call.studio, report, _locale(call))
    channel = call.interaction.client.get_partial_messageable(channel_id, guild_id=report.guild_id)
    try:
        sent = await channel.send(view=message.view(), files=message.files(), allowed_mentions=NOBODY)
    except (discord.Forbidden, discord.NotFound) as error:
        log.warning("Reports of guild %s cannot be posted: %s", report.guild_id, error)
        return False
    await call.studio.report_posted(report.id, channel_id, sent.id)
    return True


async def post_of(studio: Studio, report: Report, locale: str, *, sure: bool = False) -> Message:
    """Return the post of a report as things are now, in the language of its server, else in the given one."""
    artwork = await studio.artwork(report.artwork_id)
    job = await studio.job(report.job_id)
    done = await studio.done_about(report)
    text = text_for(studio.cached_settings(report.guild_id, report.member_id).guild.language or locale)
    try:
        look = await studio.thumbnail(artwork.id)
    except Refusal:
        look = None
    return report_post(report, artwork, job, look, text, done=done, sure=sure)


def _locale(call: Call) -> str:
    locale = call.interaction.guild_locale
    return locale.value if locale else call.locale
