"""Components of messages and modals: walking through them, completing them as Discord does."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

Component = dict[str, Any]

ACTION_ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SELECTS = frozenset({3, 5, 6, 7, 8})
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 18, 19, 21, 22, 23
V2_ONLY = frozenset({SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER})
LINK_STYLE = 5

ATTACHMENT_KEY = "_attachment"
"""In stored components and embeds: the id of the attachment whose signed address goes here when they are sent."""

Resolve = Callable[[str], int | None]
"""From an address in a request to the id of the attachment that it means, None for one elsewhere."""


def walk(components: list[Component], path: str = "components") -> Iterator[tuple[str, Component]]:
    """Yield every component with its dotted path, parents first."""
    for index, component in enumerate(components):
        yield from _walk_one(component, f"{path}.{index}")


def _walk_one(component: Component, path: str) -> Iterator[tuple[str, Component]]:
    yield path, component
    yield from walk(component.get("components") or [], f"{path}.components")
    for key in ("accessory", "component"):
        if isinstance(component.get(key), dict):
            yield from _walk_one(component[key], f"{path}.{key}")


def find(components: list[Component], custom_id: str) -> Component | None:
    """Return the component with this `custom_id`."""
    return next((one for _, one in walk(components) if one.get("custom_id") == custom_id), None)


def completed(components: list[Component], resolve: Resolve) -> list[Component]:
    """Return a copy with sequential ids, Discord's defaults and attachments named by id."""
    complete = deepcopy(components)
    taken = {one["id"] for _, one in walk(complete) if one.get("id")}
    free = (number for number in range(1, 10_000) if number not in taken)
    for _, one in walk(complete):
        if not one.get("id"):
            one["id"] = next(free)
        for key in [key for key, value in one.items() if value is None]:
            del one[key]
        for key, value in _DEFAULTS.get(one["type"], {}).items():
            one.setdefault(key, deepcopy(value))
        _complete_media(one, resolve)
    return complete


def _complete_media(component: Component, resolve: Resolve) -> None:
    if component["type"] == GALLERY:
        for item in component["items"]:
            item.setdefault("description", None)
            item.setdefault("spoiler", False)
            item["media"] = _media(item["media"], resolve)
    elif component["type"] == THUMBNAIL:
        component["media"] = _media(component["media"], resolve)
    elif component["type"] == FILE:
        component["file"] = _media(component["file"], resolve)


def _media(media: Component, resolve: Resolve) -> Component:
    attachment_id = resolve(media["url"])
    return {"url": media["url"]} if attachment_id is None else {ATTACHMENT_KEY: attachment_id}


def referenced(value: Any) -> set[int]:
    """Return the ids of all attachments that stored components or embeds show."""
    if isinstance(value, list):
        return set().union(*(referenced(one) for one in value))
    if isinstance(value, dict):
        own = {value[ATTACHMENT_KEY]} if ATTACHMENT_KEY in value else set()
        return own.union(*(referenced(one) for one in value.values()))
    return set()


_SELECT_DEFAULTS: Component = {"min_values": 1, "max_values": 1}
_DEFAULTS: dict[int, Component] = {
    THUMBNAIL: {"description": None, "spoiler": False},
    FILE: {"spoiler": False, "name": None, "size": None},
    SEPARATOR: {"spacing": 1, "divider": True},
    CONTAINER: {"accent_color": None, "spoiler": False},
    TEXT_INPUT: {"label": None, "min_length": None, "max_length": None, "required": True},
    FILE_UPLOAD: {"min_values": 1, "max_values": 1, "required": True},
    **dict.fromkeys(SELECTS, _SELECT_DEFAULTS),
}
