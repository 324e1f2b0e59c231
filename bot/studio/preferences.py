"""The settings of members and guilds."""

import re
from dataclasses import fields, replace
from typing import Any, TypeVar

from bot.studio.backstage import Backstage
from bot.studio.checks import Checks, clean
from bot.studio.requests import Actor, Refusal, Settings
from bot.studio.words import compared
from storage import guilds, moderation, people
from storage.records import GuildSettings, MemberSettings

Either = TypeVar("Either", MemberSettings, GuildSettings)

MOST_LISTED = 200
"""Channels, roles or words of one guild."""
LONGEST_WORD = 100
MOST_PICTURES = 1_000_000
"""That a quota may allow."""
LONGEST_COOLDOWN_S = 86_400
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_NUMBERS = {"quota": MOST_PICTURES, "guild_quota": MOST_PICTURES, "cooldown_s": LONGEST_COOLDOWN_S}
_SWITCHES = frozenset({"spoiler", "paused", "private", "ping"})
_IDS = frozenset({"channels", "roles"})


class Preferences:
    """Reads settings from memory, and changes them. What it promises is written at `bot.studio.studio.Studio`."""

    def __init__(self, backstage: Backstage, checks: Checks) -> None:
        """Use these stores; `checks` knows styles, models and sizes."""
        self._backstage = backstage
        self._checks = checks

    def cached(self, guild_id: int | None, member_id: int) -> Settings:
        """Return what holds for a member."""
        return self._backstage.memory.settings(guild_id, member_id)

    async def change_member(self, actor: Actor, changes: dict[str, Any]) -> MemberSettings:
        """Change a member's settings."""
        changed = self._changed(self.cached(None, actor.id).member, changes)
        async with self._backstage.database.write() as tx:
            await people.change(tx, actor.id, actor.name, changed, self._backstage.clock())
        self._backstage.memory.set_member(actor.id, changed)
        return changed

    async def change_guild(
        self, actor: Actor, changes: dict[str, Any], verb: str = "settings", detail: str | None = None
    ) -> GuildSettings:
        """Change the settings of the guild that the actor moderates; the log gets `detail`, or else the changes."""
        if not actor.moderator or actor.guild_id is None:
            raise Refusal("not_moderator")
        guild_id, now = actor.guild_id, self._backstage.clock()
        changed = self._changed(self._backstage.memory.guild(guild_id), changes)
        async with self._backstage.database.write() as tx:
            await guilds.change(tx, guild_id, changed, now)
            if detail is None:
                detail = ", ".join(f"{name} = {value}" for name, value in sorted(changes.items()))
            await moderation.write(tx, guild_id, actor.id, verb, f"guild {guild_id}", now, detail[:1000])
        self._backstage.memory.set_guild(guild_id, changed)
        return changed

    def _changed(self, settings: Either, changes: dict[str, Any]) -> Either:
        known: dict[str, Any] = {field.name: field.default for field in fields(settings)}
        for name in changes:
            if name not in known:
                raise Refusal("setting", name=name, problem="unknown")
        model = changes.get("model", settings.model)
        given = {
            name: known[name] if value is None else self._valid(name, value, model) for name, value in changes.items()
        }
        return replace(settings, **given)

    def _valid(self, name: str, value: Any, model: str | None) -> Any:
        match name:
            case "style":
                return self._checks.known_style(str(value))
            case "model":
                return self._checks.known_model(str(value))
            case "size":
                self._checks.check_default_size(str(value), model)
                return str(value)
            case "language":
                return _demand(name, value, isinstance(value, str) and _LOCALE.fullmatch(value))
            case "words":
                return _words(value)
            case "moderation_channel":
                return _demand(name, value, _is_id(value))
        if name in _SWITCHES:
            return _demand(name, value, isinstance(value, bool))
        if name in _NUMBERS:
            return _demand(name, value, _is_whole(value) and 0 <= value <= _NUMBERS[name])
        assert name in _IDS
        ids = tuple(dict.fromkeys(value))
        return _demand(name, ids, len(ids) <= MOST_LISTED and all(map(_is_id, ids)))


def _words(value: Any) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(clean(str(word)) for word in value))
    if not all(map(compared, words)):
        raise Refusal("word_blank")
    short = all(0 < len(word) <= LONGEST_WORD for word in words)
    return tuple(sorted(_demand("words", words, len(words) <= MOST_LISTED and short)))


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_id(value: Any) -> bool:
    return _is_whole(value) and 0 < value < 2**63


def _demand(name: str, value: Any, fits: Any) -> Any:
    if not fits:
        raise Refusal("setting", name=name, problem=str(value)[:100])
    return value
