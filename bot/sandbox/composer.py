"""Turns the body of a request into a message, new or edited, checked by all rules."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

from bot.sandbox.attachments import Attachment, Attachments, Upload
from bot.sandbox.components import ATTACHMENT_KEY, TEXT_DISPLAY, completed, walk
from bot.sandbox.errors import invalid_form
from bot.sandbox.messages import EPHEMERAL, LOADING, Message
from bot.sandbox.rules import MESSAGE_KEYS, V2_FLAG, check_keys, check_message
from bot.sandbox.world import World

_MENTION = re.compile(r"<@(&|!)?(\d+)>")
_EVERYONE = re.compile(r"@(everyone|here)\b")
_SETTABLE_FLAGS = 1 << 2 | 1 << 12 | V2_FLAG
_IMAGE_KEYS, _ICON_KEYS = ("image", "thumbnail"), ("footer", "author")


class Unsupported(Exception):
    """A part of Discord that the sandbox does not have; it answers 501 with this text."""


class Composer:
    """Applies bodies to messages."""

    def __init__(self, world: World, attachments: Attachments) -> None:
        self._world, self._attachments = world, attachments

    def apply(self, message: Message, body: dict[str, Any], uploads: dict[int, Upload], *, edit: bool) -> Message:
        """Return the message as it stands after `body`; the given one stays as it was.

        Args:
            message: What to change; for a new one everything but its content.
            body: The JSON of the request.
            uploads: `files[N]` by N.
            edit: Whether what the body leaves out stays.

        Raises:
            ApiError: 50035, 50006 or 40005.
            Unsupported: A poll or stickers.
        """
        check_keys(body, MESSAGE_KEYS)
        for key in ("poll", "sticker_ids"):
            if body.get(key):
                raise Unsupported(f"{key} in a message")
        self._attachments.check(list(uploads.values()))
        flags = _flags(message, body, edit=edit)
        raw_embeds, raw_components = body.get("embeds"), body.get("components")
        check_message(
            body["content"] or "" if "content" in body else message.content,
            raw_embeds or [] if "embeds" in body else message.embeds,
            raw_components or [] if "components" in body else message.components,
            flags,
            bool(uploads or body.get("attachments") or (message.attachments and "attachments" not in body)),
        )
        files = self._files(message, body, uploads)
        changed = replace(message, flags=flags, attachments=files)
        if "content" in body:
            changed.content = body["content"] or ""
        resolve = _resolver(files)
        if "embeds" in body:
            changed.embeds = [_embed(one, resolve) for one in raw_embeds or []]
        if "components" in body:
            changed.components = completed(raw_components or [], resolve)
        self._mention(changed, body.get("allowed_mentions"))
        return changed

    def _files(self, message: Message, body: dict[str, Any], uploads: dict[int, Upload]) -> list[Attachment]:
        described = {str(one["id"]): one for one in body.get("attachments") or []}
        kept = [one for one in message.attachments if "attachments" not in body or str(one.id) in described]
        new = [
            self._attachments.keep(upload, message.channel_id, described.get(str(index), {}).get("description"))
            for index, upload in sorted(uploads.items())
        ]
        return kept + new

    def _mention(self, message: Message, allowed: dict[str, Any] | None) -> None:
        texts = [one["content"] for _, one in walk(message.components) if one["type"] == TEXT_DISPLAY]
        text = "\n".join([message.content, *texts])
        named = {(sign == "&", int(identifier)) for sign, identifier in _MENTION.findall(text)}
        users = {identifier for is_role, identifier in named if not is_role} & self._world.users.keys()
        roles = {identifier for is_role, identifier in named if is_role}
        message.mentions = sorted(users & _permitted(allowed, "users", users))
        message.mention_roles = sorted(roles & _permitted(allowed, "roles", roles))
        may_ping_all = allowed is None or "everyone" in (allowed.get("parse") or [])
        message.mention_everyone = may_ping_all and bool(_EVERYONE.search(text))


def _permitted(allowed: dict[str, Any] | None, kind: str, everybody: set[int]) -> set[int]:
    if allowed is None or kind in (allowed.get("parse") or []):
        return everybody
    return {int(one) for one in allowed.get(kind) or []}


def _flags(message: Message, body: dict[str, Any], *, edit: bool) -> int:
    asked = body.get("flags")
    if edit and message.flags & V2_FLAG and asked is not None and not asked & V2_FLAG:
        text = "The flag MessageFlags.IS_COMPONENTS_V2 cannot be removed from a message."
        raise invalid_form("flags", "MESSAGE_FLAGS_CANNOT_REMOVE_V2", text)
    kept = message.flags & (EPHEMERAL | V2_FLAG)
    if asked is None:
        return message.flags & ~LOADING
    return kept | int(asked) & _SETTABLE_FLAGS


def _resolver(files: list[Attachment]) -> Callable[[str], int | None]:
    by_name = {one.filename: one.id for one in files}
    by_path = {one.path: one.id for one in files}

    def resolve(url: str) -> int | None:
        if url.startswith("attachment://"):
            name = url.removeprefix("attachment://")
            if name not in by_name:
                text = f"The referenced attachment was not found: {name}"
                raise invalid_form("components", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", text)
            return by_name[name]
        return by_path.get(unquote(urlsplit(url).path))

    return resolve


def _embed(raw: dict[str, Any], resolve: Callable[[str], int | None]) -> dict[str, Any]:
    embed = {key: value for key, value in raw.items() if value is not None} | {"type": "rich"}
    embed["fields"] = [{"inline": False} | one for one in raw.get("fields") or []]
    if not embed["fields"]:
        del embed["fields"]
    for key in _IMAGE_KEYS:
        if key in embed:
            attachment_id = resolve(embed[key]["url"])
            embed[key] = embed[key] if attachment_id is None else {ATTACHMENT_KEY: attachment_id}
    for key in _ICON_KEYS:
        if embed.get(key, {}).get("icon_url", "").startswith("attachment://"):
            raise Unsupported("an uploaded icon in an embed")
    return embed
