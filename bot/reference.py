"""`python -m bot.reference`: the reference of all settings, as deploy/settings.md holds it."""

import sys
import types
import typing
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.settings import described

_HEAD = """# Settings

Every setting is an environment variable. A name that does not exist is refused, and so is a value that makes no sense
(exit code 78); an empty value counts as unset. Lists are written as JSON. This page is made from the code by
`python -m bot.reference`.

| name | value | default | what |
|---|---|---|---|
"""


def reference() -> str:
    """Return the page as Markdown."""
    return _HEAD + "".join(_row(name, field) for name, field in described())


def _row(name: str, field: FieldInfo) -> str:
    what = " ".join((field.description or "").split()).replace("|", "\\|")
    return f"| `{name}` | {_value(field)} | {_default(field)} | {what} |\n"


def _value(field: FieldInfo) -> str:
    kind = field.annotation
    if isinstance(kind, types.UnionType):
        kind = next(one for one in typing.get_args(kind) if one is not types.NoneType)
    if typing.get_origin(kind) is typing.Literal:
        return ", ".join(f"`{choice}`" for choice in typing.get_args(kind) if choice)
    if typing.get_origin(kind) is tuple:
        return "list"
    names: dict[object, str] = {SecretStr: "secret", Path: "path", str: "text", int: "whole number", float: "number"}
    bounds = [f"{sign} {bound}" for sign, bound in _bounds(field)]
    return " ".join([names[kind], ", ".join(bounds)]).strip()


def _bounds(field: FieldInfo) -> list[tuple[str, object]]:
    signs = {"ge": "≥", "gt": ">", "le": "≤"}
    return [(sign, getattr(one, key)) for one in field.metadata for key, sign in signs.items() if hasattr(one, key)]


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "`.salon/` in a checkout, else the user's data folder"
    if field.default is None or field.default == "":
        return ""
    return "`[]`" if field.default == () else f"`{field.default}`"


if __name__ == "__main__":
    sys.stdout.write(reference())
