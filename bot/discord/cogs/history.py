"""`/history`: a member's own pictures."""

from discord import app_commands
from discord.ext import commands

from bot.discord.actions import show_history
from bot.discord.call import Call
from bot.discord.context import Interaction


class History(commands.Cog):
    """Looking back."""

    @app_commands.command()
    async def history(self, interaction: Interaction) -> None:
        """Look at your pictures."""
        call = Call(interaction)
        await call.defer()
        await show_history(call, before=None)
