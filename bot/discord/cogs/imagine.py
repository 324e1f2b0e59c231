"""`/imagine`: words become pictures."""

from discord import app_commands
from discord.ext import commands

from bot.discord.call import Call
from bot.discord.cogs import choices
from bot.discord.context import Interaction
from bot.discord.crafting import ask_first
from bot.discord.modals.remix import MAX_SEED
from bot.studio.checks import MAX_PROMPT
from bot.studio.requests import Wish

MAX_COUNT = 4


class Imagine(commands.Cog):
    """Painting."""

    @app_commands.command()
    @app_commands.describe(
        prompt="What to paint",
        style="A look, as /styles shows them",
        size="A shape, or pixels such as 512x768",
        seed="The same seed paints the same pictures",
        count="How many pictures",
        negative="What must not be in the picture",
        model="Which model paints",
        palette="Which colours to use",
        private="Only you will see the pictures",
    )
    @app_commands.autocomplete(style=choices.styles, size=choices.sizes, model=choices.models, palette=choices.palettes)
    async def imagine(
        self,
        interaction: Interaction,
        prompt: app_commands.Range[str, 1, MAX_PROMPT],
        style: str | None = None,
        size: str | None = None,
        seed: app_commands.Range[int, 0, MAX_SEED] | None = None,
        count: app_commands.Range[int, 1, MAX_COUNT] | None = None,
        negative: app_commands.Range[str, 0, MAX_PROMPT] | None = None,
        model: str | None = None,
        palette: str | None = None,
        private: bool | None = None,
    ) -> None:
        """Paint what you describe."""
        wish = Wish(
            prompt=prompt,
            negative=negative,
            style=style,
            size=size,
            count=count,
            seed=seed,
            model=model,
            palette=palette,
        )
        call = Call(interaction)
        wishes = call.studio.wishes(call.origin(private=call.private(private)), wish)
        if len(wishes) > 1:
            await ask_first(call, wishes, private=private)
        else:
            await call.submit(wishes[0], private=private)
