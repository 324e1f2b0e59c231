"""A small bot on the unmodified discord.py that uses all that the sandbox promises."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO

import discord
import yarl
from discord import app_commands, ui

from tests.bot.sandbox.process import RunningSandbox

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
FRUITS = ["apple", "banana", "cherry"]


def file(name: str = "one.png") -> discord.File:
    return discord.File(BytesIO(PNG), name, description=f"alt of {name}")


class Panel(ui.LayoutView):
    """A result as the real bot shows it: a gallery with buttons, all of components V2."""

    def __init__(self, text: str = "painted", url: str = "attachment://one.png") -> None:
        super().__init__(timeout=None)
        gallery = ui.MediaGallery(discord.MediaGalleryItem(url, description="a red fox"))
        row = ui.ActionRow(
            ui.Button(label="Again", custom_id="s1:again:1"), ui.Button(label="More", custom_id="s1:more:1")
        )
        select = ui.ActionRow(
            ui.Select(custom_id="s1:style:1", options=[discord.SelectOption(label=one) for one in FRUITS])
        )
        self.add_item(ui.Container(ui.TextDisplay(text), gallery, ui.Separator(), row, select))


class Remix(ui.Modal, title="Remix"):
    """A modal with a prefilled text, a select and a file."""

    def __init__(self) -> None:
        super().__init__(custom_id="s1:remix:1")
        text = ui.TextInput(custom_id="prompt", style=discord.TextStyle.long, default="a fox", max_length=1500)
        select = ui.Select(
            custom_id="fruit", required=False, options=[discord.SelectOption(label=one) for one in FRUITS]
        )
        self.add_item(ui.Label(text="Prompt", component=text))
        self.add_item(ui.Label(text="Fruit", component=select))
        self.add_item(ui.Label(text="Reference", component=ui.FileUpload(custom_id="file", required=False)))


class LibraryBot(discord.Client):
    """Answers interactions in the ways that a test names."""

    def __init__(self, **options: object) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=0.05,
            **options,
        )
        self.tree = app_commands.CommandTree(self)
        self.resumed = asyncio.Event()
        self.guilds_left: list[int] = []
        _add_commands(self.tree)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_resumed(self) -> None:
        self.resumed.set()

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self.guilds_left.append(guild.id)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        data = interaction.data or {}
        answer = interaction.response
        match interaction.type, data.get("custom_id"):
            case discord.InteractionType.component, "s1:again:1":
                await answer.edit_message(
                    view=Panel("again", interaction.message.components[0].children[1].items[0].media.url)
                )
            case discord.InteractionType.component, "s1:more:1":
                await answer.send_modal(Remix())
            case discord.InteractionType.component, "s1:style:1":
                await answer.send_message(f"chosen {data['values']}", ephemeral=True)
            case discord.InteractionType.modal_submit, "s1:remix:1":
                await answer.defer(ephemeral=True, thinking=True)
                prompt, fruit, _ = (one["component"] for one in data["components"])
                content = [await one.read() for one in _resolved(interaction)]
                text = f"{prompt['value']} {fruit['values']} {[len(one) for one in content]}"
                await interaction.followup.send(text)


def _resolved(interaction: discord.Interaction) -> list[discord.Attachment]:
    attachments = interaction.data.get("resolved", {}).get("attachments", {})
    return [discord.Attachment(data=one, state=interaction._state) for one in attachments.values()]


def _add_commands(tree: app_commands.CommandTree) -> None:
    @tree.command(description="Paint a picture")
    @app_commands.describe(prompt="what", fruit="which", count="how many", image="a reference")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def imagine(
        interaction: discord.Interaction,
        prompt: app_commands.Range[str, 1, 1500],
        fruit: str | None = None,
        count: app_commands.Range[int, 1, 4] = 1,
        image: discord.Attachment | None = None,
        private: bool = False,
    ) -> None:
        await interaction.response.defer(ephemeral=private)
        text = f"{prompt} {fruit} {count} {image and image.filename}"
        await interaction.edit_original_response(attachments=[file()], view=Panel(text))

    @imagine.autocomplete("fruit")
    async def fruits(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=one, value=one) for one in FRUITS if one.startswith(current)]

    @tree.command(description="Answer at once")
    async def hello(interaction: discord.Interaction, private: bool = False) -> None:
        embed = discord.Embed(title="Hello", description="<@1> @everyone").set_image(url="attachment://one.png")
        await interaction.response.send_message("hello @everyone", embed=embed, file=file(), ephemeral=private)
        await interaction.followup.send("and again", ephemeral=private)

    group = app_commands.Group(name="admin", description="For moderators", default_permissions=discord.Permissions(32))

    @group.command(description="Post in this channel")
    async def post(interaction: discord.Interaction, nonce: str) -> None:
        await interaction.response.defer(ephemeral=True)
        try:
            sent = await interaction.channel.send("posted", nonce=nonce)
            await interaction.followup.send(f"sent {sent.id}")
        except discord.Forbidden as error:
            await interaction.followup.send(f"forbidden {error.code}")

    tree.add_command(group)

    @tree.context_menu(name="Details")
    async def details(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"{message.id} by {message.author.id}", ephemeral=True)

    @tree.context_menu(name="Gallery")
    async def gallery(interaction: discord.Interaction, member: discord.Member) -> None:
        await interaction.response.send_message(f"{member.name} since {member.joined_at.year}", ephemeral=True)


@asynccontextmanager
async def redirected(sandbox: RunningSandbox) -> AsyncIterator[LibraryBot]:
    """Run the bot against a sandbox by two class attributes."""
    saved = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    discord.http.Route.BASE = sandbox.api
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(sandbox.gateway)
    try:
        async with running(LibraryBot(), sandbox.token) as bot:
            yield bot
    finally:
        discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = saved


@asynccontextmanager
async def running(bot: LibraryBot, token: str) -> AsyncIterator[LibraryBot]:
    """Log a bot in and wait until it is ready."""
    async with bot:
        task = asyncio.create_task(bot.start(token))
        ready = asyncio.create_task(_ready(bot))
        done, _ = await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED, timeout=20)
        if task in done:
            task.result()
        assert ready in done, "the bot did not become ready"
        try:
            yield bot
        finally:
            await bot.close()
            await asyncio.gather(task, return_exceptions=True)


async def _ready(bot: LibraryBot) -> None:
    # `wait_until_ready` may be called only after the login.
    while not bot.is_ready():
        await asyncio.sleep(0.01)
