"""`/edit`: a part of a picture painted anew, something taken out, or what lies beyond its edges."""

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord.call import Call
from bot.discord.changing import change_chosen
from bot.discord.cogs import choices
from bot.discord.cogs.imagine import MAX_COUNT
from bot.discord.context import Interaction
from bot.discord.modals.edit import MAX_FIND
from bot.discord.modals.remix import MAX_SEED
from bot.discord.pictures import chosen
from bot.discord.ways import extended, panned, part_of, zoomed
from bot.studio.checks import MAX_PROMPT
from bot.studio.requests import Change, Wish

Words = app_commands.Range[str, 1, MAX_PROMPT] | None
What = app_commands.Range[str, 1, MAX_FIND] | None
Percent = app_commands.Range[int, 0, 100] | None
Count = app_commands.Range[int, 1, MAX_COUNT] | None
Seed = app_commands.Range[int, 0, MAX_SEED] | None
Side = Literal["left", "right", "top", "bottom"]
MOST_ZOOM = 8.0


class Edit(commands.Cog):
    """Editing; what is not painted anew stays to the bit."""

    edit = app_commands.Group(name="edit", description="Change a part of a picture, or look beyond its edges")

    @edit.command()
    @app_commands.describe(
        picture="Which of your pictures",
        upload="Or a file of yours",
        what="What it is, in words: the fox",
        box="Where it is, in percent: left,top,right,bottom",
        prompt="What shall be there; else the picture's own words",
        strength="How much may change there, in percent",
        count="How many pictures",
        seed="The same seed paints the same pictures",
        private="Only you will see the pictures",
    )
    @app_commands.autocomplete(picture=choices.pictures, box=choices.areas)
    async def repaint(
        self,
        interaction: Interaction,
        picture: str | None = None,
        upload: discord.Attachment | None = None,
        what: What = None,
        box: str | None = None,
        prompt: Words = None,
        strength: Percent = None,
        count: Count = None,
        seed: Seed = None,
        private: bool | None = None,
    ) -> None:
        """Paint a part of a picture anew."""
        call = Call(interaction)
        change = Change(find=what, box=part_of(what, box), strength=choices.share(strength))
        wish = Wish(prompt=prompt or "", mode="edit", change=change, count=count, seed=seed)
        await change_chosen(call, wish, chosen(call, picture, upload), private=private)

    @edit.command()
    @app_commands.describe(
        picture="Which of your pictures",
        upload="Or a file of yours",
        what="What it is, in words: the fox",
        box="Where it is, in percent: left,top,right,bottom",
        count="How many pictures",
        seed="The same seed paints the same pictures",
        private="Only you will see the pictures",
    )
    @app_commands.autocomplete(picture=choices.pictures, box=choices.areas)
    async def erase(
        self,
        interaction: Interaction,
        picture: str | None = None,
        upload: discord.Attachment | None = None,
        what: What = None,
        box: str | None = None,
        count: Count = None,
        seed: Seed = None,
        private: bool | None = None,
    ) -> None:
        """Take something out of a picture."""
        call = Call(interaction)
        wish = Wish(prompt="", mode="erase", change=Change(find=what, box=part_of(what, box)), count=count, seed=seed)
        await change_chosen(call, wish, chosen(call, picture, upload), private=private)

    @edit.command()
    @app_commands.describe(
        picture="Which of your pictures",
        upload="Or a file of yours",
        side="Where",
        percent="By how much of the picture",
        prompt="What shall be there; else the picture's own words",
        count="How many pictures",
        seed="The same seed paints the same pictures",
        private="Only you will see the pictures",
    )
    @app_commands.autocomplete(picture=choices.pictures)
    async def extend(
        self,
        interaction: Interaction,
        side: Literal[Side, "all"],
        picture: str | None = None,
        upload: discord.Attachment | None = None,
        percent: app_commands.Range[int, 5, 200] = 50,
        prompt: Words = None,
        count: Count = None,
        seed: Seed = None,
        private: bool | None = None,
    ) -> None:
        """Paint what lies beyond an edge; the picture grows."""
        call = Call(interaction)
        wish = Wish(prompt=prompt or "", mode="edit", change=extended(side, percent / 100), count=count, seed=seed)
        await change_chosen(call, wish, chosen(call, picture, upload), private=private)

    @edit.command()
    @app_commands.describe(
        picture="Which of your pictures",
        upload="Or a file of yours",
        side="Where to look",
        percent="By how much of the picture",
        prompt="What shall be there; else the picture's own words",
        count="How many pictures",
        seed="The same seed paints the same pictures",
        private="Only you will see the pictures",
    )
    @app_commands.autocomplete(picture=choices.pictures)
    async def pan(
        self,
        interaction: Interaction,
        side: Side,
        picture: str | None = None,
        upload: discord.Attachment | None = None,
        percent: app_commands.Range[int, 5, 90] = 25,
        prompt: Words = None,
        count: Count = None,
        seed: Seed = None,
        private: bool | None = None,
    ) -> None:
        """Look further to one side; the picture keeps its size."""
        call = Call(interaction)
        wish = Wish(prompt=prompt or "", mode="edit", change=panned(side, percent / 100), count=count, seed=seed)
        await change_chosen(call, wish, chosen(call, picture, upload), private=private)

    @edit.command()
    @app_commands.describe(
        picture="Which of your pictures",
        upload="Or a file of yours",
        times="From how many times as far: 1.1 to 8",
        prompt="What shall be there; else the picture's own words",
        count="How many pictures",
        seed="The same seed paints the same pictures",
        private="Only you will see the pictures",
    )
    @app_commands.autocomplete(picture=choices.pictures)
    async def zoom(
        self,
        interaction: Interaction,
        picture: str | None = None,
        upload: discord.Attachment | None = None,
        times: app_commands.Range[float, 1.1, MOST_ZOOM] = 2.0,
        prompt: Words = None,
        count: Count = None,
        seed: Seed = None,
        private: bool | None = None,
    ) -> None:
        """Look from farther away; the picture keeps its size."""
        call = Call(interaction)
        wish = Wish(prompt=prompt or "", mode="edit", change=zoomed(times), count=count, seed=seed)
        await change_chosen(call, wish, chosen(call, picture, upload), private=private)
