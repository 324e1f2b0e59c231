"""The posts that tell moderators of reports: sent once, and drawn anew whenever something was done."""

import logging

import discord

from bot.discord.answers import NOBODY
from bot.discord.call import Call
from bot.discord.render.parts import Message
from bot.discord.render.reports import report_post
from bot.discord.text import text_for
from storage.records import Report

log = logging.getLogger(__name__)


async def redraw(call: Call, report_id: int, *, sure: bool = False) -> None:
    """Draw the post whose button was pressed anew; its edit is promised already. `sure` asks before a deletion.

    Raises:
        Refusal: there is no such report, or the actor is no moderator of its guild.
    """
    await call.show(await _post_of(call, await call.studio.report_of(call.actor, report_id), sure=sure))


async def tell_moderators(call: Call, report: Report) -> bool:
    """Post a report where the server wants them; return whether that worked."""
    if report.guild_id is None:
        return False
    channel_id = call.studio.cached_settings(report.guild_id, call.actor.id).guild.moderation_channel
    if channel_id is None:
        return False
    message = await _post_of(call, report)
    channel = call.interaction.client.get_partial_messageable(channel_id, guild_id=report.guild_id)
    try:
        await channel.send(view=message.view(), files=message.files(), allowed_mentions=NOBODY)
    except (discord.Forbidden, discord.NotFound) as error:
        log.warning("Reports of guild %s cannot be posted: %s", report.guild_id, error)
        return False
    return True


async def _post_of(call: Call, report: Report, *, sure: bool = False) -> Message:
    artwork = await call.studio.artwork(report.artwork_id)
    job = await call.studio.job(report.job_id)
    done = await call.studio.done_about(report)
    guild = call.studio.cached_settings(report.guild_id, call.actor.id).guild
    text = text_for(guild.language or _guild_locale(call))
    return report_post(report, artwork, job, await call.look(artwork), text, done=done, sure=sure)


def _guild_locale(call: Call) -> str:
    locale = call.interaction.guild_locale
    return locale.value if locale else call.locale
