"""Context menus: what a right click on one of Salon's messages offers. The message itself tells what it shows."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord.actions import report_picture, show_details, vary_picture
from bot.discord.call import Call
from bot.discord.context import Interaction
from bot.discord.ids import ARTWORK_VERBS, JOB_VERBS
from bot.discord.targets import targets_in


class Menus(commands.Cog):
    """Details, Vary, Cancel and Report."""

    def __init__(self, bot: commands.Bot) -> None:
        """Add the menus; Vary only while its mode works."""
        self._bot = bot
        self._menus = [
            app_commands.ContextMenu(name="Details", callback=self.details),
            app_commands.ContextMenu(name="Cancel", callback=self.cancel),
            app_commands.ContextMenu(name="Report", callback=self.report),
        ]
        if "vary" in bot.studio.modes():  # type: ignore[attr-defined]
            self._menus.append(app_commands.ContextMenu(name="Vary", callback=self.vary))

    async def cog_load(self) -> None:
        """Register the menus, which the library does not find in a cog by itself."""
        for menu in self._menus:
            self._bot.tree.add_command(menu)

    async def cog_unload(self) -> None:
        """Take the menus away again."""
        for menu in self._menus:
            self._bot.tree.remove_command(menu.name, type=menu.type)

    async def details(self, interaction: Interaction, message: discord.Message) -> None:
        """Tell how the pictures were painted."""
        call = Call(interaction)
        if artworks := await self._artworks(call, message):
            await show_details(call, artworks)

    async def vary(self, interaction: Interaction, message: discord.Message) -> None:
        """Paint variations of the first picture."""
        call = Call(interaction)
        if artworks := await self._artworks(call, message):
            await vary_picture(call, artworks[0])

    async def report(self, interaction: Interaction, message: discord.Message) -> None:
        """Ask what is wrong."""
        call = Call(interaction)
        if artworks := await self._artworks(call, message):
            await report_picture(call, artworks)

    async def cancel(self, interaction: Interaction, message: discord.Message) -> None:
        """Cancel the job that the message shows."""
        call = Call(interaction)
        jobs = [target.id for target in targets_in(self._bot, message) if target.verb in JOB_VERBS]
        if not jobs:
            await call.refuse("error.not_ours")
            return
        await call.defer()
        await call.studio.cancel(call.actor, jobs[0])
        await call.say("done.cancelled")

    async def _artworks(self, call: Call, message: discord.Message) -> list[int]:
        """Return the pictures of a message in their order; where there are none, say so."""
        targets = targets_in(self._bot, message)
        artworks = list(dict.fromkeys(target.id for target in targets if target.verb in ARTWORK_VERBS))
        if not artworks:
            await call.refuse("error.no_pictures" if targets else "error.not_ours")
        return artworks
