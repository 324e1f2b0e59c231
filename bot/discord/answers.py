"""Answering an interaction, in time and exactly once, whatever happens.

Discord wants the first answer within three seconds. So either something is refused at once, or the answer is deferred
and nothing slow is awaited before that.
"""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

import aiohttp
import discord
from discord import app_commands

from bot.discord.context import Interaction, text_of
from bot.discord.render.parts import Message, Tone, notice
from bot.discord.text import Text
from bot.studio.absence import failure
from bot.studio.requests import Refusal
from bot.studio.studio import Studio
from engine.api.errors import EngineError

log = logging.getLogger(__name__)

_Answer = TypeVar("_Answer")

NOBODY = discord.AllowedMentions.none()

_UNKNOWN_INTERACTION = 10062
_ALREADY_ANSWERED = 40060
_TOO_LARGE = 40005
_EPHEMERAL = "salon_ephemeral"
"""Under what `Interaction.extras` tells, once there was a first answer, whether it was for the member alone."""
_UPDATE = "salon_update"
"""Likewise, whether it promised an edit of the pressed button's message."""


class Unanswerable(Exception):
    """Discord takes no answer any more: it came too late, or another process gave one."""


async def defer(interaction: Interaction, *, ephemeral: bool) -> int | None:
    """Tell Discord that the answer follows in a new message; return that message's id where everybody sees it.

    Raises:
        Unanswerable: nothing may be begun for this interaction.
    """
    response = await _acknowledged(interaction, lambda: interaction.response.defer(ephemeral=ephemeral, thinking=True))
    interaction.extras[_EPHEMERAL] = ephemeral
    return None if response is None or ephemeral else response.message_id


async def defer_update(interaction: Interaction) -> None:
    """Tell Discord that the message of the pressed button will be edited.

    Raises:
        Unanswerable: as `defer`.
    """
    await _acknowledged(interaction, interaction.response.defer)
    interaction.extras[_EPHEMERAL] = True
    interaction.extras[_UPDATE] = True


async def show(interaction: Interaction, message: Message) -> None:
    """Give the answer: in the deferred reply where there is one, else at once and to the member alone.

    Raises:
        Unanswerable: as `defer`.
    """
    if _EPHEMERAL in interaction.extras:
        await interaction.edit_original_response(
            view=message.view(), attachments=message.files(), allowed_mentions=NOBODY
        )
        return
    send = interaction.response.send_message
    await _acknowledged(
        interaction,
        lambda: send(view=message.view(), files=message.files(), ephemeral=True, allowed_mentions=NOBODY),
    )
    interaction.extras[_EPHEMERAL] = True


async def open_form(interaction: Interaction, form: discord.ui.Modal) -> None:
    """Answer with a form.

    Raises:
        Unanswerable: as `defer`.
    """
    await _acknowledged(interaction, lambda: interaction.response.send_modal(form))
    interaction.extras[_EPHEMERAL] = True


async def refuse(interaction: Interaction, words: str) -> None:
    """Say no, to the member alone. A placeholder that everybody sees is taken away first.

    The order matters: the first follow-up after a deferred answer takes the placeholder's place and inherits that
    everybody sees it.
    """
    message = notice(words, Tone.BAD)
    if interaction.extras.get(_EPHEMERAL) is False:
        with suppress(discord.NotFound):  # a moderator may have been quicker
            await interaction.delete_original_response()
        await interaction.followup.send(view=message.view(), ephemeral=True, allowed_mentions=NOBODY)
        return
    if interaction.extras.get(_UPDATE):
        # The answer is an edit of the panel that was pressed; a refusal must not wipe that panel away.
        await interaction.followup.send(view=message.view(), ephemeral=True, allowed_mentions=NOBODY)
        return
    await show(interaction, message)


async def answer_error(studio: Studio, interaction: Interaction, error: BaseException) -> None:
    """Tell the member what went wrong; never raises."""
    error = _cause(error)
    if isinstance(error, Unanswerable):
        return
    try:
        await refuse(interaction, explain(text_of(studio, interaction), error))
    except Unanswerable:
        return
    except Exception as failure:
        log.warning("Interaction %s could not be told about an error: %r", interaction.id, failure)


def explain(text: Text, error: BaseException) -> str:
    """Return the sentence for an error; what nobody expected is written to the log."""
    if isinstance(error, Refusal):
        return text.error(error.key, error.values)
    if isinstance(error, EngineError):
        return text.error(*failure(error))
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return text("error.unknown_command")
    if isinstance(error, app_commands.NoPrivateMessage):
        return text("error.server_only")
    if isinstance(error, discord.HTTPException) and error.code == _TOO_LARGE:
        return text("error.too_big")
    log.error("An interaction failed.", exc_info=error)
    return text("error.internal")


def _cause(error: BaseException) -> BaseException:
    while isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    return error


async def _acknowledged(interaction: Interaction, answer: Callable[[], Awaitable[_Answer]]) -> _Answer | None:
    """Send a first answer; None where it arrived although its confirmation was lost.

    Raises:
        Unanswerable: Discord takes no answer any more.
    """
    try:
        return await answer()
    except discord.DiscordServerError as error:
        log.info("The answer to interaction %s is sent again: %s", interaction.id, error)
    except discord.HTTPException as error:
        raise _lost(interaction, error) from error
    except (aiohttp.ClientError, OSError) as error:
        log.info("The answer to interaction %s is sent again: %r", interaction.id, error)
    try:
        return await answer()
    except discord.HTTPException as error:
        if error.code == _ALREADY_ANSWERED:
            # By the first attempt.
            return None
        raise _lost(interaction, error) from error


def _lost(interaction: Interaction, error: discord.HTTPException) -> Exception:
    if error.code == _ALREADY_ANSWERED:
        log.warning("Interaction %s was answered by another process; is a second bot running?", interaction.id)
        return Unanswerable()
    if error.code == _UNKNOWN_INTERACTION:
        log.warning("Interaction %s could not be answered within Discord's three seconds.", interaction.id)
        return Unanswerable()
    return error


class Tree(app_commands.CommandTree[Any]):
    """The commands, with one place that answers their errors."""

    studio: Studio

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Tell the member what went wrong."""
        await answer_error(self.studio, interaction, error)
