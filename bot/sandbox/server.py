"""The web application and the life of its process."""

import asyncio
import json
import mimetypes
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from aiohttp import web

from bot.sandbox import control, page_api, page_socket
from bot.sandbox.guard import guarded
from bot.sandbox.rest.bodies import answer
from bot.sandbox.rest.middleware import PREFIX
from bot.sandbox.rest.routes import rest_application
from bot.sandbox.sandbox import SANDBOX, Sandbox, open_sandbox

HOST = "127.0.0.1"
PAGE = Path(__file__).with_name("page")
# What members and the bot write is shown as text; should a piece of it ever become markup, it can neither run nor load.
_PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'none'",
}
_REQUEST_BYTES = 2**25
_SHUTDOWN_S = 0.5
_PARENT_CHECK_S = 0.5


async def run(folder: Path, port: int, *, with_parent: bool, record: bool) -> None:
    """Serve until a signal, or with `with_parent` until standard input ends or the parent dies.

    Prints one JSON line when ready: `url`, `api`, `gateway`, `token`, `application_id`.

    Raises:
        OSError: The port is taken.
    """
    sandbox = open_sandbox(folder, record=record)
    runner = web.AppRunner(application(sandbox), access_log=None, shutdown_timeout=_SHUTDOWN_S)
    await runner.setup()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        site = web.TCPSite(runner, HOST, port)
        await site.start()
        address = f"{HOST}:{runner.addresses[0][1]}"
        sandbox.attachments.base_url = f"http://{address}"
        _announce(sandbox, address)
        if with_parent:
            await _parent_gone(stop)
        else:
            await stop.wait()
    finally:
        await runner.cleanup()
        sandbox.store.close()


def application(sandbox: Sandbox) -> web.Application:
    """Return the whole web application: REST API, gateway, files, the page and its API."""
    own = web.Application(middlewares=[guarded], client_max_size=_REQUEST_BYTES)
    own[SANDBOX] = sandbox
    for method, path, handler in (*page_api.ROUTES, *control.ROUTES):
        own.router.add_route(method, path, handler)
    own.router.add_get("/people", page_socket.list_people)
    own.router.add_get("/socket", page_socket.stream)
    whole = web.Application(client_max_size=_REQUEST_BYTES)
    whole[SANDBOX] = sandbox
    whole.add_subapp(PREFIX, rest_application(sandbox))
    whole.add_subapp("/_sandbox", own)
    whole.router.add_get("/gateway", sandbox.gateway.serve)
    whole.router.add_get("/attachments/{channel_id}/{attachment_id}/{filename}", _attachment)
    whole.router.add_get("/", _root)
    whole.router.add_static("/", PAGE)
    return whole


async def _root(request: web.Request) -> web.StreamResponse:
    # Clients that were not redirected by path, but by name, ask for the gateway at the root of its host.
    if request.headers.get("Upgrade", "").lower() == "websocket":
        return await request.app[SANDBOX].gateway.serve(request)
    return web.FileResponse(PAGE / "index.html", headers=_PAGE_HEADERS)


async def _attachment(request: web.Request) -> web.StreamResponse:
    sandbox, query = request.app[SANDBOX], request.query
    signed = (query.get("ex", ""), query.get("is", ""), query.get("hm", ""))
    path = sandbox.store.upload_path(int(request.match_info["attachment_id"]))
    if not sandbox.attachments.valid(request.path, *signed) or not path.exists():
        return answer({"message": "This content is no longer available."}, 404)
    kind = mimetypes.guess_type(request.path)[0] or ""
    # What is no picture is saved, never shown: it came from somebody else.
    shown = kind if kind.startswith("image/") else "application/octet-stream"
    headers = {
        "Content-Type": shown,
        "Cache-Control": "max-age=3600",
        "Content-Security-Policy": "sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return web.FileResponse(path, headers=headers)


def _announce(sandbox: Sandbox, address: str) -> None:
    line = {
        "url": f"http://{address}/#{sandbox.secret}",
        "api": f"http://{address}{PREFIX}",
        "gateway": f"ws://{address}/gateway",
        "token": sandbox.token,
        "application_id": str(sandbox.world.bot.id),
    }
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


async def _parent_gone(stop: asyncio.Event) -> None:
    parent = os.getppid()
    loop = asyncio.get_running_loop()
    with suppress(OSError, ValueError):
        descriptor = sys.stdin.fileno()
        loop.add_reader(descriptor, lambda: None if os.read(descriptor, 4096) else stop.set())
    while not stop.is_set() and os.getppid() == parent:
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _PARENT_CHECK_S)
