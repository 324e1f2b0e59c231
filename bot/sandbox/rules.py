"""Discord's rules that its published specification does not hold; broken ones are refused with 50035.

Sources: "Message" (limits of content and embeds), "Component Reference", "Application Commands" (naming, limits) of the
official documentation.
"""

import re
from collections import Counter
from typing import Any

from bot.sandbox.components import ACTION_ROW, TEXT_DISPLAY, V2_ONLY, Component, walk
from bot.sandbox.errors import empty_message, invalid_form

V2_FLAG = 1 << 15
_CONTENT, _EMBEDS, _V2_TEXT, _V2_COMPONENTS, _ROWS, _MODAL_ITEMS = 2000, 6000, 4000, 40, 5, 5
_COMMAND_CHARACTERS = 8000
_COMMANDS = {1: 100, 2: 15, 3: 15}
_SUBCOMMAND_TYPES = (1, 2)
_CHAT_INPUT = 1

MESSAGE_KEYS = frozenset(
    {"content", "embeds", "components", "attachments", "flags", "allowed_mentions", "poll", "sticker_ids", "tts"}
    | {"nonce", "enforce_nonce", "message_reference"}
    | {"username", "avatar_url", "thread_name", "applied_tags"}
)


def check_keys(body: dict[str, Any], allowed: frozenset[str], path: str = "") -> None:
    """Refuse keys that Discord does not know; it would ignore them, and a mistyped one would go unnoticed."""
    for key in body:
        if key not in allowed:
            raise invalid_form(f"{path}.{key}".lstrip("."), "UNKNOWN_KEY", f"Discord knows no {key} here.")


def check_message(content: str, embeds: list[Any], components: list[Component], flags: int, has_files: bool) -> None:
    """Check a message as it would stand after a request.

    Raises:
        ApiError: 50035, or 50006 for an empty message.
    """
    if len(content) > _CONTENT:
        raise invalid_form("content", "BASE_TYPE_MAX_LENGTH", f"Must be {_CONTENT} or fewer in length.")
    _check_embeds(embeds)
    _check_custom_ids(components)
    if flags & V2_FLAG:
        _check_v2(content, embeds, components)
    else:
        _check_legacy(components)
        if not (content or embeds or components or has_files):
            raise empty_message()


def _check_embeds(embeds: list[Any]) -> None:
    total = 0
    for embed in embeds:
        total += len(embed.get("title") or "") + len(embed.get("description") or "")
        total += len((embed.get("footer") or {}).get("text") or "") + len((embed.get("author") or {}).get("name") or "")
        total += sum(len(one["name"]) + len(one["value"]) for one in embed.get("fields") or [])
    if total > _EMBEDS:
        raise invalid_form("embeds", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {_EMBEDS}")


def _check_custom_ids(components: list[Component]) -> None:
    seen: set[str | None] = set()
    for path, one in walk(components):
        custom_id = one.get("custom_id")
        if custom_id is not None and custom_id in seen:
            message = "Component custom id cannot be duplicated"
            raise invalid_form(f"{path}.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", message)
        seen.add(custom_id)


def _check_v2(content: str, embeds: list[Any], components: list[Component]) -> None:
    for key, value in (("content", content), ("embeds", embeds)):
        if value:
            message = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            raise invalid_form(key, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)
    everything = [one for _, one in walk(components)]
    if not everything:
        raise empty_message()
    if len(everything) > _V2_COMPONENTS:
        raise invalid_form("components", "COMPONENT_MAX_TOTAL", f"At most {_V2_COMPONENTS} components in total.")
    if sum(len(one.get("content") or "") for one in everything if one["type"] == TEXT_DISPLAY) > _V2_TEXT:
        message = f"The text of all components must be {_V2_TEXT} or fewer in length."
        raise invalid_form("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)


def _check_legacy(components: list[Component]) -> None:
    for path, one in walk(components):
        if one["type"] in V2_ONLY:
            message = "This component needs MessageFlags.IS_COMPONENTS_V2"
            raise invalid_form(f"{path}.type", "COMPONENT_TYPE_NEEDS_V2", message)
    if len(components) > _ROWS:
        raise invalid_form("components", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {_ROWS} in length.")
    for index, one in enumerate(components):
        if one["type"] != ACTION_ROW:
            message = "Value of field must be an action row."
            raise invalid_form(f"components.{index}.type", "UNION_TYPE_CHOICES", message)


def check_modal(data: dict[str, Any]) -> None:
    """Check a modal's items."""
    components = data.get("components") or []
    if not 1 <= len(components) <= _MODAL_ITEMS:
        message = f"Must be between 1 and {_MODAL_ITEMS} in length."
        raise invalid_form("data.components", "BASE_TYPE_BAD_LENGTH", message)
    _check_custom_ids(components)


def check_commands(commands: list[dict[str, Any]]) -> None:
    """Check all commands of one scope together."""
    kinds = Counter(command.get("type", _CHAT_INPUT) for command in commands)
    for kind, limit in _COMMANDS.items():
        if kinds[kind] > limit:
            raise invalid_form("", "APPLICATION_COMMANDS_EXCEEDED", f"At most {limit} commands of type {kind}.")
    seen: set[tuple[int, str]] = set()
    for index, command in enumerate(commands):
        kind = command.get("type", _CHAT_INPUT)
        if (kind, command["name"]) in seen:
            message = "Application command names must be unique"
            raise invalid_form(f"{index}.name", "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        seen.add((kind, command["name"]))
        if kind == _CHAT_INPUT:
            _check_named(command, str(index))
        if _characters(command) > _COMMAND_CHARACTERS:
            message = f"Command exceeds maximum size ({_COMMAND_CHARACTERS})"
            raise invalid_form(str(index), "APPLICATION_COMMAND_TOO_LARGE", message)


def _check_named(one: dict[str, Any], path: str) -> None:
    names = {"name": one["name"]} | {
        f"name_localizations.{locale}": name for locale, name in (one.get("name_localizations") or {}).items()
    }
    for key, name in names.items():
        if not re.fullmatch(r"[-'\w]{1,32}", name) or name != name.lower():
            message = "Command and option names are 1 to 32 lower-case letters, digits, - or _."
            raise invalid_form(f"{path}.{key}", "APPLICATION_COMMAND_INVALID_NAME", message)
    if not one.get("description"):
        raise invalid_form(f"{path}.description", "BASE_TYPE_REQUIRED", "This field is required")
    optional_seen = False
    for index, option in enumerate(one.get("options") or []):
        required = bool(option.get("required")) or option["type"] in _SUBCOMMAND_TYPES
        if required and optional_seen:
            message = "Required options must be placed before non-required options"
            raise invalid_form(f"{path}.options.{index}", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional_seen = optional_seen or not required
        _check_named(option, f"{path}.options.{index}")


def _characters(one: dict[str, Any]) -> int:
    """Count names, descriptions and values, each at its longest translation, as the documentation counts them."""
    total = 0
    for key in ("name", "description"):
        texts = [one.get(key) or "", *(one.get(f"{key}_localizations") or {}).values()]
        total += max(len(text) for text in texts)
    total += len(one["value"]) if isinstance(one.get("value"), str) else 0
    nested = [*(one.get("options") or []), *(one.get("choices") or [])]
    return total + sum(_characters(each) for each in nested)
