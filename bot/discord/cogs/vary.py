"""`/vary`: the same picture a little or much differently."""

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord.call import Call
from bot.discord.changing import change_chosen
from bot.discord.cogs import choices
from bot.discord.cogs.imagine import MAX_COUNT
from bot.discord.context import Interaction
from bot.discord.modals.remix import MAX_SEED
from bot.discord.pictures import chosen
from bot.studio.checks import MAX_PROMPT
from bot.studio.requests import Change, Wish


class Vary(commands.Cog):
    """Variations."""

    @app_commands.command()
    @app_commands.describe(
        picture="Which of your pictures",
        upload="Or a file of yours",
        how="Subtle keeps the picture, strong only its gist",
        strength="How much may change, in percent",
        prompt="Other words for it",
        style="Another look",
        count="How many pictures",
        seed="The same seed paints the same pictures",
        private="Only you will see the pictures",
    )
    @app_commands.autocomplete(picture=choices.pictures, style=choices.styles)
    async def vary(
        self,
        interaction: Interaction,
        picture: str | None = None,
        upload: discord.Attachment | None = None,
        how: Literal["subtle", "strong"] = "subtle",
        strength: app_commands.Range[int, 0, 100] | None = None,
        prompt: app_commands.Range[str, 1, MAX_PROMPT] | None = None,
        style: str | None = None,
        count: app_commands.Range[int, 1, MAX_COUNT] | None = None,
        seed: app_commands.Range[int, 0, MAX_SEED] | None = None,
        private: bool | None = None,
    ) -> None:
        """Paint a picture again, a little or much differently."""
        call = Call(interaction)
        wish = Wish(
            prompt=prompt or "",
            style=style,
            count=count,
            seed=seed,
            # What was sent was painted from no noise that is known.
            mode="strong" if how == "strong" or upload else "vary",
            change=Change(strength=choices.share(strength)),
        )
        await change_chosen(call, wish, chosen(call, picture, upload), private=private)
