"""What happens to every request of the REST API before and after its handler."""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.sandbox import errors
from bot.sandbox.composer import Unsupported
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Fault, rate_limit
from bot.sandbox.recorder import Exchange
from bot.sandbox.rest.bodies import BODY, Body, answer, read_body
from bot.sandbox.sandbox import SANDBOX, Sandbox

PREFIX = "/api/v10"
_OPEN = ("/interactions/", "/webhooks/", "/gateway")
"""Routes that need no token of the bot: theirs is in the path, or there is nothing to protect."""
_INVALID_FORM = 50035

_log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def rest(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Apply faults, read the body, check the token, and turn refusals into JSON."""
    sandbox = request.app[SANDBOX]
    path = request.path.removeprefix(PREFIX)
    fault = sandbox.faults.take(request.method, path)
    early = await _misbehave(request, fault)
    if early is not None:
        return early
    body = Body()
    try:
        _authorize(sandbox, request, path)
        body = await read_body(request)
        request[BODY] = body
        response = await handler(request)
    except ApiError as error:
        response = _refusal(sandbox, request.method, path, error)
    except Unsupported as missing:
        response = unsupported(sandbox, f"{request.method} {path}: {missing}")
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        # A body of another shape than the documentation's; should it be a mistake of ours, the log has the place.
        _log.exception("%s %s has a malformed body", request.method, path)
        refusal = errors.invalid_form("", "MALFORMED", f"The body is malformed: {error!r}")
        response = _refusal(sandbox, request.method, path, refusal)
    _record(sandbox, request, path, body, response)
    if fault is not None and fault.kind == "drop_after":
        return _cut(request)
    if not path.startswith("/interactions/"):
        _add_bucket(request, response)
    return response


def unsupported(sandbox: Sandbox, what: str) -> web.Response:
    """Answer 501 and remember it, so that the test that met it fails."""
    sandbox.recorder.unknown(what)
    sandbox.broadcast.to_all({"type": "problem", "text": f"The sandbox does not have {what}"})
    _log.warning("The sandbox does not have %s", what)
    return answer({"message": f"The sandbox does not have {what}", "code": 0}, 501)


async def no_such_route(request: web.Request) -> web.StreamResponse:
    """Stand in for the rest of Discord."""
    raise Unsupported("this route")


def _authorize(sandbox: Sandbox, request: web.Request, path: str) -> None:
    if path.startswith(_OPEN):
        return
    if sandbox.gateway.token is None or request.headers.get("Authorization") != f"Bot {sandbox.gateway.token}":
        raise errors.unauthorized()


async def _misbehave(request: web.Request, fault: Fault | None) -> web.StreamResponse | None:
    if fault is None:
        return None
    if fault.kind == "rate_limit":
        body, headers = rate_limit(fault)
        return answer(body, 429, headers)
    if fault.kind == "status":
        return answer({"message": f"{fault.status}: by request", "code": 0}, fault.status)
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    if fault.kind == "drop_before":
        return _cut(request)
    return None


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _refusal(sandbox: Sandbox, method: str, path: str, error: ApiError) -> web.Response:
    if error.code == _INVALID_FORM:
        sandbox.recorder.refused(method, path, error.body())
        text = f"{method} {path} was refused: {json.dumps(error.errors)}"
        sandbox.broadcast.to_all({"type": "problem", "text": text})
    return answer(error.body(), error.status)


def _record(sandbox: Sandbox, request: web.Request, path: str, body: Body, response: web.StreamResponse) -> None:
    text = response.text if isinstance(response, web.Response) else None
    files = [f"files[{index}]" for index in body.uploads]
    sandbox.recorder.exchange(
        Exchange(
            request.method, path, body.multipart, body.json, files, response.status, json.loads(text) if text else None
        )
    )


def _add_bucket(request: web.Request, response: web.StreamResponse) -> None:
    resource = request.match_info.route.resource
    route = f"{request.method} {resource.canonical if resource else request.path}"
    response.headers.update(
        {
            "X-RateLimit-Limit": "50",
            "X-RateLimit-Remaining": "49",
            "X-RateLimit-Reset": f"{time.time() + 1:.3f}",
            "X-RateLimit-Reset-After": "1.000",
            "X-RateLimit-Bucket": hashlib.sha256(route.encode()).hexdigest()[:32],
        }
    )
