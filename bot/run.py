"""`salon run`: where the bot's parts are put together."""

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from typing import Any

from prometheus_client import start_http_server

from bot.box import Box, SandboxFailed, sandbox
from bot.command import salon
from bot.settings import TOKEN, Settings, load_settings, read_token
from bot.studio.opening import open_studio
from bot.studio.studio import Studio
from engine.api.errors import SettingsRefused
from engine.client import Engine, connect
from storage.lock import Lock
from storage.migrate import migrate

log = logging.getLogger(__name__)

_READY_LOOK_S = 0.05
_CANCEL_AGAIN_S = 3.0
ENGINE_NICE = 5
"""Members must be answered within three seconds, whatever is being painted on however few cores."""


def run() -> None:
    """Run the bot until a signal comes.

    Raises:
        SettingsRefused: a setting makes no sense, or Discord refuses the token.
        DatabaseTaken: another bot uses the database.
        SandboxFailed: the sandbox could not be started, or was lost.
        InternalError: nothing looks after the engine any more.
        StorageError: the database cannot be used.
    """
    settings = load_settings()
    token = read_token(settings)
    # From here on no process that is started, and nothing that prints the environment, can tell it.
    os.environ.pop(TOKEN, None)
    _log_to_stderr(settings)
    _measure(settings)
    lock = Lock(settings.database)
    lock.acquire(datetime.now(UTC))
    try:
        migrate(settings.database, settings.backups, datetime.now(UTC))
        asyncio.run(_Run(settings, token).serve())
    finally:
        lock.release()


class _Run:
    """One run of the bot."""

    def __init__(self, settings: Settings, token: str | None) -> None:
        self._settings = settings
        self._token = token
        self._stop = asyncio.Event()

    async def serve(self) -> None:
        """Start everything, wait for the first reason to end, and end in order."""
        self._listen_to_signals()
        async with AsyncExitStack() as stack:
            box: Box | None = None
            if self._token is None:
                box = await stack.enter_async_context(
                    sandbox(self._settings.data_dir / "sandbox", self._settings.sandbox.port)
                )
            engine = await stack.enter_async_context(connect(self._settings.engine, nice=ENGINE_NICE))
            studio = await stack.enter_async_context(open_studio(self._settings, engine))
            # Imported here: nothing of it is needed to say that a setting is wrong.
            from bot.discord import client as discord_client
            from bot.discord.redirect import Server, redirect

            if box is not None:
                redirect(Server(rest=box.api, gateway=box.gateway, cdn=box.url.split("/#")[0]))
            bot = discord_client.build(studio, self._settings)
            talking = discord_client.run(bot, self._token or (box.token if box else ""))
            gc.collect()
            try:
                await self._until_over(talking, _say_ready(bot.is_ready, box), box, engine, studio)
            except discord_client.TokenRefused as error:
                raise SettingsRefused(str(error)) from error

    async def _until_over(
        self,
        talking: Coroutine[Any, Any, None],
        saying: Coroutine[Any, Any, None],
        box: Box | None,
        engine: Engine,
        studio: Studio,
    ) -> None:
        chat, told, stop = (asyncio.create_task(work) for work in (talking, saying, self._wait_for_signal()))
        lost = asyncio.create_task(box.lost()) if box else None
        unkept = asyncio.create_task(engine.over())
        tasks: list[asyncio.Task[None]] = [chat, told, stop, unkept, *([lost] if lost else [])]
        try:
            await asyncio.wait([task for task in tasks if task is not told], return_when=asyncio.FIRST_COMPLETED)
            if chat.done():
                chat.result()
            elif unkept.done():
                unkept.result()
            elif lost is not None and lost.done():
                raise SandboxFailed(f"The sandbox ended, and the bot with it; start both again with `{salon()} run`.")
            else:
                # The chat stays open, so that the results are still delivered.
                await studio.drain()
        finally:
            # Until Python 3.12 `asyncio.wait_for`, in which the library connects, loses a cancellation that comes just
            # as the connection fails: then it is cancelled again.
            while left := [task for task in tasks if not task.done()]:
                for task in left:
                    task.cancel()
                await asyncio.wait(left, timeout=_CANCEL_AGAIN_S)
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _wait_for_signal(self) -> None:
        await self._stop.wait()

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):  # Windows
                loop.add_signal_handler(number, self._signalled)

    def _signalled(self) -> None:
        if self._stop.is_set():
            # A second time means now; what is not finished is requeued by the next start.
            os._exit(130)
        log.info("ending: what is being painted is finished first, for at most 15 s; again to end at once")
        self._stop.set()


async def _say_ready(is_ready: Callable[[], bool], box: Box | None) -> None:
    while not is_ready():
        await asyncio.sleep(_READY_LOOK_S)
    _collect_garbage_in_small_parts()
    sys.stdout.write(f"Salon is open at {box.url}\n" if box else "Salon is on Discord.\n")
    sys.stdout.flush()


def _collect_garbage_in_small_parts() -> None:
    """Let no full collection hold the answers up: it took 60 to 100 ms, now 20 at most."""
    # The 130,000 objects of the libraries stay until the end; they need not be looked through every time.
    gc.freeze()
    # Python still knows how many they were and would wait for a quarter of that before the next full collection.
    gc.collect()
    # Interactions leave cycles behind, and by default 70,000 objects pile up before anybody looks at the old ones.
    gc.set_threshold(700, 10, 2)


def _measure(settings: Settings) -> None:
    if not settings.metrics.port:
        return
    try:
        start_http_server(settings.metrics.port, "127.0.0.1")
    except OSError as error:
        raise SettingsRefused(
            f"SALON_METRICS__PORT: {settings.metrics.port} cannot be used ({error.strerror}); choose another."
        ) from error


def _log_to_stderr(settings: Settings) -> None:
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for name in ("bot", "engine", "storage"):
        logging.getLogger(name).setLevel(settings.log_level)
