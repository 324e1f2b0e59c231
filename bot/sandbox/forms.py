"""What a member filled into a modal, or chose from a select: checked as the client does."""

from typing import Any

from bot.sandbox.components import (
    ACTION_ROW,
    CHECKBOX,
    CHECKBOX_GROUP,
    FILE_UPLOAD,
    LABEL,
    RADIO_GROUP,
    SELECTS,
    STRING_SELECT,
    TEXT_INPUT,
    Component,
)
from bot.sandbox.options import Misuse, Resolver

Values = dict[str, Any]
_USER_SELECT, _ROLE_SELECT, _MENTIONABLE_SELECT, _CHANNEL_SELECT = 5, 6, 7, 8


def submitted(modal_components: list[Component], values: Values, resolver: Resolver) -> list[Component]:
    """Return the components of a modal submission.

    Args:
        modal_components: The modal's components.
        values: What was filled in, by `custom_id`: text, a list of chosen values, a list of file numbers, a
            chosen value of a radio group, true or false. What is left out keeps what the modal was prefilled with.
        resolver: Takes what selects and file uploads name.

    Raises:
        Misuse: For what the client would refuse.
    """
    result: list[Component] = []
    for one in modal_components:
        frame: Component = {"type": one["type"], "id": one["id"]}
        if one["type"] == ACTION_ROW:
            frame["components"] = [_field(each, values, resolver) for each in one["components"]]
        elif one["type"] == LABEL:
            frame["component"] = _field(one["component"], values, resolver)
        result.append(frame)
    return result


def chosen(select: Component, values: list[str], resolver: Resolver) -> list[str]:
    """Return the values of a select.

    Raises:
        Misuse: For too few, too many, or what it does not offer.
    """
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if not least <= len(values) <= most:
        raise Misuse(f"Choose from {least} to {most}.")
    if select["type"] == STRING_SELECT:
        _check_offered(select, values)
        return values
    adders = {
        _USER_SELECT: resolver.user,
        _ROLE_SELECT: resolver.role,
        _MENTIONABLE_SELECT: resolver.mentionable,
        _CHANNEL_SELECT: resolver.channel,
    }
    return [adders[select["type"]](int(one)) for one in values]


def _field(field: Component, values: Values, resolver: Resolver) -> Component:
    kind = field["type"]
    result: Component = {"type": kind, "id": field["id"], "custom_id": field["custom_id"]}
    value = values.get(field["custom_id"])
    required = field.get("required", True)
    if kind == TEXT_INPUT:
        return result | {"value": _text(field, field.get("value", "") if value is None else value)}
    if kind == CHECKBOX:
        return result | {"value": bool(field.get("default") if value is None else value)}
    if kind == RADIO_GROUP:
        picked = next(iter(_defaults(field)), None) if value is None else value
        if picked is None and required:
            raise Misuse(f"{field['custom_id']} must be chosen.")
        _check_offered(field, [] if picked is None else [picked])
        return result | {"value": picked}
    picked_values = _defaults(field) if value is None else list(value)
    if not picked_values and not required:
        return result | {"values": []}
    if kind == FILE_UPLOAD:
        least, most = field["min_values"], field["max_values"]
        if not least <= len(picked_values) <= most:
            raise Misuse(f"{field['custom_id']} takes from {least} to {most} files.")
        return result | {"values": [resolver.attachment(int(one)) for one in picked_values]}
    if kind == CHECKBOX_GROUP:
        _check_offered(field, picked_values)
        return result | {"values": picked_values}
    if kind in SELECTS:
        return result | {"values": chosen(field, picked_values, resolver)}
    raise Misuse(f"A component of type {kind} cannot be filled in.")


def _text(field: Component, value: str) -> str:
    least, most = field.get("min_length") or 0, field.get("max_length") or 4000
    if field.get("required", True) and not value:
        raise Misuse(f"{field['custom_id']} must be filled in.")
    if value and not least <= len(value) <= most:
        raise Misuse(f"{field['custom_id']} must be {least} to {most} long.")
    return value


def _defaults(field: Component) -> list[str]:
    return [one["value"] for one in field.get("options") or [] if one.get("default")]


def _check_offered(field: Component, values: list[str]) -> None:
    offered = [one["value"] for one in field["options"]]
    wrong = [one for one in values if one not in offered]
    if wrong:
        raise Misuse(f"{', '.join(wrong)} is not offered; there are {', '.join(offered)}.")
