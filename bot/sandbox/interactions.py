"""The life of an interaction: opened by a member, answered within three seconds, followed up for fifteen minutes."""

import asyncio
import secrets
import time
from dataclasses import asdict
from typing import Any

from bot.sandbox import errors
from bot.sandbox.attachments import Attachments
from bot.sandbox.broadcast import Broadcast
from bot.sandbox.clock import Clock
from bot.sandbox.gateway import Gateway
from bot.sandbox.interaction import COMMAND, Interaction, command_name, metadata, payload
from bot.sandbox.messages import Message
from bot.sandbox.recorder import Recorder
from bot.sandbox.snowflakes import Snowflakes
from bot.sandbox.store import Store
from bot.sandbox.world import Channel, World

ANSWER_WITHIN_S, TOKEN_LIFE_S = 3.0, 900.0
_USER_INSTALL_FOLLOWUPS = 5
_KIND = "interaction"


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
        recorder: Recorder,
    ) -> None:
        self._world, self._store, self._clock, self._ids = world, store, clock, ids
        self._recorder = recorder
        self._attachments, self._gateway, self._broadcast = attachments, gateway, broadcast
        self._interactions: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}
        self._waiting: dict[int, Interaction] = {}
        self._sent_at: dict[int, float] = {}
        for document in store.load(_KIND):
            self._load(Interaction(**document))

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
        identifier = self._ids.next()
        interaction = Interaction(
            identifier,
            secrets.token_urlsafe(64),
            kind,
            user_id,
            channel.id,
            self._clock.now(),
            source_id=source.id if source else None,
            command=command_name(data) if kind == COMMAND else None,
        )
        interaction.metadata = metadata(self._world, interaction, channel, data, parent)
        self._add(interaction)
        self.save(interaction)
        self._sent_at[identifier] = time.monotonic()
        self._gateway.dispatch(
            "INTERACTION_CREATE", payload(self._world, self._attachments, interaction, channel, data, source)
        )
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
        self._recorder.answered_after(time.monotonic() - self._sent_at.pop(interaction.id, time.monotonic()))
        self._settle(interaction, "answered")

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
        for interaction in list(self._waiting.values()):
            if now - interaction.opened_at >= ANSWER_WITHIN_S:
                self._fail(interaction)

    def save(self, interaction: Interaction) -> None:
        """Write an interaction as it is now."""
        self._store.save(_KIND, interaction.id, asdict(interaction))

    def _load(self, interaction: Interaction) -> None:
        if self._clock.now() - interaction.opened_at > TOKEN_LIFE_S:
            self._store.delete(_KIND, interaction.id)
        else:
            self._add(interaction)

    def _add(self, interaction: Interaction) -> None:
        self._interactions[interaction.id] = interaction
        self._by_token[interaction.token] = interaction
        if interaction.state == "waiting":
            self._waiting[interaction.id] = interaction

    def _fail(self, interaction: Interaction) -> None:
        self._sent_at.pop(interaction.id, None)
        self._recorder.never_answered()
        self._settle(interaction, "failed")

    def _settle(self, interaction: Interaction, state: str) -> None:
        interaction.state = state
        del self._waiting[interaction.id]
        self.save(interaction)
        event = {"type": "interaction", "interaction_id": str(interaction.id), "state": interaction.state}
        self._broadcast.to_user(interaction.user_id, event)
