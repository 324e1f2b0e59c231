"""The life of an interaction: opened by a member, answered within three seconds, followed up for fifteen minutes."""

import asyncio
import secrets
from dataclasses import asdict, dataclass
from typing import Any

from bot.sandbox import errors, messages, payloads
from bot.sandbox.attachments import Attachments
from bot.sandbox.broadcast import Broadcast
from bot.sandbox.clock import Clock
from bot.sandbox.gateway import Gateway
from bot.sandbox.messages import Message
from bot.sandbox.permissions import in_channel
from bot.sandbox.snowflakes import Snowflakes
from bot.sandbox.store import Store
from bot.sandbox.world import DIRECT, Channel, World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
ANSWER_WITHIN_S, TOKEN_LIFE_S = 3.0, 900.0
_USER_INSTALL_FOLLOWUPS = 5
_GUILD, _BOT_DM, _PRIVATE = 0, 1, 2
_KIND = "interaction"


@dataclass(slots=True)
class Interaction:
    """One interaction; times in Unix seconds.

    Attributes:
        state: `waiting`, `answered` or `failed`.
        source_id: The message whose component was used, also for a modal that was opened from one.
        original_id: The message that `@original` means.
        loading: Whether the original is still the placeholder of a defer.
        user_install: Whether the application acts for the user alone, not for the place.
        metadata: The `interaction_metadata` object of messages that answer.
        modal: The modal that was the answer.
    """

    id: int
    token: str
    type: int
    user_id: int
    channel_id: int
    opened_at: float
    user_install: bool
    metadata: dict[str, Any]
    source_id: int | None = None
    original_id: int | None = None
    state: str = "waiting"
    loading: bool = False
    ephemeral: bool = False
    followups: int = 0
    modal: dict[str, Any] | None = None


class Interactions:
    """All interactions of which the token may still live."""

    def __init__(
        self,
        world: World,
        store: Store,
        clock: Clock,
        ids: Snowflakes,
        attachments: Attachments,
        gateway: Gateway,
        broadcast: Broadcast,
    ) -> None:
        self._world, self._store, self._clock, self._ids = world, store, clock, ids
        self._attachments, self._gateway, self._broadcast = attachments, gateway, broadcast
        loaded = [Interaction(**document) for document in store.load(_KIND)]
        self._interactions = {one.id: one for one in loaded}
        self._by_token = {one.token: one for one in loaded}

    def open(
        self,
        kind: int,
        user_id: int,
        channel: Channel,
        data: dict[str, Any],
        source: Message | None = None,
        parent: Interaction | None = None,
    ) -> Interaction:
        """Send an interaction to the bot.

        Args:
            kind: `COMMAND`, `COMPONENT`, `AUTOCOMPLETE` or `MODAL_SUBMIT`.
            user_id: Who interacts.
            channel: Where.
            data: The `data` object of the interaction.
            source: The message whose component was used or led to the modal.
            parent: The interaction that was answered by the modal that is submitted.
        """
        guild = self._world.guild_of(channel)
        present = guild.installed if guild else channel.type == DIRECT
        identifier = self._ids.next()
        interaction = Interaction(
            identifier,
            secrets.token_urlsafe(64),
            kind,
            user_id,
            channel.id,
            self._clock.now(),
            user_install=not present,
            metadata=self._metadata(identifier, kind, user_id, channel, data, source, parent, present),
            source_id=source.id if source else None,
        )
        self._interactions[identifier] = interaction
        self._by_token[interaction.token] = interaction
        self.save(interaction)
        self._gateway.dispatch("INTERACTION_CREATE", self._payload(interaction, channel, data, source))
        if not self._gateway.has_session:
            self._fail(interaction)
        else:
            asyncio.get_running_loop().call_later(ANSWER_WITHIN_S, self.fail_overdue)
        return interaction

    def for_answer(self, identifier: int, token: str) -> Interaction:
        """Return an interaction that may get its first answer now.

        Raises:
            ApiError: 10062 after three seconds or for an unknown one, 40060 for one that has its answer.
        """
        self.fail_overdue()
        interaction = self._interactions.get(identifier)
        if interaction is None or interaction.token != token or interaction.state == "failed":
            raise errors.unknown("Interaction")
        if interaction.state == "answered":
            raise errors.already_acknowledged()
        return interaction

    def for_webhook(self, token: str) -> Interaction:
        """Return an interaction by its token, for messages after the first answer.

        Raises:
            ApiError: 10015 before the first answer and for an unknown token, 50027 after fifteen minutes.
        """
        interaction = self._by_token.get(token)
        if interaction is None or interaction.state != "answered":
            raise errors.unknown("Webhook")
        if self._clock.now() - interaction.opened_at > TOKEN_LIFE_S:
            raise errors.token_expired()
        return interaction

    def answered(self, interaction: Interaction) -> None:
        """Note the first answer and tell the member's page."""
        interaction.state = "answered"
        self.save(interaction)
        self._tell(interaction)

    def count_followup(self, interaction: Interaction) -> None:
        """Count a follow-up message.

        Raises:
            ApiError: 40094 for the sixth where the application is installed to the user alone.
        """
        if interaction.user_install and interaction.followups >= _USER_INSTALL_FOLLOWUPS:
            raise errors.too_many_followups()
        interaction.followups += 1
        self.save(interaction)

    def with_modal(self, identifier: int, user_id: int) -> Interaction | None:
        """Return the interaction that was answered to this user by a modal."""
        interaction = self._interactions.get(identifier)
        return interaction if interaction and interaction.modal and interaction.user_id == user_id else None

    def fail_overdue(self) -> None:
        """Give up what has waited for three seconds; called after a change of the clock as well."""
        now = self._clock.now()
        for interaction in list(self._interactions.values()):
            if interaction.state == "waiting" and now - interaction.opened_at >= ANSWER_WITHIN_S:
                self._fail(interaction)

    def save(self, interaction: Interaction) -> None:
        """Write an interaction as it is now."""
        self._store.save(_KIND, interaction.id, asdict(interaction))

    def _fail(self, interaction: Interaction) -> None:
        interaction.state = "failed"
        self.save(interaction)
        self._tell(interaction)

    def _tell(self, interaction: Interaction) -> None:
        event = {"type": "interaction", "interaction_id": str(interaction.id), "state": interaction.state}
        self._broadcast.to_user(interaction.user_id, event)

    def _metadata(
        self,
        identifier: int,
        kind: int,
        user_id: int,
        channel: Channel,
        data: dict[str, Any],
        source: Message | None,
        parent: Interaction | None,
        present: bool,
    ) -> dict[str, Any]:
        metadata: dict[str, Any] = {
            "id": str(identifier),
            "type": kind,
            "user": payloads.user(self._world.users[user_id]),
            "authorizing_integration_owners": _owners(channel, user_id, present),
        }
        if kind == COMPONENT and source is not None:
            metadata["interacted_message_id"] = str(source.id)
        if kind == MODAL_SUBMIT and parent is not None:
            metadata["triggering_interaction_metadata"] = parent.metadata
        if kind == COMMAND and data["type"] == _USER_COMMAND:
            metadata["target_user"] = payloads.user(self._world.users[int(data["target_id"])])
        if kind == COMMAND and data["type"] == _MESSAGE_COMMAND:
            metadata["target_message_id"] = data["target_id"]
        return metadata

    def _payload(
        self, interaction: Interaction, channel: Channel, data: dict[str, Any], source: Message | None
    ) -> dict[str, Any]:
        world, user = self._world, self._world.users[interaction.user_id]
        guild = world.guild_of(channel)
        payload: dict[str, Any] = {
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
            "attachment_size_limit": self._attachments.limit_bytes,
        }
        if guild is None:
            payload["user"] = payloads.user(user)
        else:
            member = payloads.member(guild.members[user.id], user, in_channel(world, channel, user.id))
            payload |= {"guild_id": str(guild.id), "guild": payloads.partial_guild(guild), "member": member}
            payload["guild_locale"] = guild.locale
        if source is not None:
            payload["message"] = messages.payload(world, self._attachments, source)
        return payload


def _owners(channel: Channel, user_id: int, present: bool) -> dict[str, str]:
    if not present:
        return {"1": str(user_id)}
    return {"0": "0" if channel.guild_id is None else str(channel.guild_id)}


_USER_COMMAND, _MESSAGE_COMMAND = 2, 3
