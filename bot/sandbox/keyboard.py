"""What members do: they type commands, press, choose, submit, post and delete, as far as their client lets them."""

from typing import Any

from bot.sandbox import forms, messages, options
from bot.sandbox.attachments import Upload
from bot.sandbox.components import BUTTON, LINK_STYLE, SELECTS, find
from bot.sandbox.interaction import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT, Interaction
from bot.sandbox.messages import Message
from bot.sandbox.options import Misuse, Resolver
from bot.sandbox.permissions import Permission, in_channel
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.world import Channel

_CHAT_INPUT, _USER_COMMAND, _MESSAGE_COMMAND = 1, 2, 3
_REPLY = 19


class Keyboard:
    """One member at the keyboard.

    Raises:
        Misuse: Every method, for what the client would not let this member do.
    """

    def __init__(self, sandbox: Sandbox, user_id: int) -> None:
        if user_id not in {one.id for one in sandbox.world.people()}:
            raise Misuse(f"There is no member {user_id}.")
        self._sandbox, self._user_id = sandbox, user_id

    def channel(self, identifier: int) -> Channel:
        """Return a channel that the member sees."""
        channel = self._sandbox.world.channel(identifier)
        if channel is None or not self._may(channel, Permission.VIEW_CHANNEL):
            raise Misuse(f"There is no channel {identifier}, or it is closed to this member.")
        return channel

    def message(self, identifier: int) -> Message:
        """Return a message that the member sees."""
        message = self._sandbox.messages.get(identifier)
        if message is None or not message.visible_to(self._user_id):
            raise Misuse(f"There is no message {identifier}, or it is not this member's to see.")
        self.channel(message.channel_id)
        return message

    def use_command(
        self,
        channel_id: int,
        command_id: int,
        typed: list[dict[str, Any]],
        target_id: int | None,
        uploads: dict[int, Upload],
    ) -> Interaction:
        """Send a slash command, or a context menu's command on its target."""
        channel = self.channel(channel_id)
        command = self._command(channel, command_id)
        resolver = self._resolver(channel, uploads)
        data: dict[str, Any] = {"id": command["id"], "name": command["name"], "type": command["type"]}
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        if command["type"] == _CHAT_INPUT:
            filled = options.completed(command.get("options") or [], typed, resolver, partly=False)
            data |= {"options": filled} if filled else {}
        else:
            if target_id is None:
                raise Misuse("A context menu needs its target.")
            data["target_id"] = str(target_id)
            if command["type"] == _USER_COMMAND:
                resolver.user(target_id)
            else:
                resolver.message(self._payload(self.message(target_id)))
        data |= {"resolved": resolver.resolved} if resolver.resolved else {}
        return self._sandbox.interactions.open(COMMAND, self._user_id, channel, data)

    def complete(self, channel_id: int, command_id: int, typed: list[dict[str, Any]]) -> Interaction:
        """Ask for choices while typing; the option in question has `focused` true."""
        channel = self.channel(channel_id)
        command = self._command(channel, command_id)
        resolver = self._resolver(channel, {})
        filled = options.completed(command.get("options") or [], typed, resolver, partly=True)
        data = {"id": command["id"], "name": command["name"], "type": _CHAT_INPUT, "options": filled}
        return self._sandbox.interactions.open(AUTOCOMPLETE, self._user_id, channel, data)

    def use_component(self, message_id: int, custom_id: str, values: list[str] | None) -> Interaction:
        """Press a button or choose from a select."""
        message = self.message(message_id)
        component = find(message.components, custom_id)
        if component is None or component.get("style") == LINK_STYLE:
            raise Misuse(f"The message has no {custom_id} to press.")
        if component.get("disabled"):
            raise Misuse(f"{custom_id} is disabled.")
        channel = self.channel(message.channel_id)
        resolver = self._resolver(channel, {})
        kind = component["type"]
        data: dict[str, Any] = {"custom_id": custom_id, "component_type": kind, "id": component["id"]}
        if kind in SELECTS:
            data["values"] = forms.chosen(component, values or [], resolver)
            data |= {"resolved": resolver.resolved} if resolver.resolved else {}
        elif kind != BUTTON:
            raise Misuse(f"{custom_id} cannot be pressed.")
        return self._sandbox.interactions.open(COMPONENT, self._user_id, channel, data, source=message)

    def submit_modal(self, interaction_id: int, values: dict[str, Any], uploads: dict[int, Upload]) -> Interaction:
        """Submit the modal that answered an interaction of this member."""
        parent = self._sandbox.interactions.with_modal(interaction_id, self._user_id)
        if parent is None or parent.modal is None:
            raise Misuse(f"The interaction {interaction_id} opened no modal for this member.")
        channel = self.channel(parent.channel_id)
        resolver = self._resolver(channel, uploads)
        filled = forms.submitted(parent.modal["components"], values, resolver)
        data: dict[str, Any] = {"custom_id": parent.modal["custom_id"], "components": filled}
        data |= {"resolved": resolver.resolved} if resolver.resolved else {}
        source = self._sandbox.messages.get(parent.source_id or 0)
        interactions = self._sandbox.interactions
        return interactions.open(MODAL_SUBMIT, self._user_id, channel, data, source=source, parent=parent)

    def post(self, channel_id: int, content: str, reply_to: int | None, uploads: dict[int, Upload]) -> dict[str, Any]:
        """Post a message of one's own; return its object."""
        sandbox, channel = self._sandbox, self.channel(channel_id)
        if not self._may(channel, Permission.SEND_MESSAGES):
            raise Misuse("This member may not write here.")
        message = Message(sandbox.ids.next(), channel.id, self._user_id, sandbox.clock.now())
        if reply_to is not None:
            message.type, message.reference = _REPLY, self.message(reply_to).id
        message = sandbox.composer.apply(message, {"content": content}, uploads, edit=False)
        sandbox.messages.save(message)
        sandbox.broadcast.message("create", message)
        return self._payload(message)

    def delete(self, message_id: int) -> None:
        """Delete a message of one's own or as a moderator; dismiss an ephemeral one."""
        message = self.message(message_id)
        own = self._user_id in (message.author_id, message.ephemeral_for)
        if not own and not self._may(self.channel(message.channel_id), Permission.MANAGE_MESSAGES):
            raise Misuse("This member may not delete that.")
        self._sandbox.answers.delete(message)

    def history(self, channel_id: int, before: int | None, limit: int) -> list[dict[str, Any]]:
        """Return a page of the messages that the member sees, oldest first."""
        channel = self.channel(channel_id)
        found = [
            one
            for one in self._sandbox.messages.in_channel(channel.id)
            if one.visible_to(self._user_id) and (before is None or one.id < before)
        ]
        return [self._payload(one) for one in reversed(found[:limit])]

    def commands(self, channel_id: int) -> list[dict[str, Any]]:
        """Return the commands that the member may use in a channel."""
        return self._sandbox.commands.visible(self.channel(channel_id), self._user_id)

    def _command(self, channel: Channel, command_id: int) -> dict[str, Any]:
        usable = self._sandbox.commands.visible(channel, self._user_id)
        command = next((one for one in usable if one["id"] == str(command_id)), None)
        if command is None:
            raise Misuse(f"There is no command {command_id} for this member here.")
        return command

    def _resolver(self, channel: Channel, uploads: dict[int, Upload]) -> Resolver:
        return Resolver(self._sandbox.world, self._sandbox.attachments, channel, uploads)

    def _payload(self, message: Message) -> dict[str, Any]:
        return messages.payload(self._sandbox.world, self._sandbox.attachments, message)

    def _may(self, channel: Channel, permission: Permission) -> bool:
        return bool(in_channel(self._sandbox.world, channel, self._user_id) & permission)
