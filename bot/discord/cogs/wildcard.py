"""`/wildcard`: lists of words that a prompt may draw from."""

from discord import app_commands
from discord.ext import commands

from bot.discord.call import Call
from bot.discord.cogs import choices
from bot.discord.context import Interaction
from bot.discord.render.crafting import word_lists
from bot.studio.craft_own import LONGEST_NAME

_LONGEST_ENTRIES = 4000


class Wildcard(commands.Cog):
    """Making lists of words."""

    wildcard = app_commands.Group(
        name="wildcard",
        description="Lists of words that __name__ in a prompt draws from",
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )

    @wildcard.command()
    @app_commands.describe(called="What it is called: one word", entries="What may be drawn, with commas between")
    async def create(
        self,
        interaction: Interaction,
        called: app_commands.Range[str, 1, LONGEST_NAME],
        entries: app_commands.Range[str, 1, _LONGEST_ENTRIES],
    ) -> None:
        """Make a list of words for this server."""
        call = Call(interaction)
        await call.defer()
        await call.studio.create_list(call.actor, call.origin(private=True), called, entries)
        await call.show(word_lists(call.studio.word_lists(interaction.guild_id), call.text, new=called))

    @wildcard.command()
    @app_commands.describe(which="Which one")
    @app_commands.autocomplete(which=choices.own_lists)
    async def delete(self, interaction: Interaction, which: app_commands.Range[str, 1, LONGEST_NAME]) -> None:
        """Delete a list of words of this server's."""
        call = Call(interaction)
        await call.defer()
        gone = await call.studio.delete_own(call.actor, call.origin(private=True), "list", which)
        await call.show(word_lists(call.studio.word_lists(interaction.guild_id), call.text, gone=gone))

    @wildcard.command(name="list")
    async def list_(self, interaction: Interaction) -> None:
        """See the lists of words that prompts may draw from."""
        call = Call(interaction)
        await call.show(word_lists(call.studio.word_lists(interaction.guild_id), call.text))
