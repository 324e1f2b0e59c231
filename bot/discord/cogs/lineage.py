"""`/lineage`: where a picture comes from, and what has come of it."""

from discord import app_commands
from discord.ext import commands

from bot.discord.call import Call
from bot.discord.cogs import choices
from bot.discord.context import Interaction
from bot.discord.family import show_family
from bot.discord.pictures import chosen


class Lineage(commands.Cog):
    """Family trees."""

    @app_commands.command()
    @app_commands.describe(picture="Which of your pictures")
    @app_commands.autocomplete(picture=choices.pictures)
    async def lineage(self, interaction: Interaction, picture: str) -> None:
        """Draw the family tree of a picture."""
        call = Call(interaction)
        await show_family(call, chosen(call, picture, None), typed=True)
