"""`/blend`: several pictures and prompts in one."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord.call import Call
from bot.discord.cogs import choices
from bot.discord.cogs.imagine import MAX_COUNT
from bot.discord.context import Interaction
from bot.discord.mixing import mix, named
from bot.discord.modals.remix import MAX_SEED
from bot.studio.checks import MAX_PROMPT
from bot.studio.requests import Wish

Thing = app_commands.Range[str, 1, MAX_PROMPT] | None
File = discord.Attachment | None


class Blend(commands.Cog):
    """Blending."""

    @app_commands.command()
    @app_commands.describe(
        first="A picture of yours or of this server, or words",
        second="Another picture, or words",
        third="A third, if you like",
        fourth="A fourth",
        fifth="A fifth",
        upload="Or a file of yours",
        upload2="A second file",
        upload3="A third file",
        upload4="A fourth file",
        upload5="A fifth file",
        prompt="Words to mix in",
        weights="How much each counts, in this order: 2,1,1",
        style="A look for all of it",
        count="How many pictures",
        seed="The same seed paints the same pictures",
        private="Only you will see the pictures",
    )
    @app_commands.autocomplete(
        first=choices.things,
        second=choices.things,
        third=choices.things,
        fourth=choices.things,
        fifth=choices.things,
        style=choices.styles,
    )
    async def blend(
        self,
        interaction: Interaction,
        first: Thing = None,
        second: Thing = None,
        third: Thing = None,
        fourth: Thing = None,
        fifth: Thing = None,
        upload: File = None,
        upload2: File = None,
        upload3: File = None,
        upload4: File = None,
        upload5: File = None,
        prompt: Thing = None,
        weights: app_commands.Range[str, 1, 60] | None = None,
        style: str | None = None,
        count: app_commands.Range[int, 1, MAX_COUNT] | None = None,
        seed: app_commands.Range[int, 0, MAX_SEED] | None = None,
        private: bool | None = None,
    ) -> None:
        """Mix two to five pictures, and words if you like."""
        call = Call(interaction)
        files = (upload, upload2, upload3, upload4, upload5)
        things = named(call, (first, second, third, fourth, fifth), files)
        if prompt is not None:
            things.append(prompt)
        wish = Wish(prompt="", mode="blend", style=style, count=count, seed=seed)
        await mix(call, wish, things, weights, private=private)
