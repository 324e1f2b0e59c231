"""The form that asks what is wrong with a picture."""

from typing import Any

import discord
from discord import ui

from bot.discord.answers import open_form
from bot.discord.call import Call
from bot.discord.ids import CustomId
from bot.discord.modals.form import entries, form, line
from bot.discord.reports import tell_moderators

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
    told = await tell_moderators(call, report)
    await call.say("done.reported" if told else "done.reported_quietly")
