"""Messages as they are stored, and as Discord's JSON objects."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.sandbox import payloads
from bot.sandbox.attachments import Attachment, Attachments
from bot.sandbox.clock import iso
from bot.sandbox.components import ATTACHMENT_KEY, Component, referenced
from bot.sandbox.store import Store
from bot.sandbox.world import World

EPHEMERAL, LOADING = 1 << 6, 1 << 7
_KIND = "message"


@dataclass(slots=True)
class Message:
    """One message; times in Unix seconds, `ephemeral_for` the one user who sees it.

    Attributes:
        attachments: All its files; those that embeds or components show are not listed in the JSON object.
        metadata: The `interaction_metadata` object of a message that answers an interaction, with `webhook` True.
        command: The command that it answers, with its subcommand.
        reference: The id of the message that this one replies to.
    """

    id: int
    channel_id: int
    author_id: int
    sent_at: float
    type: int = 0
    content: str = ""
    edited_at: float | None = None
    flags: int = 0
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    mentions: list[int] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    nonce: str | int | None = None
    webhook: bool = False
    metadata: dict[str, Any] | None = None
    command: str | None = None
    reference: int | None = None
    ephemeral_for: int | None = None

    def visible_to(self, user_id: int) -> bool:
        """Tell whether a user who sees the channel sees this message."""
        return self.ephemeral_for in (None, user_id)


class Messages:
    """All messages, in memory and in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._messages: dict[int, Message] = {}
        for document in store.load(_KIND):
            files = [Attachment(**one) for one in document.pop("attachments")]
            self._messages[document["id"]] = Message(**document, attachments=files)

    @property
    def newest_id(self) -> int:
        """The largest id in use, 0 for none."""
        ids = [max([message.id, *(one.id for one in message.attachments)]) for message in self._messages.values()]
        return max(ids, default=0)

    def get(self, identifier: int) -> Message | None:
        """Return a message by its id."""
        return self._messages.get(identifier)

    def save(self, message: Message) -> None:
        """Add or update a message."""
        self._messages[message.id] = message
        self._store.save(_KIND, message.id, asdict(message))

    def delete(self, message: Message) -> None:
        """Remove a message and its files."""
        self._messages.pop(message.id, None)
        self._store.delete(_KIND, message.id)
        for attachment in message.attachments:
            self._store.delete_upload(attachment.id)

    def in_channel(self, channel_id: int) -> Iterator[Message]:
        """Yield a channel's messages, newest first."""
        return (one for one in reversed(self._messages.values()) if one.channel_id == channel_id)


def payload(world: World, attachments: Attachments, message: Message) -> dict[str, Any]:
    """Return the message object with freshly signed addresses."""
    shown = referenced(message.components) | referenced(message.embeds)
    files = {one.id: one for one in message.attachments}
    private = message.ephemeral_for is not None
    result: dict[str, Any] = {
        "id": str(message.id),
        "channel_id": str(message.channel_id),
        "type": message.type,
        "author": payloads.user(world.users[message.author_id]),
        "content": message.content,
        "timestamp": iso(message.sent_at),
        "edited_timestamp": None if message.edited_at is None else iso(message.edited_at),
        "flags": message.flags,
        "embeds": _signed(message.embeds, files, attachments),
        "components": _signed(message.components, files, attachments),
        "attachments": [
            attachments.payload(one, ephemeral=private) for one in message.attachments if one.id not in shown
        ],
        "mentions": [payloads.user(world.users[one]) for one in message.mentions],
        "mention_roles": [str(one) for one in message.mention_roles],
        "mention_everyone": message.mention_everyone,
        "pinned": False,
        "tts": False,
    }
    if message.nonce is not None:
        result["nonce"] = message.nonce
    if message.webhook:
        result |= {"webhook_id": str(world.bot.id), "application_id": str(world.bot.id)}
    if message.metadata is not None:
        result["interaction_metadata"] = message.metadata
    if message.metadata is not None and message.command is not None:
        kept = {key: message.metadata[key] for key in ("id", "type", "user")}
        result["interaction"] = kept | {"name": message.command}
    if message.reference is not None:
        result["message_reference"] = _reference(world, message)
    return result


def _reference(world: World, message: Message) -> dict[str, Any]:
    reference = {"type": 0, "channel_id": str(message.channel_id), "message_id": str(message.reference)}
    channel = world.channel(message.channel_id)
    if channel is not None and channel.guild_id is not None:
        reference["guild_id"] = str(channel.guild_id)
    return reference


def _signed(value: Any, files: dict[int, Attachment], attachments: Attachments) -> Any:
    """Put addresses in where attachments are named by id."""
    if isinstance(value, list):
        return [_signed(one, files, attachments) for one in value]
    if not isinstance(value, dict):
        return value
    result = {key: _signed(one, files, attachments) for key, one in value.items() if key != ATTACHMENT_KEY}
    if ATTACHMENT_KEY in value:
        result |= _media(files[value[ATTACHMENT_KEY]], attachments)
    if result.get("type") == _FILE_COMPONENT and ATTACHMENT_KEY in value.get("file", {}):
        attachment = files[value["file"][ATTACHMENT_KEY]]
        result |= {"name": attachment.filename, "size": attachment.size}
    return result


def _media(attachment: Attachment, attachments: Attachments) -> dict[str, Any]:
    address = attachments.url(attachment.path)
    media: dict[str, Any] = {
        "id": str(attachment.id),
        "url": address,
        "proxy_url": address,
        "content_type": attachment.content_type,
        "attachment_id": str(attachment.id),
    }
    if attachment.width is not None:
        media |= {"width": attachment.width, "height": attachment.height}
    return media


_FILE_COMPONENT = 13
