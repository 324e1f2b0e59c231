"""`/describe`: a picture in words that can be painted again."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord.call import Call
from bot.discord.cogs import choices
from bot.discord.context import Interaction
from bot.discord.pictures import chosen, take_in
from bot.discord.render.words import picture_words


class Describe(commands.Cog):
    """Describing."""

    @app_commands.command()
    @app_commands.describe(picture="Which of your pictures", upload="Or a file of yours")
    @app_commands.autocomplete(picture=choices.pictures)
    async def describe(
        self,
        interaction: Interaction,
        picture: str | None = None,
        upload: discord.Attachment | None = None,
    ) -> None:
        """Put a picture into words that can be painted again."""
        call = Call(interaction)
        origin = call.origin(private=True)
        one = chosen(call, picture, upload)
        await call.defer()
        upload_id = await take_in(call, one.file) if one.file is not None else None
        found = await call.studio.describe(call.actor, origin, artwork_id=one.artwork_id, upload_id=upload_id)
        await call.show(picture_words(found, call.text))
