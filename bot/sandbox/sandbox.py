"""The parts of one sandbox, put together."""

import base64
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.sandbox.answers import Answers
from bot.sandbox.attachments import Attachments
from bot.sandbox.broadcast import Broadcast
from bot.sandbox.clock import Clock
from bot.sandbox.commands import Commands
from bot.sandbox.composer import Composer
from bot.sandbox.faults import Faults
from bot.sandbox.gateway import Gateway
from bot.sandbox.interactions import Interactions
from bot.sandbox.messages import Messages
from bot.sandbox.recorder import Recorder
from bot.sandbox.renewal import remember
from bot.sandbox.seed import seed
from bot.sandbox.snowflakes import Snowflakes
from bot.sandbox.store import Store
from bot.sandbox.world import World

_KIND = "identity"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Everything that a request may need.

    Attributes:
        token: The bot's token, the same in every run of one folder.
        secret: What the page and the control API must name; new in every run.
        earlier_secrets: Digests of those of earlier runs (`bot.sandbox.renewal`).
    """

    token: str
    secret: str
    earlier_secrets: frozenset[str]
    store: Store
    clock: Clock
    ids: Snowflakes
    world: World
    attachments: Attachments
    messages: Messages
    composer: Composer
    commands: Commands
    gateway: Gateway
    broadcast: Broadcast
    interactions: Interactions
    answers: Answers
    faults: Faults
    recorder: Recorder


SANDBOX: web.AppKey[Sandbox] = web.AppKey("sandbox", Sandbox)


def open_sandbox(folder: Path, *, record: bool = False) -> Sandbox:
    """Open the sandbox that lives in `folder`, a new one where there is none; `record` keeps all exchanges."""
    store, clock = Store(folder), Clock()
    identity = _identity(store, clock)
    world = seed(identity["created"])
    messages = Messages(store)
    ids = Snowflakes(clock, messages.newest_id)
    token = _token(world.bot.id, identity["token"])
    attachments = Attachments(store, clock, ids, bytes.fromhex(identity["key"]))
    composer = Composer(world, attachments)
    recorder = Recorder(exchanges=record)
    gateway = Gateway(world, token, recorder)
    broadcast = Broadcast(world, attachments, gateway)
    gateway.presence_changed = lambda online: broadcast.to_all({"type": "presence", "online": online})
    interactions = Interactions(world, store, clock, ids, attachments, gateway, broadcast, recorder)
    answers = Answers(world, clock, ids, messages, composer, interactions, broadcast)
    commands = Commands(world, store, ids)
    secret = secrets.token_urlsafe(24)
    return Sandbox(
        token,
        secret,
        remember(store, secret),
        store,
        clock,
        ids,
        world,
        attachments,
        messages,
        composer,
        commands,
        gateway,
        broadcast,
        interactions,
        answers,
        Faults(),
        recorder,
    )


def _identity(store: Store, clock: Clock) -> dict[str, Any]:
    documents = store.load(_KIND)
    if documents:
        return documents[0]
    identity = {"created": clock.now(), "token": secrets.token_urlsafe(20), "key": secrets.token_hex(32)}
    store.save(_KIND, 0, identity)
    return identity


def _token(application_id: int, secret: str) -> str:
    # Clients read the application's id from the token's first part.
    return base64.urlsafe_b64encode(str(application_id).encode()).decode().rstrip("=") + f".sandbx.{secret}"
