"""One interaction, and the JSON objects that tell of it."""

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox import messages, payloads
from bot.sandbox.attachments import Attachments
from bot.sandbox.messages import Message
from bot.sandbox.permissions import in_channel
from bot.sandbox.world import DIRECT, Channel, World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
_USER_COMMAND, _MESSAGE_COMMAND = 2, 3
_NESTED = (1, 2)
_GUILD, _BOT_DM, _PRIVATE = 0, 1, 2


@dataclass(slots=True)
class Interaction:
    """One interaction; times in Unix seconds.

    Attributes:
        state: `waiting`, `answered` or `failed`.
        source_id: The message whose component was used, also for a modal that was opened from one.
        original_id: The message that `@original` means.
        loading: Whether the original is still the placeholder of a defer.
        metadata: The `interaction_metadata` object of messages that answer.
        command: The name of the command with its subcommand, for a command.
        modal: The modal that was the answer.
    """

    id: int
    token: str
    type: int
    user_id: int
    channel_id: int
    opened_at: float
    metadata: dict[str, Any] = field(default_factory=dict)
    source_id: int | None = None
    original_id: int | None = None
    state: str = "waiting"
    loading: bool = False
    ephemeral: bool = False
    followups: int = 0
    modal: dict[str, Any] | None = None
    command: str | None = None

    @property
    def user_install(self) -> bool:
        """Whether the application acts for the user alone, not for the place."""
        return "1" in self.metadata["authorizing_integration_owners"]


def command_name(data: dict[str, Any]) -> str:
    """Return the name of a command as it is shown, such as `admin words add`."""
    names, options = [data["name"]], data.get("options") or []
    while options and options[0]["type"] in _NESTED:
        names.append(options[0]["name"])
        options = options[0]["options"]
    return " ".join(names)


def authorizing_owners(world: World, channel: Channel, user_id: int) -> dict[str, str]:
    """Return for whom the application acts in a channel: for its guild, in its direct channel, or for the user."""
    guild = world.guild_of(channel)
    if not (guild.installed if guild else channel.type == DIRECT):
        return {"1": str(user_id)}
    return {"0": "0" if guild is None else str(guild.id)}


def metadata(
    world: World, interaction: Interaction, channel: Channel, data: dict[str, Any], parent: Interaction | None
) -> dict[str, Any]:
    """Return the `interaction_metadata` of messages that answer; `parent` was answered by the submitted modal."""
    result: dict[str, Any] = {
        "id": str(interaction.id),
        "type": interaction.type,
        "user": payloads.user(world.users[interaction.user_id]),
        "authorizing_integration_owners": authorizing_owners(world, channel, interaction.user_id),
    }
    if interaction.type == COMPONENT:
        result["interacted_message_id"] = str(interaction.source_id)
    if interaction.type == MODAL_SUBMIT and parent is not None:
        result["triggering_interaction_metadata"] = parent.metadata
    if interaction.type == COMMAND and data["type"] == _USER_COMMAND:
        result["target_user"] = payloads.user(world.users[int(data["target_id"])])
    if interaction.type == COMMAND and data["type"] == _MESSAGE_COMMAND:
        result["target_message_id"] = data["target_id"]
    return result


def payload(
    world: World,
    attachments: Attachments,
    interaction: Interaction,
    channel: Channel,
    data: dict[str, Any],
    source: Message | None,
) -> dict[str, Any]:
    """Return the object of INTERACTION_CREATE; `source` is the message whose component was used or led to the modal."""
    user = world.users[interaction.user_id]
    guild = world.guild_of(channel)
    result: dict[str, Any] = {
        "id": str(interaction.id),
        "application_id": str(world.bot.id),
        "type": interaction.type,
        "token": interaction.token,
        "version": 1,
        "data": data,
        "channel_id": str(channel.id),
        "channel": payloads.interaction_channel(world, channel, user.id),
        "app_permissions": str(in_channel(world, channel, world.bot.id) or in_channel(world, channel, user.id)),
        "locale": user.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": interaction.metadata["authorizing_integration_owners"],
        "context": _GUILD if guild else _BOT_DM if channel.type == DIRECT else _PRIVATE,
        "attachment_size_limit": attachments.limit_bytes,
    }
    if guild is None:
        result["user"] = payloads.user(user)
    else:
        member = payloads.member(guild.members[user.id], user, in_channel(world, channel, user.id))
        result |= {"guild_id": str(guild.id), "guild": payloads.partial_guild(guild), "member": member}
        result["guild_locale"] = guild.locale
    if source is not None:
        result["message"] = messages.payload(world, attachments, source)
    return result
