"""`/imagine`: words become pictures."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord.call import Call
from bot.discord.cogs import choices
from bot.discord.context import Interaction
from bot.discord.guiding import paint_after
from bot.discord.modals.remix import MAX_SEED
from bot.discord.pictures import chosen
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
        palette="Which colours to use, or your own: #102040,#f5e6c0",
        picture="A picture of yours or of this server to paint after",
        like="Or a file to paint after",
        style_like="A file in whose style it shall be",
        private="Only you will see the pictures",
    )
    @app_commands.autocomplete(
        style=choices.styles,
        size=choices.sizes,
        model=choices.models,
        palette=choices.palettes,
        picture=choices.at_hand,
    )
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
        picture: str | None = None,
        like: discord.Attachment | None = None,
        style_like: discord.Attachment | None = None,
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
        shown = [chosen(call, picture, None)] if picture is not None else []
        shown += [chosen(call, None, like)] if like is not None else []
        looks = [chosen(call, None, style_like)] if style_like is not None else []
        await paint_after(call, wish, shown, looks, private=private)
