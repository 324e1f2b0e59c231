"""Who may do what with a job or a picture."""

from typing import Protocol

from bot.studio.requests import Actor


class Owned(Protocol):
    """A job or an artwork."""

    @property
    def member_id(self) -> int:
        """Whose it is."""
        ...

    @property
    def guild_id(self) -> int | None:
        """Where it was asked for."""
        ...

    @property
    def private(self) -> bool:
        """Whether it was shown to its owner alone."""
        ...


def may_see(actor: Actor, thing: Owned) -> bool:
    """Whether somebody may see, keep, vary or remix a thing: anybody who was shown it."""
    return not thing.private or actor.id == thing.member_id


def moderates(actor: Actor, guild_id: int | None) -> bool:
    """Whether somebody is a moderator of a guild."""
    return actor.moderator and guild_id is not None and actor.guild_id == guild_id


def may_change(actor: Actor, thing: Owned) -> bool:
    """Whether somebody may cancel or delete a thing: its owner and the moderators of its guild."""
    return actor.id == thing.member_id or moderates(actor, thing.guild_id)
