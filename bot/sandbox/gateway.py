"""Gateway v10: sessions that outlive their sockets, and the frames that cross."""

import secrets
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from aiohttp import web

from bot.sandbox import payloads
from bot.sandbox.gateway_socket import Socket
from bot.sandbox.recorder import Recorder
from bot.sandbox.world import World

_BUFFERED_EVENTS = 10_000


class Op(IntEnum):
    """Opcodes of the gateway."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE_STATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


_WITH_OBJECT = (Op.IDENTIFY, Op.RESUME, Op.REQUEST_MEMBERS)


class Close(IntEnum):
    """Close codes of the gateway."""

    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    RATE_LIMITED = 4008
    INVALID_SHARD = 4010


class Intent(IntEnum):
    """The intents that decide about the sandbox's events; 0 is for events that everybody gets."""

    ALWAYS = 0
    GUILDS = 1 << 0
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15


@dataclass(slots=True)
class Session:
    """What a client identified itself for; it may be resumed on another socket."""

    id: str
    intents: int
    sequence: int = 0
    sent: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=_BUFFERED_EVENTS))
    socket: Socket | None = None


class Gateway:
    """All sessions of the one application.

    Attributes:
        token: What IDENTIFY must name; None refuses everybody, as after a token was revoked.
        heartbeat_s: The interval that HELLO announces.
        presence_changed: Called with whether a client is connected, whenever that may have changed.
        counts: How often each thing happened: `identify`, `resume`, `invalid_session`, `connect`.
    """

    def __init__(self, world: World, token: str, recorder: Recorder) -> None:
        self.token: str | None = token
        self.heartbeat_s = 41.25
        self.counts: Counter[str] = Counter()
        self.presence_changed: Callable[[bool], None] = _ignore
        self._world, self._recorder = world, recorder
        self._sessions: dict[str, Session] = {}
        self._sockets: set[Socket] = set()

    @property
    def has_session(self) -> bool:
        """Whether events reach anybody, now or after a resume."""
        return bool(self._sessions)

    @property
    def online(self) -> bool:
        """Whether a client is connected and identified."""
        return any(session.socket is not None for session in self._sessions.values())

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Speak with one client until its socket closes."""
        socket = await Socket.accept(request)
        self._sockets.add(socket)
        self.counts["connect"] += 1
        try:
            socket.send(
                {"op": Op.HELLO, "d": {"heartbeat_interval": int(self.heartbeat_s * 1000)}, "s": None, "t": None}
            )
            await self._converse(socket)
        finally:
            self._sockets.discard(socket)
            for session in self._sessions.values():
                if session.socket is socket:
                    session.socket = None
                    self.presence_changed(self.online)
            await socket.finish()
        return socket.response

    def dispatch(self, event: str, data: dict[str, Any], intent: int = Intent.ALWAYS) -> None:
        """Send an event to every session that asked for it; sessions without a socket get it when they resume."""
        for session in self._sessions.values():
            if intent == Intent.ALWAYS or session.intents & intent:
                self._dispatch_to(session, event, data)

    def wants(self, intent: int) -> bool:
        """Tell whether any session has the intent."""
        return any(session.intents & intent for session in self._sessions.values())

    def drop(self) -> None:
        """Cut every socket without a word."""
        for socket in list(self._sockets):
            socket.abort()

    def ask_to_reconnect(self) -> None:
        """Send op 7 to everybody."""
        for socket in self._sockets:
            socket.send({"op": Op.RECONNECT, "d": None, "s": None, "t": None})

    def invalidate(self, *, resumable: bool) -> None:
        """Send op 9 to everybody; unless `resumable`, their sessions are forgotten."""
        for socket in self._sockets:
            socket.send({"op": Op.INVALID_SESSION, "d": resumable, "s": None, "t": None})
        self.counts["invalid_session"] += len(self._sockets)
        if not resumable:
            self._sessions.clear()

    def close(self, code: int) -> None:
        """Close every socket with a close code."""
        for socket in self._sockets:
            socket.close(code)

    async def _converse(self, socket: Socket) -> None:
        session: Session | None = None
        data: Any
        # A client that misses its heartbeats is cut off, as by Discord.
        async for payload in socket.payloads(patience_s=self.heartbeat_s * 2):
            op, data = payload.get("op"), payload.get("d")
            if op in _WITH_OBJECT and not isinstance(data, dict):
                socket.close(Close.DECODE_ERROR)
                continue
            if op == Op.HEARTBEAT:
                socket.send({"op": Op.HEARTBEAT_ACK, "d": None, "s": None, "t": None})
            elif op in (Op.IDENTIFY, Op.RESUME):
                if session is not None:
                    socket.close(Close.ALREADY_AUTHENTICATED)
                elif self.token is None or data["token"].removeprefix("Bot ") != self.token:
                    socket.close(Close.AUTHENTICATION_FAILED)
                else:
                    session = self._identify(socket, data) if op == Op.IDENTIFY else self._resume(socket, data)
            elif op not in set(Op):
                socket.close(Close.UNKNOWN_OPCODE)
            elif session is None:
                socket.close(Close.NOT_AUTHENTICATED)
            elif op == Op.REQUEST_MEMBERS:
                self._send_members(session, data)

    def _identify(self, socket: Socket, data: dict[str, Any]) -> Session | None:
        if data.get("shard", [0, 1]) != [0, 1]:
            socket.close(Close.INVALID_SHARD)
            return None
        self.counts["identify"] += 1
        session = Session(secrets.token_hex(16), data["intents"], socket=socket)
        self._sessions[session.id] = session
        self.presence_changed(True)
        guilds = [one for one in self._world.guilds.values() if one.installed]
        ready = {
            "v": 10,
            "user": payloads.own_user(self._world.bot),
            "guilds": [{"id": str(one.id), "unavailable": True} for one in guilds],
            "session_id": session.id,
            "resume_gateway_url": socket.url,
            "session_type": "normal",
            "shard": [0, 1],
            "application": {"id": str(self._world.bot.id), "flags": 0, "flags_new": "0"},
            "private_channels": [],
            "relationships": [],
            "presences": [],
            "guild_join_requests": [],
            "geo_ordered_rtc_regions": [],
            "user_settings": {},
            "_trace": ["sandbox"],
        }
        self._dispatch_to(session, "READY", ready)
        if session.intents & Intent.GUILDS:
            for guild in guilds:
                self._dispatch_to(session, "GUILD_CREATE", payloads.guild_create(self._world, guild, joined=False))
        return session

    def _resume(self, socket: Socket, data: dict[str, Any]) -> Session | None:
        session = self._sessions.get(data["session_id"])
        oldest = session.sent[0]["s"] if session and session.sent else 1
        if session is None or not oldest - 1 <= data["seq"] <= session.sequence:
            self.counts["invalid_session"] += 1
            socket.send({"op": Op.INVALID_SESSION, "d": False, "s": None, "t": None})
            return None
        self.counts["resume"] += 1
        if session.socket is not None:
            session.socket.abort()
        for frame in session.sent:
            if frame["s"] > data["seq"]:
                socket.send(frame)
        session.socket = socket
        self.presence_changed(True)
        self._dispatch_to(session, "RESUMED", {"_trace": ["sandbox"]})
        return session

    def _send_members(self, session: Session, data: dict[str, Any]) -> None:
        guild = self._world.guilds[int(data["guild_id"])]
        asked = {int(one) for one in [data.get("user_ids") or []] for one in (one if isinstance(one, list) else [one])}
        found = [one for one in guild.members.values() if not asked or one.user_id in asked]
        members = [payloads.member(one, self._world.users[one.user_id]) for one in found]
        chunk = {"guild_id": str(guild.id), "members": members, "chunk_index": 0, "chunk_count": 1}
        self._dispatch_to(session, "GUILD_MEMBERS_CHUNK", chunk | {"nonce": data.get("nonce")})

    def _dispatch_to(self, session: Session, event: str, data: dict[str, Any]) -> None:
        self._recorder.event(event, data)
        session.sequence += 1
        frame = {"op": Op.DISPATCH, "d": data, "s": session.sequence, "t": event}
        session.sent.append(frame)
        if session.socket is not None:
            session.socket.send(frame)


def _ignore(online: bool) -> None:
    del online
