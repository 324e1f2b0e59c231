"""`/info` and `/help`: both answered at once, from memory."""

from discord import app_commands
from discord.ext import commands

from bot.discord.call import Call
from bot.discord.context import Interaction
from bot.discord.render.overview import help_page, info_page


class About(commands.Cog):
    """Salon itself."""

    @app_commands.command()
    async def info(self, interaction: Interaction) -> None:
        """See how the painter is doing."""
        call = Call(interaction)
        await call.show(info_page(call.studio.info(), call.studio.models(), call.text))

    @app_commands.command()
    async def help(self, interaction: Interaction) -> None:
        """See what Salon can do."""
        call = Call(interaction)
        await call.show(help_page(call.text, moderator=call.actor.moderator))
