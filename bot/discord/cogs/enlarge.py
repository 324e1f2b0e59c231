"""`/enlarge`: a picture two or four times larger."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord.call import Call
from bot.discord.changing import change_chosen
from bot.discord.cogs import choices
from bot.discord.context import Interaction
from bot.discord.pictures import chosen
from bot.discord.ways import ENLARGEMENTS
from bot.studio.requests import Change, Wish


class Enlarge(commands.Cog):
    """Enlarging."""

    @app_commands.command()
    @app_commands.describe(
        picture="Which of your pictures",
        upload="Or a file of yours",
        times="How many times as large",
        private="Only you will see the picture",
    )
    @app_commands.autocomplete(picture=choices.pictures)
    @app_commands.choices(times=[app_commands.Choice(name=f"{times}×", value=times) for times in ENLARGEMENTS])
    async def enlarge(
        self,
        interaction: Interaction,
        picture: str | None = None,
        upload: discord.Attachment | None = None,
        times: int = ENLARGEMENTS[0],
        private: bool | None = None,
    ) -> None:
        """Make a picture larger."""
        call = Call(interaction)
        wish = Wish(prompt="", mode="enlarge", change=Change(times=times))
        await change_chosen(call, wish, chosen(call, picture, upload), private=private)
