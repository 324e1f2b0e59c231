"""The form that asks what is wrong with a picture, and what the moderators get to see."""

import logging
from typing import Any

import discord
from discord import ui

from bot.discord.answers import NOBODY, open_form
from bot.discord.call import Call
from bot.discord.ids import CustomId
from bot.discord.modals.form import entries, form, line
from bot.discord.render.reports import report_post
from bot.discord.text import text_for
from storage.records import Report

log = logging.getLogger(__name__)

MAX_REASON = 500


async def open_report(call: Call, artwork_ids: list[int]) -> None:
    """Ask what is wrong, and with which picture where there are several. Reads nothing, so it cannot be late."""
    text = call.text
    fields: list[ui.Label[Any]] = []
    if len(artwork_ids) > 1:
        options = [
            discord.SelectOption(label=text("report.picture", n=number), value=str(artwork_id), default=number == 1)
            for number, artwork_id in enumerate(artwork_ids[:25], 1)
        ]
        menu: ui.Select[Any] = ui.Select(custom_id="which", options=options)
        fields.append(ui.Label(text=text("report.which"), component=menu))
    fields.append(line("reason", text("report.reason"), long=True, required=True, most=MAX_REASON))
    await open_form(call.interaction, form(text("report.title"), CustomId("report", artwork_ids[0]), *fields))


async def submit_report(call: Call, target: CustomId) -> None:
    """Record the report and tell the moderators.

    Raises:
        Refusal: there is no such picture, or this member reported it before.
    """
    await call.defer()
    entered = entries(call.interaction)
    which = entered.get("which", "")
    artwork_id = int(which) if which.isdecimal() else target.id
    report = await call.studio.report(call.actor, call.origin(private=True), artwork_id, entered.get("reason", ""))
    told = await _tell_moderators(call, report)
    await call.say("done.reported" if told else "done.reported_quietly")


async def _tell_moderators(call: Call, report: Report) -> bool:
    if report.guild_id is None:
        return False
    settings = (await call.studio.settings_of(report.guild_id, call.actor.id)).guild
    if settings.moderation_channel is None:
        return False
    artwork = await call.studio.artwork(report.artwork_id)
    job = await call.studio.job(report.job_id)
    text = text_for(settings.language or _guild_locale(call))
    message = report_post(report, artwork, job, await call.look(artwork), text)
    channel = call.interaction.client.get_partial_messageable(settings.moderation_channel, guild_id=report.guild_id)
    try:
        await channel.send(view=message.view(), files=message.files(), allowed_mentions=NOBODY)
    except (discord.Forbidden, discord.NotFound) as error:
        log.warning("Reports of guild %s cannot be posted: %s", report.guild_id, error)
        return False
    return True


def _guild_locale(call: Call) -> str:
    locale = call.interaction.guild_locale
    return locale.value if locale else call.locale
