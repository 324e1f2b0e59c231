"""Judges recorded requests and answers by Discord's official specification, where it lies beside the checkout."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import referencing
from referencing.jsonschema import DRAFT202012

PATH = Path(__file__).resolve().parents[4] / "shared" / "discord" / "openapi.json"
_URN = "urn:discord"
_REFUSAL = "/components/responses/ClientErrorResponse/content/application~1json/schema"


def violations(exchanges: list[dict[str, Any]]) -> list[str]:
    """Return one line for each request that was accepted, and each answer, that breaks the specification."""
    found = []
    for one in exchanges:
        if one["status"] in (429, 501) or one["status"] >= 500:
            continue
        where = f"{one['method']} {one['path']}"
        route = _route(one["method"], one["path"])
        if route is None:
            found.append(f"{where} is not in the specification")
            continue
        if one["status"] < 400 and one["body"] is not None:
            found += [f"{where}, request: {error}" for error in _request_errors(route, one)]
        found += [f"{where}, answer {one['status']}: {error}" for error in _answer_errors(route, one)]
    return found


def _request_errors(route: str, exchange: dict[str, Any]) -> list[str]:
    kind = "multipart/form-data" if exchange["multipart"] else "application/json"
    body = _with_text_ids(exchange["body"])
    if exchange["multipart"]:
        # The specification knows the parts of `payload_json` as fields beside the files.
        body = body | dict.fromkeys(exchange["files"], "")
    pointer = f"{route}/requestBody/content/{kind.replace('/', '~1')}/schema"
    return _errors(pointer, body)


def _answer_errors(route: str, exchange: dict[str, Any]) -> list[str]:
    status = exchange["status"]
    if exchange["answer"] is None:
        return [] if status == 204 or _resolve(f"{route}/responses/{status}") else [f"{status} is undocumented"]
    if status >= 400:
        return _errors(_REFUSAL, _with_numbered_errors(exchange["answer"]))
    return _errors(f"{route}/responses/{status}/content/application~1json/schema", exchange["answer"])


def _with_text_ids(body: Any) -> Any:
    """Return the body with numbers for ids as text, where Discord takes both although the specification says text.

    Those are the ids of attachments (the documentation's own examples have numbers) and, as discord.py
    writes them, of people who are mentioned or written to.
    """
    if isinstance(body, list):
        return [_with_text_ids(one) for one in body]
    if not isinstance(body, dict):
        return body
    body = {key: _with_text_ids(value) for key, value in body.items()}
    if isinstance(body.get("attachments"), list):
        body["attachments"] = [one | {"id": str(one["id"])} if "id" in one else one for one in body["attachments"]]
    if "recipient_id" in body:
        body["recipient_id"] = str(body["recipient_id"])
    mentions = body.get("allowed_mentions")
    if isinstance(mentions, dict) and "users" in mentions:
        body["allowed_mentions"] = mentions | {"users": [str(one) for one in mentions["users"]]}
    return body


def _with_numbered_errors(error: Any) -> Any:
    """Return the error object with numbers for the codes of fields: they are text in the documentation and in fact."""
    if isinstance(error, list):
        return [one | {"code": 0} for one in error]
    if not isinstance(error, dict):
        return error
    return {key: _with_numbered_errors(value) for key, value in error.items()}


@cache
def _document() -> dict[str, Any]:
    return json.loads(PATH.read_text(encoding="utf-8"))


@cache
def _registry() -> referencing.Registry:
    return referencing.Registry().with_resource(_URN, DRAFT202012.create_resource(_document()))


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    # Paths with more literal parts first: `/users/@me` before `/users/{user_id}`.
    paths = sorted(_document()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), path) for path in paths]


def _route(method: str, path: str) -> str | None:
    for pattern, template in _patterns():
        if pattern.fullmatch(path) and method.lower() in _document()["paths"][template]:
            return f"/paths/{template.replace('/', '~1')}/{method.lower()}"
    return None


def _resolve(pointer: str) -> Any:
    node: Any = _document()
    for key in pointer.strip("/").split("/"):
        key = key.replace("~1", "/")
        if key not in node:
            return None
        node = node[key]
    return node


@cache
def _quick_registry() -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(_URN, _document())])


def _schema(pointer: str) -> dict[str, str]:
    quoted = pointer.replace("{", "%7B").replace("}", "%7D")
    return {"$ref": f"{_URN}#{quoted}"}


@cache
def _quick(pointer: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_schema(pointer), registry=_quick_registry())


def _errors(pointer: str, value: Any) -> list[str]:
    if _resolve(pointer) is None:
        return [f"nothing is specified at {pointer}"]
    # One library is quick to say whether, the other says best what.
    if _quick(pointer).is_valid(value):
        return []
    thorough = jsonschema.Draft202012Validator(_schema(pointer), registry=_registry())
    error = jsonschema.exceptions.best_match(thorough.iter_errors(value))
    return [] if error is None else [f"{error.json_path}: {error.message[:300]}"]
