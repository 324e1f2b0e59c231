"""`/queue` and `/cancel`: what waits, and stopping what is one's own."""

from discord import app_commands
from discord.ext import commands

from bot.discord.actions import cancel_choices
from bot.discord.call import Call
from bot.discord.context import Interaction
from bot.discord.render.panels import queue_panel


class Queue(commands.Cog):
    """Waiting."""

    @app_commands.command()
    async def queue(self, interaction: Interaction) -> None:
        """Show what is waiting and what is being painted."""
        call = Call(interaction)
        await call.defer()
        await call.show(queue_panel(await call.studio.queue(interaction.guild_id, call.actor.id), call.text))

    @app_commands.command()
    async def cancel(self, interaction: Interaction) -> None:
        """Cancel what you have waiting."""
        call = Call(interaction)
        await call.defer()
        own = await call.studio.queue(None, call.actor.id)
        if len(own) == 1:
            await call.studio.cancel(call.actor, own[0].job.id)
            await call.say("done.cancelled")
            return
        await call.show(await cancel_choices(call))
