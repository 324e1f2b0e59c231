"""Carrying letters to Discord: the rungs of the delivery ladder, and what each failure means."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

import aiohttp
import discord
from discord.ext import commands

from bot.discord.ids import JOB_VERBS
from bot.discord.render.crafting import listed
from bot.discord.render.letters import render
from bot.discord.render.parts import Message
from bot.discord.reports import post_of
from bot.discord.targets import targets_in
from bot.discord.text import text_for
from bot.discord.uploads import DEFAULT_LIMIT, fitted
from bot.studio.delivery import Expired, Forbidden, Gone, Letter, Unclear, Unreachable
from bot.studio.requests import Standing
from bot.studio.studio import Studio
from storage.records import Report, Roster

log = logging.getLogger(__name__)

_PATIENCE_S = 60.0
"""How long one delivery may take with all of the library's own repetitions."""
_LOOK_BACK = 100
"""Messages of a channel that are searched for an own one; one page of Discord's answer."""

_EXPIRED = frozenset({50027, 10015, 10062})
_GONE = frozenset({10003, 10008, 10013})
_ORIGINAL = cast(int, "@original")


class DiscordPostman:
    """Implements `bot.studio.delivery.Postman` with the library's own client."""

    def __init__(self, bot: commands.Bot, studio: Studio) -> None:
        """Send through this client; the studio's cached settings decide about language, spoilers and buttons."""
        self._bot = bot
        self._studio = studio

    async def edit_reply(self, letter: Letter, token: str, application_id: int) -> int:
        """Edit the interaction's own reply; return its message id."""
        webhook = discord.Webhook.partial(application_id, token, client=self._client())
        message = await self._message(letter, letter.job.filesize_limit)
        async with _translated():
            edited = await webhook.edit_message(
                _ORIGINAL,
                view=message.view(),
                attachments=message.files(),
                allowed_mentions=discord.AllowedMentions.none(),
            )
        if letter.mention is not None and not letter.job.private:
            await self._ping(webhook, letter, letter.mention)
        return edited.id

    async def edit_message(self, letter: Letter, channel_id: int, message_id: int) -> None:
        """Edit a message of ours."""
        channel = self._client().get_partial_messageable(channel_id, guild_id=letter.job.guild_id)
        message = await self._message(letter, self._limit(letter.job.guild_id))
        async with _translated():
            await channel.get_partial_message(message_id).edit(
                view=message.view(), attachments=message.files(), allowed_mentions=discord.AllowedMentions.none()
            )

    async def send(self, letter: Letter, channel_id: int, nonce: str) -> int:
        """Send a new message that carries the job; return its id."""
        channel = self._client().get_partial_messageable(channel_id, guild_id=letter.job.guild_id)
        message = await self._message(letter, self._limit(letter.job.guild_id))
        async with _translated():
            return await _send(channel, message, nonce, letter.mention)

    async def find(self, channel_id: int, job_id: int) -> int | None:
        """Return the id of a recent message of ours there that carries the job, or None."""
        client = self._client()
        channel = client.get_partial_messageable(channel_id)
        async with _translated():
            async for message in channel.history(limit=_LOOK_BACK):
                if any(target.verb in JOB_VERBS and target.id == job_id for target in targets_in(client, message)):
                    return message.id
        return None

    async def direct(self, letter: Letter, member_id: int, nonce: str) -> tuple[int, int]:
        """Send the letter to the member's direct messages; return the channel's id and the message's."""
        client = self._client()
        message = await self._message(letter, DEFAULT_LIMIT)
        async with _translated():
            channel = await client.create_dm(discord.Object(member_id))
            return channel.id, await _send(channel, message, nonce, None)

    async def edit_roster(self, roster: Roster, standings: Sequence[Standing]) -> None:
        """Edit the message that lists jobs which were asked for together, by its token."""
        webhook = discord.Webhook.partial(roster.application_id, roster.token, client=self._client())
        settings = self._studio.cached_settings(roster.guild_id, roster.member_id)
        message = listed(roster, standings, text_for(settings.member.language or roster.locale))
        async with _translated():
            await webhook.edit_message(_ORIGINAL, view=message.view(), allowed_mentions=discord.AllowedMentions.none())

    async def redraw_report(self, report: Report, channel_id: int, message_id: int) -> None:
        """Draw the post of a report anew, as things are now."""
        client = self._client()
        guild = client.get_guild(report.guild_id) if report.guild_id else None
        message = await post_of(self._studio, report, guild.preferred_locale.value if guild else "en")
        channel = client.get_partial_messageable(channel_id, guild_id=report.guild_id)
        async with _translated():
            await channel.get_partial_message(message_id).edit(
                view=message.view(), attachments=message.files(), allowed_mentions=discord.AllowedMentions.none()
            )

    def _client(self) -> commands.Bot:
        if self._bot.user is None or self._bot.is_closed():
            raise Unreachable("The bot is not logged in.")
        return self._bot

    def _limit(self, guild_id: int | None) -> int:
        guild = self._bot.get_guild(guild_id) if guild_id else None
        return guild.filesize_limit if guild else DEFAULT_LIMIT

    async def _message(self, letter: Letter, limit: int) -> Message:
        job = letter.job
        settings = self._studio.cached_settings(job.guild_id, job.member_id)
        text = text_for(settings.member.language or job.locale)
        letter = replace(letter, pictures=await fitted(letter.pictures, limit))
        modes = [self._studio.modes_of(artwork) for artwork in letter.artworks]
        common = frozenset.intersection(*modes) if modes else frozenset()
        return render(letter, text, modes=common, spoiler=settings.guild.spoiler)

    async def _ping(self, webhook: discord.Webhook, letter: Letter, member_id: int) -> None:
        """Tell the member that the wait is over: an edit alone notifies nobody. Best effort, and never an error."""
        settings = self._studio.cached_settings(letter.job.guild_id, letter.job.member_id)
        text = text_for(settings.member.language or letter.job.locale)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await webhook.send(text("job.ready", member=f"<@{member_id}>"), allowed_mentions=_only(member_id))
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            log.info("Member %s could not be told that job %s is done: %s", member_id, letter.job.id, error)


def _only(member_id: int | None) -> discord.AllowedMentions:
    if member_id is None:
        return discord.AllowedMentions.none()
    return discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=[discord.Object(member_id)])


async def _send(channel: discord.abc.Messageable, message: Message, nonce: str, mention: int | None) -> int:
    sent: Any = await channel.send(
        view=message.view(), files=message.files(), nonce=nonce, allowed_mentions=_only(mention)
    )
    return int(sent.id)


@asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    """Turn what the library raises into what the ladder understands."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            yield
    except discord.RateLimited as error:
        raise Unreachable(str(error)) from error
    except discord.HTTPException as error:
        raise _meaning(error) from error
    except aiohttp.ClientConnectorError as error:
        raise Unreachable(str(error)) from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        # The request may have arrived although its answer did not.
        raise Unclear(repr(error)) from error


def _meaning(error: discord.HTTPException) -> Exception:
    if error.code in _EXPIRED:
        return Expired(str(error))
    if error.code in _GONE:
        return Gone(str(error))
    if error.status in (401, 429):
        # Without a valid token nothing says that the place is closed: the letter waits until the bot is let in again.
        return Unreachable(str(error))
    if error.status >= 500:
        return Unclear(str(error))
    if error.status == 404:
        return Gone(str(error))
    if error.status != 403:
        log.error("Discord refused a message of ours.", exc_info=error)
    return Forbidden(str(error))
