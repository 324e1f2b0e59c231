"""`/style`: looks that a server makes for itself."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord.call import Call
from bot.discord.cogs import choices
from bot.discord.context import Interaction
from bot.discord.pictures import check, take_in
from bot.discord.render.crafting import made_styles
from bot.studio.craft_own import LONGEST_NAME, LONGEST_STYLE


class Style(commands.Cog):
    """Making styles."""

    style = app_commands.Group(
        name="style",
        description="The styles that this server has made for itself",
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )

    @style.command()
    @app_commands.describe(
        called="What it is called",
        words="What goes around every prompt, such as: overgrown with moss, soft light",
        like="Or show the look by a picture",
        like2="A second picture of the look",
        like3="A third picture of the look",
        negative="What must not be in its pictures",
    )
    async def create(
        self,
        interaction: Interaction,
        called: app_commands.Range[str, 1, LONGEST_NAME],
        words: app_commands.Range[str, 1, LONGEST_STYLE] = "",
        like: discord.Attachment | None = None,
        like2: discord.Attachment | None = None,
        like3: discord.Attachment | None = None,
        negative: app_commands.Range[str, 0, LONGEST_STYLE] = "",
    ) -> None:
        """Make a style of your own for this server."""
        call = Call(interaction)
        looks = [look for look in (like, like2, like3) if look is not None]
        for look in looks:
            check(call, look)
        await call.defer()
        taken = [await take_in(call, look) for look in looks]
        await call.studio.create_style(call.actor, call.origin(private=True), called, words, negative, taken)
        await call.show(made_styles(call.studio.styles(interaction.guild_id), call.text, new=called))

    @style.command()
    @app_commands.describe(which="Which one")
    @app_commands.autocomplete(which=choices.own_styles)
    async def delete(self, interaction: Interaction, which: app_commands.Range[str, 1, LONGEST_NAME]) -> None:
        """Delete a style of this server's own."""
        call = Call(interaction)
        await call.defer()
        gone = await call.studio.delete_own(call.actor, call.origin(private=True), "style", which)
        await call.show(made_styles(call.studio.styles(interaction.guild_id), call.text, gone=gone))

    @style.command(name="list")
    async def list_(self, interaction: Interaction) -> None:
        """See the styles that this server has made."""
        call = Call(interaction)
        await call.show(made_styles(call.studio.styles(interaction.guild_id), call.text))
