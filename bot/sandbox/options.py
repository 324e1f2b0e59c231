"""What a member typed into a slash command: checked as the client does, with everything that it names resolved."""

from typing import Any

from bot.sandbox import payloads
from bot.sandbox.attachments import Attachments, Upload
from bot.sandbox.permissions import in_channel
from bot.sandbox.world import Channel, World

Option = dict[str, Any]

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(1, 12)


class Misuse(Exception):
    """A member tried what the client would not let them do; the message says what."""


class Resolver:
    """Collects the `resolved` object of one interaction."""

    def __init__(self, world: World, attachments: Attachments, channel: Channel, uploads: dict[int, Upload]) -> None:
        self.resolved: dict[str, dict[str, Any]] = {}
        self._world, self._attachments, self._channel, self._uploads = world, attachments, channel, uploads

    def user(self, identifier: int) -> str:
        """Add a user, and the member where there is one."""
        user = self._world.users.get(identifier)
        if user is None:
            raise Misuse(f"There is no user {identifier}.")
        self._add("users", identifier, payloads.user(user))
        guild = self._world.guild_of(self._channel)
        if guild is not None and identifier in guild.members:
            permissions = in_channel(self._world, self._channel, identifier)
            self._add("members", identifier, _partial_member(guild.members[identifier], permissions))
        return str(identifier)

    def role(self, identifier: int) -> str:
        """Add a role of the guild."""
        guild = self._world.guild_of(self._channel)
        if guild is None or identifier not in guild.roles:
            raise Misuse(f"There is no role {identifier} here.")
        self._add("roles", identifier, payloads.role(guild.roles[identifier]))
        return str(identifier)

    def channel(self, identifier: int) -> str:
        """Add a channel of the guild."""
        channel = self._world.channel(identifier)
        if channel is None or channel.guild_id != self._channel.guild_id:
            raise Misuse(f"There is no channel {identifier} here.")
        permissions = in_channel(self._world, channel, self._world.bot.id)
        self._add("channels", identifier, payloads.channel(self._world, channel) | {"permissions": str(permissions)})
        return str(identifier)

    def mentionable(self, identifier: int) -> str:
        """Add a user or a role."""
        return self.user(identifier) if identifier in self._world.users else self.role(identifier)

    def attachment(self, index: int) -> str:
        """Store `files[index]` and add it."""
        if index not in self._uploads:
            raise Misuse(f"files[{index}] did not come with the request.")
        self._attachments.check([self._uploads[index]])
        attachment = self._attachments.keep(self._uploads[index], self._channel.id)
        self._add("attachments", attachment.id, self._attachments.payload(attachment, ephemeral=True))
        return str(attachment.id)

    def message(self, payload: dict[str, Any]) -> None:
        """Add a message."""
        self._add("messages", int(payload["id"]), payload)

    def _add(self, kind: str, identifier: int, payload: dict[str, Any]) -> None:
        self.resolved.setdefault(kind, {})[str(identifier)] = payload


def _partial_member(member: Any, permissions: int) -> dict[str, Any]:
    payload = payloads.member(member, permissions=permissions)
    return {key: value for key, value in payload.items() if key not in ("mute", "deaf")}


def completed(definitions: list[Option], typed: list[Option], resolver: Resolver, *, partly: bool) -> list[Option]:
    """Return the options of an interaction.

    Args:
        definitions: The options of the command.
        typed: `{"name": ..., "value": ...}`, for subcommands `{"name": ..., "options": [...]}`; an attachment's
            value is the number of its file.
        resolver: Takes what the options name.
        partly: Whether the member is still typing, so that options may be missing or unfinished.

    Raises:
        Misuse: For what the client would refuse.
    """
    known = {one["name"]: one for one in definitions}
    for one in typed:
        if one["name"] not in known:
            raise Misuse(f"There is no option {one['name']}; there are {', '.join(known) or 'none'}.")
    if not partly:
        given = {one["name"] for one in typed}
        missing = [name for name, one in known.items() if one.get("required") and name not in given]
        if missing:
            raise Misuse(f"{', '.join(missing)} must be filled in.")
        if any(one["type"] in (SUBCOMMAND, GROUP) for one in definitions) and len(typed) != 1:
            raise Misuse(f"One of {', '.join(known)} must be chosen.")
    return [_completed_one(known[one["name"]], one, resolver, partly=partly) for one in typed]


def _completed_one(definition: Option, typed: Option, resolver: Resolver, *, partly: bool) -> Option:
    kind = definition["type"]
    result: Option = {"name": definition["name"], "type": kind}
    if kind in (SUBCOMMAND, GROUP):
        nested = completed(definition.get("options") or [], typed.get("options") or [], resolver, partly=partly)
        return result | {"options": nested}
    if typed.get("focused"):
        # What is being typed comes as text, whatever the option's type.
        return result | {"value": str(typed.get("value", "")), "focused": True}
    value = typed["value"]
    adders = {
        USER: resolver.user,
        CHANNEL: resolver.channel,
        ROLE: resolver.role,
        MENTIONABLE: resolver.mentionable,
        ATTACHMENT: resolver.attachment,
    }
    if kind in adders:
        return result | {"value": adders[kind](int(value))}
    return result | {"value": _checked(definition, value)}


def _checked(definition: Option, value: Any) -> Any:
    name, kind = definition["name"], definition["type"]
    try:
        value = _CONVERSIONS[kind](value)
    except (TypeError, ValueError) as error:
        raise Misuse(f"{name} cannot be {value!r}.") from error
    choices = definition.get("choices") or []
    if choices and value not in [one["value"] for one in choices]:
        raise Misuse(f"{name} must be one of {', '.join(str(one['value']) for one in choices)}.")
    measure = len(value) if kind == STRING else value
    unit = " characters long" if kind == STRING else ""
    least, most = ("min_length", "max_length") if kind == STRING else ("min_value", "max_value")
    if least in definition and measure < definition[least]:
        raise Misuse(f"{name} must be at least {definition[least]}{unit}.")
    if most in definition and measure > definition[most]:
        raise Misuse(f"{name} must be at most {definition[most]}{unit}.")
    return value


_CONVERSIONS: dict[int, Any] = {STRING: str, INTEGER: int, BOOLEAN: bool, NUMBER: float}
