"""Context menus: what a right click on one of Salon's messages offers. The message itself tells what it shows."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord.actions import report_picture, show_details
from bot.discord.call import Call
from bot.discord.context import Interaction
from bot.discord.ids import ARTWORK_VERBS, JOB_VERBS
from bot.discord.pictures import check, images_of
from bot.discord.targets import targets_in
from bot.discord.tools import ask_how_to_vary, show_wear, show_which_to_dress


class Menus(commands.Cog):
    """Details, Vary, Restyle, Cancel and Report."""

    def __init__(self, bot: commands.Bot) -> None:
        """Make the menus."""
        self._bot = bot
        self._menus = [
            app_commands.ContextMenu(name="Details", callback=self.details),
            app_commands.ContextMenu(name="Vary", callback=self.vary),
            app_commands.ContextMenu(name="Restyle", callback=self.restyle),
            app_commands.ContextMenu(name="Cancel", callback=self.cancel),
            app_commands.ContextMenu(name="Report", callback=self.report),
        ]

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
        """Ask which picture is varied, and how."""
        call = Call(interaction)
        if artworks := await self._artworks(call, message):
            await ask_how_to_vary(call, artworks)

    async def restyle(self, interaction: Interaction, message: discord.Message) -> None:
        """Ask in which style the message's picture shall be, whoever posted it."""
        call = Call(interaction)
        if targets_in(self._bot, message):
            if artworks := await self._artworks(call, message):
                await show_which_to_dress(call, artworks)
            return
        files = images_of(message)
        if not files:
            await call.refuse("error.no_image")
            return
        check(call, files[0])
        await show_wear(call, files[0])

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
