"""Who and what there is: users, guilds with their roles, channels and members, private channels."""

from collections.abc import Iterator
from dataclasses import dataclass, field

TEXT, DIRECT, GROUP = 0, 1, 3
"""Channel types."""


@dataclass(slots=True)
class User:
    """A person or the application's bot user; `locale` is the language of their client."""

    id: int
    username: str
    global_name: str | None
    locale: str = "en-US"
    bot: bool = False
    takes_direct_messages: bool = True


@dataclass(slots=True)
class Role:
    """A role; `managed_by` is the bot user whose own role it is."""

    id: int
    name: str
    permissions: int
    position: int = 0
    colour: int = 0
    managed_by: int | None = None


@dataclass(slots=True)
class Overwrite:
    """What a channel allows and denies to one role (`member` False) or one member."""

    id: int
    member: bool = False
    allow: int = 0
    deny: int = 0


@dataclass(slots=True)
class Channel:
    """A text channel of a guild, a direct channel with the bot, or a group of members without it."""

    id: int
    type: int
    name: str | None = None
    guild_id: int | None = None
    position: int = 0
    topic: str | None = None
    nsfw: bool = False
    overwrites: list[Overwrite] = field(default_factory=list)
    recipients: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Member:
    """A user's place in a guild; `joined_at` in Unix seconds."""

    user_id: int
    joined_at: float
    roles: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Guild:
    """A guild; `installed` says whether the bot is in it."""

    id: int
    name: str
    owner_id: int
    roles: dict[int, Role]
    channels: dict[int, Channel]
    members: dict[int, Member]
    locale: str = "en-US"
    installed: bool = True


@dataclass(slots=True)
class World:
    """Everybody and every place; the bot user's id is the application's id too."""

    bot: User
    users: dict[int, User]
    guilds: dict[int, Guild]
    private: dict[int, Channel]

    def channel(self, identifier: int) -> Channel | None:
        """Return any channel by its id."""
        return next((channel for channel in self.channels() if channel.id == identifier), None)

    def channels(self) -> Iterator[Channel]:
        """Yield all channels, the guilds' first."""
        for guild in self.guilds.values():
            yield from guild.channels.values()
        yield from self.private.values()

    def guild_of(self, channel: Channel) -> Guild | None:
        """Return the guild that a channel is in."""
        return None if channel.guild_id is None else self.guilds[channel.guild_id]

    def people(self) -> list[User]:
        """Return the users who are not the bot."""
        return [user for user in self.users.values() if not user.bot]

    def direct_channel(self, user_id: int) -> Channel | None:
        """Return the direct channel between the bot and a user."""
        channels = (one for one in self.private.values() if one.type == DIRECT and user_id in one.recipients)
        return next(channels, None)
