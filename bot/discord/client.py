"""The client: its intents, its commands and buttons, and what it tells the studio of guilds coming and going."""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from bot.discord import buttons, cogs
from bot.discord.answers import NOBODY, Tree
from bot.discord.context import Interaction
from bot.discord.modals.dispatch import serve_modal
from bot.discord.postman import DiscordPostman
from bot.discord.quiet import lost_connections
from bot.discord.sync import sync_if_changed
from bot.discord.translator import CatalogueTranslator
from bot.settings import Settings
from bot.studio.studio import Studio

log = logging.getLogger(__name__)

_BAD_TOKEN = 4004
"""How the gateway closes a connection whose token it does not know."""
_GUILDS_WAIT_S = 2.0
_SANDBOX_GUILDS_WAIT_S = 0.1
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0


class TokenRefused(Exception):
    """Discord does not know the token; put the bot's current token into SALON_DISCORD__TOKEN."""

    exit_code = 78


@dataclass(slots=True)
class GatewayHealth:
    """How the connection to the gateway is doing, for whoever measures."""

    connected: bool = False
    identified: int = 0
    """Sessions begun."""
    resumed: int = 0
    """Sessions taken up again after a drop."""


class SalonBot(commands.Bot):
    """The bot as Discord sees it: slash commands, context menus and buttons; it reads no messages."""

    tree: Tree  # type: ignore[assignment]

    def __init__(self, studio: Studio, remembered: Path, **options: Any) -> None:
        """Make a client that is not connected yet.

        Args:
            studio: does what members ask for.
            remembered: file that keeps which commands were registered last.
            options: of `discord.Client`, such as `connector`.
        """
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody shall wonder; it never speaks
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True),
            allowed_mentions=NOBODY,
            tree_cls=Tree,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            **options,
        )
        self.studio = studio
        self.health = GatewayHealth()
        self._remembered = remembered
        self.tree.studio = studio

    async def setup_hook(self) -> None:
        """Add everything that can be pressed or typed, before the first event comes."""
        await self.tree.set_translator(CatalogueTranslator())
        for cog in cogs.ALL:
            await self.add_cog(cog(self))  # type: ignore[call-arg]
        self.add_dynamic_items(*buttons.ALL)
        try:
            await sync_if_changed(self.tree, self._remembered)
        except (discord.HTTPException, app_commands.AppCommandError) as error:
            # The commands registered before still work; to refuse to start would help nobody.
            log.error("The commands could not be registered.", exc_info=error)
        self.studio.open_for(DiscordPostman(self, self.studio))

    async def on_interaction(self, interaction: Interaction) -> None:
        """Serve submitted forms; the library itself serves commands and buttons."""
        if interaction.type is discord.InteractionType.modal_submit:
            await serve_modal(interaction)

    async def on_ready(self) -> None:
        """Tell the studio which guilds have the bot; those that it does not hear of have removed it."""
        self.health.identified += 1
        self.health.connected = True
        await self.studio.guilds_present({guild.id: guild.name or "" for guild in self.guilds})

    async def on_resumed(self) -> None:
        """Count a session that was taken up again."""
        self.health.resumed += 1
        self.health.connected = True

    async def on_disconnect(self) -> None:
        """Note that the gateway is gone for now; the library comes back by itself."""
        self.health.connected = False

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Tell the studio the name of a guild that was unavailable; `on_ready` has told those that were there."""
        if self.is_ready():
            await self.studio.guild_joined(guild.id, guild.name or "")

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Tell the studio."""
        await self.studio.guild_joined(guild.id, guild.name or "")

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Tell the studio."""
        await self.studio.guild_left(guild.id)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log what an event's handler raised; the bot goes on."""
        del args, kwargs
        log.exception("The handler %s failed.", event_method)


def build(studio: Studio, settings: Settings) -> SalonBot:
    """Make the bot as the settings say; it begins to carry the studio's letters once it has logged in."""
    # Discord sends the guilds one by one after the login; the sandbox has them there at once.
    wait_s = _GUILDS_WAIT_S if settings.discord.token or settings.discord.token_file else _SANDBOX_GUILDS_WAIT_S
    return SalonBot(studio, settings.data_dir / "commands.sha256", guild_ready_timeout=wait_s)


async def run(bot: SalonBot, token: str) -> None:
    """Log in and stay connected until the bot is closed.

    While Discord cannot be reached, it is tried again, at most once a minute.

    Raises:
        TokenRefused: the token is wrong or was revoked; trying again would get the bot banned.
    """
    logging.getLogger("discord.client").addFilter(lost_connections)
    try:
        await _log_in(bot, token)
        await bot.connect(reconnect=True)
    except discord.LoginFailure as error:
        raise TokenRefused(str(TokenRefused.__doc__)) from error
    except discord.ConnectionClosed as error:
        if error.code == _BAD_TOKEN:
            raise TokenRefused(str(TokenRefused.__doc__)) from error
        raise
    finally:
        if not bot.is_closed():
            await bot.close()


async def _log_in(bot: SalonBot, token: str) -> None:
    wait_s = _FIRST_WAIT_S
    own_connector = bot.http.connector
    while True:
        try:
            await bot.login(token)
            return
        except (aiohttp.ClientError, OSError, discord.DiscordServerError) as error:
            log.warning("Discord cannot be reached (%s); trying again in %.0f s.", error, wait_s)
        # The next attempt makes a new session, which cannot use the connector that closes with this one.
        await bot.http.close()
        bot.http.connector = own_connector
        await asyncio.sleep(wait_s)
        wait_s = min(2 * wait_s, _LONGEST_WAIT_S)
