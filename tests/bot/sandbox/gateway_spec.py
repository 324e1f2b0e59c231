"""Judges events of the gateway, of which the official specification says nothing, by the types of discord-api-types."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

_PATH = Path(__file__).with_name("gateway-schema.json")


def violations(events: list[dict[str, Any]]) -> list[str]:
    """Return one line for each event that breaks its schema; events without one pass."""
    found = []
    for one in events:
        validator = _validators().get(one["name"])
        if validator is not None and not validator.is_valid(one["data"]):
            error = jsonschema.exceptions.best_match(validator.iter_errors(one["data"]))
            found.append(f"{one['name']}: {error.json_path}: {error.message[:300]}")
    return found


@cache
def _validators() -> dict[str, jsonschema.Draft7Validator]:
    document = json.loads(_PATH.read_text(encoding="utf-8"))
    return {
        event: jsonschema.Draft7Validator({"$ref": f"#/definitions/{name}", "definitions": document["definitions"]})
        for event, name in document["events"].items()
    }
