"""`/settings`: a member's defaults, and a guild's defaults and rules."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord.call import Call
from bot.discord.cogs import choices
from bot.discord.context import Interaction, missing_in
from bot.discord.render.overview import guild_settings, member_settings
from bot.discord.reports import tell_moderators
from bot.discord.text import LANGUAGES, text_for
from bot.studio.preferences import LONGEST_COOLDOWN_S, MOST_PICTURES
from storage.records import GuildSettings, MemberSettings

_LANGUAGES = [app_commands.Choice(name=text_for(each)("language.name"), value=each) for each in LANGUAGES]
_SCOPES = [
    app_commands.Choice(name="My own settings", value="me"),
    app_commands.Choice(name="This server's settings", value="server"),
]
_AUTOCOMPLETE = {"style": choices.house_styles, "size": choices.sizes, "model": choices.models}
_KEPT_ON_RESET = frozenset({"paused", "words"})
"""What `/admin` changes, which a reset of the defaults must not undo."""


class Place(app_commands.Transformer):
    """Where commands can be used; threads and forum posts count as the channel or forum that they belong to."""

    type = discord.AppCommandOptionType.channel
    channel_types = [  # noqa: RUF012 - as the library has it
        discord.ChannelType.text,
        discord.ChannelType.news,
        discord.ChannelType.voice,
        discord.ChannelType.stage_voice,
        discord.ChannelType.forum,
    ]

    async def transform(self, interaction: Interaction, value: Any, /) -> app_commands.AppCommandChannel:
        """Return the channel as the interaction has it."""
        channel: app_commands.AppCommandChannel = value
        return channel


class Settings(commands.Cog):
    """Defaults and rules."""

    settings = app_commands.Group(name="settings", description="Your defaults, and the settings of this server")

    @settings.command()
    @app_commands.describe(
        style="Used where you name none",
        size="Used where you name none",
        model="Used where you name none",
        language="In which language Salon answers you",
        private="Whether only you see your pictures, unless you say otherwise",
        ping="Whether to be mentioned when a result took over two minutes",
    )
    @app_commands.choices(language=_LANGUAGES)
    @app_commands.autocomplete(**_AUTOCOMPLETE)
    async def me(
        self,
        interaction: Interaction,
        style: str | None = None,
        size: str | None = None,
        model: str | None = None,
        language: str | None = None,
        private: bool | None = None,
        ping: bool | None = None,
    ) -> None:
        """See or change your own defaults."""
        call = Call(interaction)
        await call.defer()
        changes = _given(style=style, size=size, model=model, language=language, private=private, ping=ping)
        if changes:
            await call.studio.change_member(call.actor, **changes)
        found = await call.studio.settings_of(interaction.guild_id, call.actor.id)
        await Call(interaction).show(member_settings(found.member, Call(interaction).text))

    @settings.command()
    @app_commands.describe(
        style="Used where nobody names one",
        size="Used where nobody names one",
        model="Used where nobody names one",
        language="In which language reports are written",
        spoiler="Whether pictures are covered until somebody clicks",
        quota="Pictures a day for each member",
        server_quota="Pictures a day for the whole server",
        cooldown="Seconds between two requests of a member",
        channel="Adds a channel or forum, with its threads, where Salon may be used; given again, removes it",
        role="Adds a role that may use Salon; given again, removes it",
        reports="The channel that reports go to; it also gets those that are still open",
    )
    @app_commands.choices(language=_LANGUAGES)
    @app_commands.autocomplete(**_AUTOCOMPLETE)
    async def server(
        self,
        interaction: Interaction,
        style: str | None = None,
        size: str | None = None,
        model: str | None = None,
        language: str | None = None,
        spoiler: bool | None = None,
        quota: app_commands.Range[int, 0, MOST_PICTURES] | None = None,
        server_quota: app_commands.Range[int, 0, MOST_PICTURES] | None = None,
        cooldown: app_commands.Range[int, 0, LONGEST_COOLDOWN_S] | None = None,
        channel: app_commands.Transform[app_commands.AppCommandChannel, Place] | None = None,
        role: discord.Role | None = None,
        reports: discord.TextChannel | None = None,
    ) -> None:
        """See or change the defaults and rules of this server."""
        call = Call(interaction)
        if interaction.guild_id is None:
            await call.refuse("error.server_only")
            return
        await call.defer()
        if reports is not None and missing_in(reports):
            await call.refuse("error.posting", channel=f"<#{reports.id}>")
            return
        before = (await call.studio.settings_of(interaction.guild_id, call.actor.id)).guild
        changes = _given(
            style=style,
            size=size,
            model=model,
            language=language,
            spoiler=spoiler,
            quota=quota,
            guild_quota=server_quota,
            cooldown_s=cooldown,
            channels=_toggled(before.channels, channel),
            roles=_toggled(before.roles, role),
            moderation_channel=reports.id if reports else None,
        )
        if changes:
            before = await call.studio.change_guild(call.actor, **changes)
        await call.show(guild_settings(before, call.text))
        if reports is not None:
            # What was reported before there was a channel, or where none could be posted to, is not lost.
            for report in await call.studio.open_reports(call.actor):
                await tell_moderators(call, report)

    @settings.command()
    @app_commands.describe(where="Yours, or those of this server")
    @app_commands.choices(where=_SCOPES)
    async def reset(self, interaction: Interaction, where: str) -> None:
        """Take settings back to their defaults."""
        call = Call(interaction)
        if where == "server" and interaction.guild_id is None:
            await call.refuse("error.server_only")
            return
        await call.defer()
        if where == "server":
            plain = {name: value for name, value in _defaults(GuildSettings()).items() if name not in _KEPT_ON_RESET}
            await call.show(guild_settings(await call.studio.change_guild(call.actor, **plain), call.text))
            return
        changed = await call.studio.change_member(call.actor, **_defaults(MemberSettings()))
        await call.show(member_settings(changed, Call(interaction).text))


def _given(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in changes.items() if value is not None}


def _toggled(before: tuple[int, ...], one: discord.abc.Snowflake | None) -> tuple[int, ...] | None:
    if one is None:
        return None
    return tuple(each for each in before if each != one.id) if one.id in before else (*before, one.id)


def _defaults(plain: GuildSettings | MemberSettings) -> dict[str, Any]:
    return {name: getattr(plain, name) for name in plain.__slots__}
