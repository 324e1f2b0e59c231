"""Application commands: registered for everywhere or for one guild, and shown to members."""

from typing import Any

from bot.sandbox import errors, rules
from bot.sandbox.permissions import Permission, in_channel
from bot.sandbox.snowflakes import Snowflakes
from bot.sandbox.store import Store
from bot.sandbox.world import DIRECT, Channel, World

Command = dict[str, Any]

_KIND = "command"
_GUILD_INSTALL, _USER_INSTALL = 0, 1
_GUILD, _BOT_DM, _PRIVATE = 0, 1, 2
_KEYS = frozenset(
    {"id", "name", "name_localizations", "description", "description_localizations", "options", "type", "nsfw"}
    | {"default_member_permissions", "dm_permission", "default_permission", "contexts", "integration_types", "handler"}
)


class Commands:
    """All commands as they are answered to the bot."""

    def __init__(self, world: World, store: Store, ids: Snowflakes) -> None:
        self._world, self._store, self._ids = world, store, ids
        self._commands = {int(command["id"]): command for command in store.load(_KIND)}

    def scope(self, guild_id: int | None) -> list[Command]:
        """Return the global commands, or those of one guild alone."""
        return [one for one in self._commands.values() if _guild_of(one) == guild_id]

    def get(self, identifier: int, guild_id: int | None) -> Command:
        """Return one command of a scope.

        Raises:
            ApiError: 10063.
        """
        command = self._commands.get(identifier)
        if command is None or _guild_of(command) != guild_id:
            raise errors.unknown("Application Command")
        return command

    def replace_all(self, guild_id: int | None, bodies: list[dict[str, Any]]) -> list[Command]:
        """Put these in place of all commands of a scope; commands that keep type and name keep their id."""
        rules.check_commands(bodies)
        for body in bodies:
            rules.check_keys(body, _KEYS)
        known = {(one["type"], one["name"]): one["id"] for one in self.scope(guild_id)}
        for old in self.scope(guild_id):
            self.delete(int(old["id"]), guild_id)
        return [self._put(guild_id, body, known.get((body.get("type", 1), body["name"]))) for body in bodies]

    def put(self, guild_id: int | None, body: dict[str, Any]) -> tuple[Command, bool]:
        """Add one command, or replace the one of its type and name; return it and whether it is new."""
        key = (body.get("type", 1), body["name"])
        old = next((one for one in self.scope(guild_id) if (one["type"], one["name"]) == key), None)
        others = [one for one in self.scope(guild_id) if one is not old]
        rules.check_commands([*others, body])
        return self._put(guild_id, body, None if old is None else old["id"]), old is None

    def edit(self, identifier: int, guild_id: int | None, body: dict[str, Any]) -> Command:
        """Change some fields of a command."""
        old = self.get(identifier, guild_id)
        changed = {key: value for key, value in old.items() if key in _KEYS} | body
        rules.check_commands([*(one for one in self.scope(guild_id) if one is not old), changed])
        return self._put(guild_id, changed, old["id"])

    def delete(self, identifier: int, guild_id: int | None) -> None:
        """Remove a command."""
        self.get(identifier, guild_id)
        del self._commands[identifier]
        self._store.delete(_KIND, identifier)

    def visible(self, channel: Channel, user_id: int) -> list[Command]:
        """Return what a member may use in a channel, as the client's picker shows it."""
        return [one for one in self._commands.values() if self._usable(one, channel, user_id)]

    def _usable(self, command: Command, channel: Channel, user_id: int) -> bool:
        guild = self._world.guild_of(channel)
        if _guild_of(command) not in (None, channel.guild_id) or (command["nsfw"] and not channel.nsfw):
            return False
        context = _GUILD if guild else _BOT_DM if channel.type == DIRECT else _PRIVATE
        contexts = command["contexts"]
        if context not in ([_GUILD, _BOT_DM] if contexts is None else contexts):
            return False
        present = guild.installed if guild else context == _BOT_DM
        if (_GUILD_INSTALL if present else _USER_INSTALL) not in command["integration_types"]:
            return False
        own = in_channel(self._world, channel, user_id)
        needed = int(command["default_member_permissions"] or 0)
        return bool(own & Permission.USE_APPLICATION_COMMANDS) and (guild is None or own & needed == needed)

    def _put(self, guild_id: int | None, body: dict[str, Any], identifier: str | None) -> Command:
        rules.check_keys(body, _KEYS)
        given = {key: value for key, value in body.items() if key in _KEYS and key not in _DROPPED}
        command = _DEFAULTS | {key: value for key, value in given.items() if value is not None or key in _NULLABLE}
        needed = command["default_member_permissions"]
        command |= {
            "default_member_permissions": None if needed is None else str(needed),
            "id": identifier or str(self._ids.next()),
            "application_id": str(self._world.bot.id),
            "version": str(self._ids.next()),
        }
        if guild_id is not None:
            command["guild_id"] = str(guild_id)
        self._commands[int(command["id"])] = command
        self._store.save(_KIND, int(command["id"]), command)
        return command


def _guild_of(command: Command) -> int | None:
    return int(command["guild_id"]) if "guild_id" in command else None


_DROPPED = ("id", "default_permission")
_NULLABLE = ("name_localizations", "description_localizations", "default_member_permissions", "contexts")
_DEFAULTS: Command = {
    "type": 1,
    "description": "",
    "default_member_permissions": None,
    "nsfw": False,
    "contexts": None,
    "integration_types": [_GUILD_INSTALL],
    "name_localizations": None,
    "description_localizations": None,
}
