"""Plain records and a tiny picture for tests."""

import struct
import zlib
from datetime import UTC, datetime
from typing import Any

from storage.records import Artwork, Job, Report, Roster

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def png(colour: int = 128, side: int = 2) -> bytes:
    """Return a grey PNG without any imaging library."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes([colour]) * 3 * side for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def job(**fields: Any) -> Job:
    plain: dict[str, Any] = {
        "id": 7,
        "interaction_id": 70,
        "member_id": 42,
        "guild_id": 1,
        "channel_id": 2,
        "message_id": None,
        "application_id": 9,
        "token": "token",
        "context": "guild",
        "user_install": False,
        "private": False,
        "locale": "en-GB",
        "filesize_limit": 10 * 1024 * 1024,
        "received_at": NOW,
        "prompt": "a fox in the rain",
        "negative": None,
        "style": "oil",
        "size": None,
        "count": 4,
        "seed": 5,
        "model": "mini",
        "palette": None,
        "mode": "imagine",
        "parents": (),
        "state": "queued",
        "attempts": 0,
        "alone": False,
        "turn": 0,
        "work": 1.0,
        "created_at": NOW,
    }
    return Job(**(plain | fields))


def artwork(**fields: Any) -> Artwork:
    plain: dict[str, Any] = {
        "id": 100,
        "job_id": 7,
        "position": 0,
        "member_id": 42,
        "guild_id": 1,
        "private": False,
        "blob": "0" * 64,
        "thumbnail": "1" * 64,
        "width": 128,
        "height": 128,
        "media_type": "image/png",
        "recipe": {
            "style": "oil",
            "model": "mini",
            "seed": 5,
            "index": 0,
            "steps": 12,
            "scheduler": "euler",
            "guidance": 4.0,
        },
        "score": None,
        "alt": "A fox in the rain, oil painting",
        "parents": (),
        "created_at": NOW,
        "kept_at": None,
        "deleted_at": None,
        "hidden_at": None,
    }
    return Artwork(**(plain | fields))


def roster(**fields: Any) -> Roster:
    plain = {"draft_id": 1, "member_id": 1, "guild_id": 2, "application_id": 3, "token": "t", "private": False}
    return Roster(**plain | {"locale": "en", "first": -2, "last": -1, "received_at": NOW} | fields)


def report(**fields: Any) -> Report:
    plain: dict[str, Any] = {
        "id": 3,
        "artwork_id": 100,
        "job_id": 7,
        "guild_id": 1,
        "member_id": 43,
        "reason": "not nice",
        "state": "open",
        "created_at": NOW,
    }
    return Report(**(plain | fields))
