"""Judges events of the gateway, of which the official specification says nothing, by the types of discord-api-types."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs

_PATH = Path(__file__).with_name("gateway-schema.json")


def violations(events: list[dict[str, Any]]) -> list[str]:
    """Return one line for each event that breaks its schema; events without one pass."""
    found = []
    for one in events:
        quick = _validators().get(one["name"])
        # One library is quick to say whether, the other says best what.
        if quick is not None and not quick.is_valid(one["data"]):
            error = jsonschema.exceptions.best_match(
                jsonschema.Draft7Validator(_schema(one["name"])).iter_errors(one["data"])
            )
            found += [] if error is None else [f"{one['name']}: {error.json_path}: {error.message[:300]}"]
    return found


@cache
def _document() -> dict[str, Any]:
    return json.loads(_PATH.read_text(encoding="utf-8"))


def _schema(event: str) -> dict[str, Any]:
    document = _document()
    return {"$ref": f"#/definitions/{document['events'][event]}", "definitions": document["definitions"]}


@cache
def _validators() -> dict[str, jsonschema_rs.Draft7Validator]:
    return {event: jsonschema_rs.Draft7Validator(_schema(event)) for event in _document()["events"]}
