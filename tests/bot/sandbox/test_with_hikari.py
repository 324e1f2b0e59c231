"""hikari, a strict client that nobody here wrote, judges the sandbox."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import hikari
import pytest
from hikari.impl import special_endpoints

from tests.bot.sandbox.library_bot import PNG
from tests.bot.sandbox.member import EPHEMERAL, Member, pictures_of, text_of
from tests.bot.sandbox.process import RunningSandbox

pytestmark = pytest.mark.asyncio

INTENTS = hikari.Intents.GUILDS | hikari.Intents.GUILD_MESSAGES | hikari.Intents.DM_MESSAGES


@pytest.fixture(autouse=True)
def complaints(caplog: pytest.LogCaptureFixture) -> None:
    """hikari only logs what it finds odd; here that fails the test."""
    caplog.set_level(logging.WARNING, "hikari")
    yield
    logged = [one for one in caplog.get_records("call") if one.name.startswith("hikari")]
    # hikari.ux gives advice about Python's own options.
    assert [one.getMessage() for one in logged if one.name != "hikari.ux"] == []


@asynccontextmanager
async def judged(sandbox: RunningSandbox) -> AsyncIterator[hikari.GatewayBot]:
    bot = hikari.GatewayBot(sandbox.token, rest_url=sandbox.api, intents=INTENTS, banner=None, logs=None)
    bot.listen(hikari.CommandInteractionCreateEvent)(_on_command)
    bot.listen(hikari.AutocompleteInteractionCreateEvent)(_on_autocomplete)
    bot.listen(hikari.ComponentInteractionCreateEvent)(_on_component)
    bot.listen(hikari.ModalInteractionCreateEvent)(_on_modal)
    await bot.start(check_for_updates=False)
    application = await bot.rest.fetch_application()
    paint = bot.rest.slash_command_builder("paint", "Paint a picture").add_option(
        hikari.CommandOption(
            type=hikari.OptionType.STRING, name="prompt", description="what", is_required=True, autocomplete=True
        )
    )
    menu = bot.rest.context_menu_command_builder(hikari.CommandType.MESSAGE, "Details")
    await bot.rest.set_application_commands(application.id, [paint, menu])
    try:
        yield bot
    finally:
        await bot.close()


async def _on_command(event: hikari.CommandInteractionCreateEvent) -> None:
    interaction = event.interaction
    if interaction.command_type is hikari.CommandType.MESSAGE:
        [message] = interaction.resolved.messages.values()
        await interaction.create_initial_response(4, f"about {message.id}", flags=hikari.MessageFlag.EPHEMERAL)
        return
    await interaction.create_initial_response(hikari.ResponseType.DEFERRED_MESSAGE_CREATE)
    container = special_endpoints.ContainerComponentBuilder(accent_color=hikari.Color(0xFF8800))
    container.add_text_display(interaction.options[0].value)
    picture = special_endpoints.MediaGalleryItemBuilder(media=hikari.Bytes(PNG, "one.png"), description="a fox")
    container.add_media_gallery([picture])
    row = special_endpoints.MessageActionRowBuilder()
    row.add_interactive_button(hikari.ButtonStyle.PRIMARY, "again", label="Again")
    row.add_interactive_button(hikari.ButtonStyle.SECONDARY, "more", label="More")
    await interaction.edit_initial_response(components=[container, row])
    original = await interaction.fetch_initial_response()
    await interaction.execute(f"follow-up of {original.id}")


async def _on_autocomplete(event: hikari.AutocompleteInteractionCreateEvent) -> None:
    await event.interaction.create_response([special_endpoints.AutocompleteChoiceBuilder("a fox", "a fox")])


async def _on_component(event: hikari.ComponentInteractionCreateEvent) -> None:
    interaction = event.interaction
    if interaction.custom_id == "again":
        await interaction.create_initial_response(hikari.ResponseType.DEFERRED_MESSAGE_UPDATE)
        await interaction.edit_initial_response(
            component=special_endpoints.TextDisplayComponentBuilder(content="again")
        )
        return
    row = special_endpoints.ModalActionRowBuilder().add_text_input("prompt", "Prompt", value="a fox")
    await interaction.create_modal_response("Remix", "remix", components=[row])


async def _on_modal(event: hikari.ModalInteractionCreateEvent) -> None:
    text = event.interaction.components[0].components[0].value
    await event.interaction.create_initial_response(4, f"submitted {text}")


async def _painted(ada: Member) -> dict:
    asked = await ada.slash("paint", prompt="a red fox")
    return await ada.wait_for_message(
        lambda one: one.get("interaction_metadata", {}).get("id") == asked and bool(pictures_of(one))
    )


async def test_the_whole_conversation(sandbox: RunningSandbox) -> None:
    async with judged(sandbox), sandbox.member("ada") as ada:
        assert (await ada.autocomplete("paint", "prompt", "a"))[0]["name"] == "a fox"
        message = await _painted(ada)
        assert text_of(message) == "a red fox"
        assert await ada.download(pictures_of(message)[0]["media"]["url"]) == PNG
        await ada.wait_for_message(lambda one: one["content"] == f"follow-up of {message['id']}")
        opened = await ada.press(message, "More")
        await ada.modal(opened)
        submitted = await ada.reply(await ada.submit_modal(opened, {"prompt": "an owl"}))
        assert submitted["content"] == "submitted an owl"
        about = await ada.reply(await ada.menu("Details", message))
        assert about["content"] == f"about {message['id']}" and about["flags"] == EPHEMERAL
        await ada.press(message, "Again")
        await ada.newest(message, lambda one: text_of(one) == "again")


async def test_what_can_be_read_and_written_by_rest(sandbox: RunningSandbox) -> None:
    async with judged(sandbox) as bot, sandbox.member("ada") as ada:
        guild_id = int(ada.world["guilds"][0]["id"])
        guild = await bot.rest.fetch_guild(guild_id)
        assert guild.name == "Art Corner" and len(await bot.rest.fetch_roles(guild_id)) == 3
        assert {one.name for one in await bot.rest.fetch_guild_channels(guild_id)} >= {"general", "after-dark"}
        assert (await bot.rest.fetch_member(guild_id, int(ada.id))).username == "ada"
        assert (await bot.rest.fetch_user(int(ada.id))).global_name == "Ada"
        assert len(await bot.rest.fetch_my_guilds()) == 2
        channel = await bot.rest.fetch_channel(int(ada.channel("general")))
        sent = await bot.rest.create_message(channel.id, "hello", attachment=hikari.Bytes(PNG, "one.png"))
        assert (await bot.rest.fetch_message(channel.id, sent.id)).attachments[0].width == 1
        await bot.rest.edit_message(channel.id, sent.id, "hello again")
        assert [one.content for one in await bot.rest.fetch_messages(channel.id)] == ["hello again"]
        await bot.rest.delete_message(channel.id, sent.id)
        await ada.gone({"id": str(sent.id)})
        direct = await bot.rest.create_dm_channel(int(ada.id))
        await bot.rest.create_message(direct.id, "hi")
        await ada.wait_for_message(lambda one: one["content"] == "hi")


async def test_events_of_messages_carry_no_words_of_others(sandbox: RunningSandbox) -> None:
    async with judged(sandbox) as bot, sandbox.member("ada") as ada:
        stream = asyncio.create_task(bot.wait_for(hikari.GuildMessageCreateEvent, timeout=10))
        direct = asyncio.create_task(bot.wait_for(hikari.DMMessageCreateEvent, timeout=10))
        await asyncio.sleep(0)
        await ada.say("secret words")
        await ada.say("hello bot", "dm")
        assert not (await stream).message.content
        assert (await direct).content == "hello bot"


async def test_a_dropped_connection_is_resumed(sandbox: RunningSandbox) -> None:
    async with judged(sandbox), sandbox.member("ada") as ada:
        await sandbox.disturb("reconnect")
        assert text_of(await _painted(ada)) == "a red fox"
        counts = (await sandbox.state())["gateway"]
        assert (counts["identify"], counts["resume"]) == (1, 1)
