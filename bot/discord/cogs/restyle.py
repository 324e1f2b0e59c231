"""`/restyle`: any picture in another look."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord.call import Call
from bot.discord.changing import change_chosen
from bot.discord.cogs import choices
from bot.discord.context import Interaction
from bot.discord.pictures import check, chosen
from bot.studio.requests import Change, Refusal, Wish


class Restyle(commands.Cog):
    """Style transfer."""

    @app_commands.command()
    @app_commands.describe(
        style="A look, as /styles shows them",
        picture="Which of your pictures",
        upload="Or a file of yours",
        member="Or somebody's avatar",
        like="Or show the look by a picture",
        like2="A second picture of the look",
        like3="A third picture of the look",
        strength="How far to go, in percent",
        keep_colours="Keep the picture's own colours, and take on marks and tones alone",
        private="Only you will see the picture",
    )
    @app_commands.autocomplete(style=choices.worn_styles, picture=choices.pictures)
    async def restyle(
        self,
        interaction: Interaction,
        style: str | None = None,
        picture: str | None = None,
        upload: discord.Attachment | None = None,
        member: discord.User | None = None,
        like: discord.Attachment | None = None,
        like2: discord.Attachment | None = None,
        like3: discord.Attachment | None = None,
        strength: app_commands.Range[int, 0, 100] | None = None,
        keep_colours: bool = False,
        private: bool | None = None,
    ) -> None:
        """Give a picture another look."""
        call = Call(interaction)
        looks = tuple(look for look in (like, like2, like3) if look is not None)
        if bool(style) == bool(looks):
            raise Refusal("no_look" if not looks else "two_looks")
        source = chosen(call, picture, upload, member)
        for look in looks:
            check(call, look)
        change = Change(strength=choices.share(strength), keep_colours=keep_colours)
        wish = Wish(prompt="", mode="restyle", style=style, change=change)
        await change_chosen(call, wish, source, looks, private=private)
