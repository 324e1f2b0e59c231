"""`/styles`: the looks, with painted examples."""

from discord import app_commands
from discord.ext import commands

from bot.discord.call import Call
from bot.discord.context import Interaction
from bot.discord.render.styles import styles_page


class Styles(commands.Cog):
    """Browsing."""

    @app_commands.command()
    async def styles(self, interaction: Interaction) -> None:
        """Browse all styles with examples."""
        call = Call(interaction)
        await call.defer()
        await call.show(styles_page(call.studio.styles(interaction.guild_id), 0, call.text))
