"""`/privacy`: a copy of all that is stored about a member, or its end."""

from discord import app_commands
from discord.ext import commands

from bot.discord.call import Call
from bot.discord.context import Interaction
from bot.discord.render.overview import export_page, forget_question

_MEGABYTE = 1_000_000


class Privacy(commands.Cog):
    """A member's own data."""

    privacy = app_commands.Group(name="privacy", description="What Salon has stored about you")

    @privacy.command()
    async def export(self, interaction: Interaction) -> None:
        """Get all that is stored about you."""
        call = Call(interaction)
        await call.defer()
        archive = await call.studio.export(call.actor.id)
        if len(archive) > interaction.filesize_limit:
            size = -(-len(archive) // _MEGABYTE)
            await call.refuse("error.export_too_big", size=size, most=interaction.filesize_limit // _MEGABYTE)
            return
        await call.show(export_page(archive, call.text))

    @privacy.command()
    async def delete(self, interaction: Interaction) -> None:
        """Delete all that is stored about you."""
        call = Call(interaction)
        await call.show(forget_question(call.actor.id, call.text))
