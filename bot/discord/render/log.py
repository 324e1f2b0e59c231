"""What moderators did, as they read it."""

import re
from collections.abc import Sequence

from bot.discord.clean import shown
from bot.discord.render.parts import Message, notice
from bot.discord.text import Text
from storage.records import AuditEntry

MOST = 20
"""Entries of one page; more would not fit into one message."""
_SUBJECT = 40
_DETAIL = 80
"""Characters of what is said beside an entry."""
_NAMED = re.compile(r"(member|artwork|guild) (\d{1,20})", re.ASCII)


def log_page(entries: Sequence[AuditEntry], text: Text) -> Message:
    """Return what was done, with members as mentions and verbs in the reader's language."""
    lines = [
        text("admin.audit_line", at=int(entry.at.timestamp()), actor=entry.actor_id, what=_what(entry, text))
        for entry in entries[:MOST]
    ]
    return notice("\n".join(lines) or text("admin.audit_empty"))


def _what(entry: AuditEntry, text: Text) -> str:
    key = f"log.{entry.verb.replace(' ', '_')}"
    verb = text(key) if key in text else shown(entry.verb, 30)
    parts = (verb, _thing(entry.subject, _SUBJECT, text), _thing(entry.detail, _DETAIL, text))
    return " ".join(part for part in parts if part)


def _thing(words: str, most: int, text: Text) -> str:
    """Return a subject or a detail; the guild itself goes without saying."""
    named = _NAMED.fullmatch(words)
    if named is None:
        return shown(words, most)
    kind, number = named.groups()
    if kind == "member":
        return f"<@{number}>"
    return text("details.parent", id=number) if kind == "artwork" else ""
