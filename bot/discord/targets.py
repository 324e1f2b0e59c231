"""Finding out which pictures a message of ours shows, from the message alone."""

from collections.abc import Iterator
from typing import Any

import discord

from bot.discord.ids import CustomId, parse


def targets_in(client: discord.Client, message: discord.Message) -> list[CustomId]:
    """Return what the components of a message are about, in their order; of somebody else's message nothing."""
    if client.user is None or message.author.id != client.user.id:
        return []
    return [target for component in message.components for target in _targets(component)]


def _targets(component: Any) -> Iterator[CustomId]:
    custom_id = getattr(component, "custom_id", None)
    target = parse(custom_id) if isinstance(custom_id, str) else None
    if target is not None:
        yield target
    accessory = getattr(component, "accessory", None)
    for child in (*getattr(component, "children", ()), *((accessory,) if accessory else ())):
        yield from _targets(child)
