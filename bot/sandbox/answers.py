"""What the bot may answer to an interaction: first answers, the original message, follow-ups."""

from dataclasses import replace
from typing import Any

from bot.sandbox import components, errors, rules
from bot.sandbox.attachments import Upload
from bot.sandbox.broadcast import Broadcast
from bot.sandbox.clock import Clock
from bot.sandbox.composer import Composer, Unsupported
from bot.sandbox.interaction import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT, Interaction
from bot.sandbox.interactions import Interactions
from bot.sandbox.messages import EPHEMERAL, LOADING, Message, Messages
from bot.sandbox.snowflakes import Snowflakes
from bot.sandbox.world import World

REPLY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
_CHAT_ANSWER, _REPLY_TYPE, _MENU_ANSWER = 20, 19, 23
_KNOWN = (REPLY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL)


class Answers:
    """Turns the bot's answers into messages, modals and choices."""

    def __init__(
        self,
        world: World,
        clock: Clock,
        ids: Snowflakes,
        messages: Messages,
        composer: Composer,
        interactions: Interactions,
        broadcast: Broadcast,
    ) -> None:
        self._world, self._clock, self._ids, self._messages = world, clock, ids, messages
        self._composer, self._interactions, self._broadcast = composer, interactions, broadcast

    def answer(self, interaction: Interaction, body: dict[str, Any], uploads: dict[int, Upload]) -> Message | None:
        """Carry out the first answer; return the message that it made or changed, None for a defer and the rest.

        Raises:
            ApiError: For an answer that does not fit the interaction, and all that the composer refuses.
        """
        kind, data = body.get("type"), body.get("data") or {}
        self._check_fits(interaction, kind)
        message: Message | None = None
        if kind == CHOICES:
            event = {"type": "choices", "interaction_id": str(interaction.id), "choices": data.get("choices") or []}
            self._broadcast.to_user(interaction.user_id, event)
        elif kind == MODAL:
            self._open_modal(interaction, data)
        elif kind in (REPLY, DEFER):
            message = self._reply(interaction, data, uploads, deferred=kind == DEFER)
        else:
            source = self._messages.get(interaction.source_id or 0)
            if source is None:
                raise errors.unknown("Message")
            interaction.original_id = source.id
            interaction.ephemeral = source.ephemeral_for is not None
            if kind == UPDATE:
                message = self.edit(source, data, uploads)
        self._interactions.answered(interaction)
        return None if kind == DEFER else message

    def original(self, interaction: Interaction) -> Message:
        """Return the message that `@original` means.

        Raises:
            ApiError: 10008 where there is none or it was deleted.
        """
        message = self._messages.get(interaction.original_id or 0)
        if message is None:
            raise errors.unknown("Message")
        return message

    def follow_up(self, interaction: Interaction, body: dict[str, Any], uploads: dict[int, Upload]) -> Message:
        """Send a message after the first answer; the first one after a defer fills the placeholder instead."""
        original = self._messages.get(interaction.original_id or 0)
        if interaction.loading and original is not None:
            return self.edit_original(interaction, original, body, uploads)
        self._interactions.count_followup(interaction)
        private = bool((body.get("flags") or 0) & EPHEMERAL)
        message = self._new(interaction, _REPLY_TYPE, private=private)
        if interaction.original_id is not None:
            message.reference = interaction.original_id
            message.metadata = (message.metadata or {}) | {"original_response_message_id": str(interaction.original_id)}
        return self._publish(self._composer.apply(message, body, uploads, edit=False))

    def edit_original(
        self, interaction: Interaction, message: Message, body: dict[str, Any], uploads: dict[int, Upload]
    ) -> Message:
        """Edit the original; it is no placeholder any more."""
        body = {key: value for key, value in body.items() if key != "tts"}
        changed = self.edit(message, body, uploads, filling=interaction.loading)
        if interaction.loading:
            interaction.loading = False
            self._interactions.save(interaction)
        return changed

    def edit(
        self, message: Message, body: dict[str, Any], uploads: dict[int, Upload], *, filling: bool = False
    ) -> Message:
        """Edit a message; one that is only being filled in does not count as edited."""
        changed = self._composer.apply(message, body, uploads, edit=True)
        changed = replace(changed, edited_at=None if filling else self._clock.now(), flags=changed.flags & ~LOADING)
        self._messages.save(changed)
        self._broadcast.message("update", changed)
        return changed

    def delete(self, message: Message) -> None:
        """Delete a message."""
        self._messages.delete(message)
        self._broadcast.message("delete", message)

    def _reply(
        self, interaction: Interaction, data: dict[str, Any], uploads: dict[int, Upload], *, deferred: bool
    ) -> Message:
        private = bool((data.get("flags") or 0) & EPHEMERAL)
        message = self._new(interaction, _original_type(interaction), private=private)
        message.command = interaction.command
        if deferred:
            message.flags |= LOADING
        else:
            message = self._composer.apply(message, data, uploads, edit=False)
        if interaction.type == COMPONENT:
            message.reference = interaction.source_id
        interaction.original_id, interaction.loading, interaction.ephemeral = message.id, deferred, private
        return self._publish(message)

    def _new(self, interaction: Interaction, kind: int, *, private: bool) -> Message:
        return Message(
            self._ids.next(),
            interaction.channel_id,
            self._world.bot.id,
            self._clock.now(),
            kind,
            flags=EPHEMERAL if private else 0,
            webhook=True,
            metadata=interaction.metadata,
            ephemeral_for=interaction.user_id if private else None,
        )

    def _publish(self, message: Message) -> Message:
        self._messages.save(message)
        self._broadcast.message("create", message)
        return message

    def _open_modal(self, interaction: Interaction, data: dict[str, Any]) -> None:
        rules.check_modal(data)
        modal = {
            "custom_id": data["custom_id"],
            "title": data["title"],
            "components": components.completed(data["components"], _nothing_uploaded),
        }
        interaction.modal = modal
        event = {"type": "modal", "interaction_id": str(interaction.id), "modal": modal}
        self._broadcast.to_user(interaction.user_id, event)

    @staticmethod
    def _check_fits(interaction: Interaction, kind: Any) -> None:
        if kind not in _KNOWN:
            raise Unsupported(f"the interaction callback of type {kind}")
        updates = kind in (DEFER_UPDATE, UPDATE) and interaction.source_id is None
        wrong_kind = (interaction.type == AUTOCOMPLETE) != (kind == CHOICES)
        if updates or wrong_kind or (kind == MODAL and interaction.type == MODAL_SUBMIT):
            message = "This interaction cannot be answered by a callback of this type."
            raise errors.invalid_form("type", "INTERACTION_CALLBACK_TYPE_INVALID", message)


def _original_type(interaction: Interaction) -> int:
    if interaction.type != COMMAND:
        return _REPLY_TYPE if interaction.type == COMPONENT else 0
    menu = "target_user" in interaction.metadata or "target_message_id" in interaction.metadata
    return _MENU_ANSWER if menu else _CHAT_ANSWER


def _nothing_uploaded(url: str) -> int | None:
    del url
    return None
