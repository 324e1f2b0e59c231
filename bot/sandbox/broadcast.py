"""Tells everybody who may know: the bot through the gateway, members through the page."""

import asyncio
from typing import Any

from bot.sandbox import messages, payloads
from bot.sandbox.attachments import Attachments
from bot.sandbox.gateway import Gateway, Intent
from bot.sandbox.messages import Message
from bot.sandbox.permissions import Permission, in_channel
from bot.sandbox.world import Guild, World

Event = dict[str, Any]


class Watcher:
    """One open page: the events that its acting member may see."""

    def __init__(self, user_id: int) -> None:
        self.user_id = user_id
        self.queue: asyncio.Queue[Event] = asyncio.Queue()


class Broadcast:
    """Delivers events to pages and sessions."""

    def __init__(self, world: World, attachments: Attachments, gateway: Gateway) -> None:
        self.watchers: set[Watcher] = set()
        self._world, self._attachments, self._gateway = world, attachments, gateway

    def to_user(self, user_id: int, event: Event) -> None:
        """Show an event to the pages of one member."""
        self._to_pages({user_id}, event)

    def to_all(self, event: Event) -> None:
        """Show an event to every page."""
        self._to_pages(set(self._world.users), event)

    def message(self, change: str, message: Message) -> None:
        """Announce that a message was created, updated or deleted; `change` is `create`, `update` or `delete`."""
        channel = self._world.channel(message.channel_id)
        if channel is None:
            return
        gone = {"id": str(message.id), "channel_id": str(message.channel_id)}
        if channel.guild_id is not None:
            gone["guild_id"] = str(channel.guild_id)
        payload = gone if change == "delete" else messages.payload(self._world, self._attachments, message)
        readers = {
            user_id
            for user_id in self._world.users
            if message.visible_to(user_id) and in_channel(self._world, channel, user_id) & Permission.VIEW_CHANNEL
        }
        self._to_pages(readers, {"type": f"message_{change}", "message": payload})
        self._to_gateway(f"MESSAGE_{change.upper()}", message, payload, channel.guild_id, self._world.bot.id in readers)

    def guild(self, guild: Guild) -> None:
        """Announce that the bot was added to a guild or removed from it."""
        if guild.installed:
            joined = payloads.guild_create(self._world, guild, joined=True)
            self._gateway.dispatch("GUILD_CREATE", joined, Intent.GUILDS)
        else:
            self._gateway.dispatch("GUILD_DELETE", {"id": str(guild.id)}, Intent.GUILDS)
        self.to_all({"type": "guild", "guild_id": str(guild.id), "installed": guild.installed})

    def _to_pages(self, users: set[int], event: Event) -> None:
        for watcher in self.watchers:
            if watcher.user_id in users:
                watcher.queue.put_nowait(event)

    def _to_gateway(
        self, event: str, message: Message, payload: dict[str, Any], guild_id: int | None, bot_reads: bool
    ) -> None:
        intent = Intent.DIRECT_MESSAGES if guild_id is None else Intent.GUILD_MESSAGES
        if not bot_reads or message.ephemeral_for is not None or not self._gateway.wants(intent):
            return
        data = dict(payload)
        if event != "MESSAGE_DELETE" and guild_id is not None:
            member = self._world.guilds[guild_id].members.get(message.author_id)
            data |= {"guild_id": str(guild_id)} | ({"member": payloads.member(member)} if member else {})
            if message.author_id != self._world.bot.id and self._world.bot.id not in message.mentions:
                # The sandbox's application has no privileged intent, so it reads no one else's words in a guild.
                data |= {"content": "", "embeds": [], "attachments": [], "components": []}
        self._gateway.dispatch(event, data, intent)
