"""The life of the engine process: it listens at once, loads meanwhile, serves, and ends in good order."""

import asyncio
import logging
import os
import signal
import stat
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

import psutil

from engine.api import EngineError
from engine.api.errors import EngineLost, InternalError, SettingsRefused
from engine.server.connection import Connection
from engine.server.workshop import Build, Workshop
from engine.settings import EngineSettings
from engine.wire.address import Address, TcpAddress, UnixAddress, parse
from engine.wire.messages import HEARTBEAT_S

log = logging.getLogger(__name__)

DRAIN_S = 12.0
"""After SIGTERM, briefs under way may go on for so long."""
FLUSH_S = 2.0
"""Then what is finished must be fetched within this time; both together stay below the 15 s that supervisors grant."""
STEP_S = 0.7
"""At last the step that is running may take this time, so that what was measured is kept."""
ORPHAN_S = 1.2
"""An engine whose client died is gone after this time, whatever it was doing."""
CRASHED = 70
_READ_AHEAD = 1024 * 1024


def serve(build: Build, settings: EngineSettings, address: Address, *, lifeline: bool = False) -> None:
    """Be the engine process: serve at `address` until a signal, then end the process.

    With a `lifeline` the process belongs to whoever started it: standard input brings the key that clients must know
    and then stays open; when it closes, the owner is gone, and so is the engine. The address is written to standard
    output.

    Never returns, because native threads (a step that is still running, a compiler) would delay the usual way out.

    Raises:
        SettingsRefused: the address cannot be listened on.
    """
    key = sys.stdin.buffer.readline().decode().strip() if lifeline else ""
    code = asyncio.run(_Host(build, settings, key).run(address, lifeline))
    _leave(code)


class _Host:
    def __init__(self, build: Build, settings: EngineSettings, key: str) -> None:
        self._build = build
        self._settings = settings
        self._key = key
        self._connections: dict[Connection, asyncio.Task[None] | None] = {}
        self._clients = 0
        self._ending = asyncio.Event()
        self._drain_s = DRAIN_S
        self._code = 0

    async def run(self, address: Address, lifeline: bool) -> int:
        self._loop = asyncio.get_running_loop()
        self._workshop: asyncio.Future[Workshop] = self._loop.create_future()
        server = await self._listen(address)
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError):  # Windows
                self._loop.add_signal_handler(number, self._ending.set)
        if lifeline:
            self._announce(server, address)
            threading.Thread(target=self._hold_lifeline, name="lifeline", daemon=True).start()
        else:
            sys.stdout.write(f"Listening at {address}.\n")
            sys.stdout.flush()
        # Not earlier, because libraries print while they are loaded.
        threading.Thread(target=self._load, name="load", daemon=True).start()
        beating = self._loop.create_task(self._beat())
        await self._ending.wait()
        if isinstance(address, UnixAddress):
            self._unlink(address, lifeline)
        server.close()
        await self._end()
        beating.cancel()
        return self._code

    async def _listen(self, address: Address) -> asyncio.Server:
        try:
            if isinstance(address, TcpAddress):
                return await asyncio.start_server(self._accept, address.host, address.port, limit=_READ_AHEAD)
            await _clear(address)
            address.path.parent.mkdir(parents=True, exist_ok=True)
            before = os.umask(0o177)
            try:
                server = await asyncio.start_unix_server(self._accept, address.path, limit=_READ_AHEAD)
            finally:
                os.umask(before)
            self._socket = _identity(address)
            return server
        except OSError as error:
            reason = error.strerror or error
            raise SettingsRefused(f"SALON_ENGINE__LISTEN: cannot listen at {address} ({reason}).") from error

    def _unlink(self, address: UnixAddress, lifeline: bool) -> None:
        """Remove the socket while it still listens, for then no successor can have taken its place, unless by force."""
        with suppress(OSError):
            if _identity(address) == self._socket:
                address.path.unlink()
            if lifeline:  # the private folder, where its owner cannot remove it any more
                address.path.parent.rmdir()

    def _announce(self, server: asyncio.Server, address: Address) -> None:
        if isinstance(address, TcpAddress):
            address = TcpAddress(address.host, server.sockets[0].getsockname()[1])
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        # What libraries print from here on goes to the log; nobody reads the pipe any more.
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def _hold_lifeline(self) -> None:
        while sys.stdin.buffer.read(4096):
            pass
        self._call(self._orphaned)
        threading.Event().wait(ORPHAN_S)
        _leave(0)

    def _orphaned(self) -> None:
        self._drain_s = 0.0
        self._ending.set()

    def _load(self) -> None:
        try:
            workshop = Workshop(self._settings, self._build)
            workshop.start(lambda: self._call(self._crashed))
        except EngineError as error:
            log.error("the engine cannot paint: %s", error.message)
            self._call(self._workshop.set_exception, error)
        except Exception as error:
            log.exception("the engine cannot be loaded")
            reason = InternalError(f"The engine cannot be loaded: {str(error)[:300]}")
            self._call(self._workshop.set_exception, reason)
        else:
            self._call(self._workshop.set_result, workshop)

    def _call(self, work: Callable[..., None], *args: object) -> None:
        with suppress(RuntimeError):  # the loop is closed: the engine is ending
            self._loop.call_soon_threadsafe(work, *args)

    def _crashed(self) -> None:
        self._code = CRASHED
        self._drain_s = 0.0
        self._ending.set()

    @property
    def _loaded(self) -> Workshop | None:
        if not self._workshop.done() or self._workshop.exception() is not None:
            return None
        return self._workshop.result()

    async def _ready(self) -> Workshop:
        if self._ending.is_set():
            raise EngineLost("The engine is being stopped; ask again when it is back.")
        return await asyncio.shield(self._workshop)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients += 1
        connection = Connection(self._clients, reader, writer, self._ready, self._key)
        self._connections[connection] = asyncio.current_task()
        try:
            await connection.serve()
        finally:
            del self._connections[connection]

    async def _beat(self) -> None:
        while True:
            busy_s = self._loaded.batcher.busy_s() if self._loaded else 0.0
            for connection in self._connections:
                connection.beat(busy_s)
            await asyncio.sleep(HEARTBEAT_S)

    async def _end(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._drain_s):
                await asyncio.gather(*(connection.finished() for connection in self._connections))
        for connection in self._connections:
            connection.stop(EngineLost("The engine is being stopped; ask again when it is back."))
        if self._drain_s:
            with suppress(TimeoutError):
                async with asyncio.timeout(FLUSH_S):
                    await asyncio.gather(*(connection.close() for connection in self._connections))
        tasks = [task for task in self._connections.values() if task is not None]
        for connection in self._connections:
            connection.hang_up()
        if tasks:
            await asyncio.wait(tasks, timeout=FLUSH_S)
        if self._loaded:
            await self._loop.run_in_executor(None, self._loaded.stop, STEP_S)


def _leave(code: int) -> None:
    """End the process at once, and with it the processes that libraries started."""
    for helper in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            helper.kill()
    logging.shutdown()
    os._exit(code)


def _identity(address: UnixAddress) -> tuple[int, int]:
    status = address.path.stat()
    return status.st_dev, status.st_ino


async def _clear(address: UnixAddress) -> None:
    """Remove the socket of an engine that is no more.

    Raises:
        SettingsRefused: one is, or something else has that name.
    """
    try:
        if not stat.S_ISSOCK(address.path.stat().st_mode):
            raise SettingsRefused(f"SALON_ENGINE__LISTEN: {address} exists and is no socket; choose another path.")
        _, writer = await asyncio.open_unix_connection(address.path)
    except ConnectionError:
        address.path.unlink(missing_ok=True)
    except FileNotFoundError:
        return
    else:
        writer.close()
        raise SettingsRefused(f"SALON_ENGINE__LISTEN: an engine listens at {address} already; choose another path.")


def listening_address(settings: EngineSettings, listen: str | None) -> Address:
    """Return where to listen: as the command line says, else as the settings do.

    Raises:
        SettingsRefused: neither says, or it is no address.
    """
    text = listen or settings.listen
    if text is None:
        raise SettingsRefused("SALON_ENGINE__LISTEN is not set; set it to a socket's path or to host:port.")
    return parse(text)
