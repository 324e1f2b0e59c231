"""`/shorten`: which words of a prompt matter, and where they are felt."""

from discord import app_commands
from discord.ext import commands

from bot.discord.call import Call
from bot.discord.cogs import choices
from bot.discord.context import Interaction
from bot.discord.render.words import prompt_weights
from bot.studio.checks import MAX_PROMPT


class Shorten(commands.Cog):
    """Shortening."""

    @app_commands.command()
    @app_commands.describe(prompt="Whose words are weighed", model="Which model's understanding counts")
    @app_commands.autocomplete(model=choices.models)
    async def shorten(
        self,
        interaction: Interaction,
        prompt: app_commands.Range[str, 1, MAX_PROMPT],
        model: str | None = None,
    ) -> None:
        """See which words of a prompt matter, and which can go."""
        call = Call(interaction)
        origin = call.origin(private=True)
        await call.defer()
        found = await call.studio.shorten(call.actor, origin, prompt, model)
        await call.show(prompt_weights(found, call.text))
