"""Keeps other web pages and other users of the machine away from the sandbox's own API."""

import hmac
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.sandbox.errors import ApiError
from bot.sandbox.options import Misuse
from bot.sandbox.renewal import was_secret
from bot.sandbox.rest.bodies import answer
from bot.sandbox.sandbox import SANDBOX

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

RENEWAL = "/secret"
"""Where a page exchanges the secret of an earlier run; the one path that takes such a secret."""
_NAMES = ("127.0.0.1", "localhost")


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Demand a loopback host, an origin that is this page, and the secret of this run; turn misuse into 400."""
    if not _from_this_page(request):
        return answer({"error": "The sandbox answers its own page on 127.0.0.1 alone."}, 403)
    if not _knows_secret(request):
        return answer({"error": "Open the address that the sandbox printed when it started."}, 401)
    try:
        return await handler(request)
    except Misuse as misuse:
        return answer({"error": str(misuse)}, 400)
    except ApiError as error:
        return answer({"error": error.message, "code": error.code}, error.status)
    except (KeyError, TypeError, ValueError) as error:
        return answer({"error": f"The request is malformed: {error!r}"}, 400)


def _from_this_page(request: web.Request) -> bool:
    # The host check defeats DNS rebinding, the origin check requests that another site's page sends.
    if request.host.rsplit(":", 1)[0] not in _NAMES:
        return False
    origin = request.headers.get("Origin")
    return origin is None or origin == f"http://{request.host}"


def _knows_secret(request: web.Request) -> bool:
    sandbox = request.app[SANDBOX]
    given = request.headers.get("Authorization", "").removeprefix("Bearer ") or request.query.get("secret", "")
    if hmac.compare_digest(given.encode(), sandbox.secret.encode()):
        return True
    return request.path.endswith(f"/_sandbox{RENEWAL}") and was_secret(given, sandbox.earlier_secrets)
