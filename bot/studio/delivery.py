"""What goes out to the chat, and what the chat must be able to do for it. `bot.discord` is the postman."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from bot.studio.requests import Standing
from storage.records import Artwork, Job, Report, Roster

LetterKind = Literal["queued", "progress", "done", "failed", "cancelled", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What to show of a job. The same letter may come again: showing it twice must do no harm."""

    kind: LetterKind
    job: Job
    artworks: tuple[Artwork, ...] = ()
    """Those to show, in order; of `done` alone."""
    pictures: tuple[bytes, ...] = ()
    """Of `artworks`, in the same order."""
    place: int | None = None
    starting: bool = False
    """Whether the engine has not begun to work yet, so that nobody's turn has come."""
    eta_s: float | None = None
    step: int | None = None
    steps: int | None = None
    preview: bytes | None = None
    """WebP."""
    error_key: str | None = None
    """Names a text of the chat's catalogue, as a `Refusal` does."""
    error_values: Mapping[str, Any] = field(default_factory=dict)
    mention: int | None = None
    """The one member whom a new message with this letter may ping."""


class Undelivered(Exception):
    """A letter did not go out, or may not have."""


class Expired(Undelivered):
    """The interaction's token no longer serves (50027, 10015, or it was never answered: 10062)."""


class Gone(Undelivered):
    """The message or channel was deleted (10008, 10003)."""


class Forbidden(Undelivered):
    """Discord does not let the bot do this here (403, closed direct messages, missing access)."""


class Unclear(Undelivered):
    """The request went out, but its outcome is unknown (a time-out, a dropped connection, a 5xx)."""


class Unreachable(Undelivered):
    """The request did not go out or was turned away for now (no connection, a 429 that will not end)."""


class Postman(Protocol):
    """Carries letters. Every method may raise any `Undelivered` but those it cannot know."""

    async def edit_reply(self, letter: Letter, token: str, application_id: int) -> int:
        """Edit the interaction's own reply; return its message id.

        Raises:
            Undelivered: Expired, Gone, Forbidden, Unclear or Unreachable.
        """
        ...

    async def edit_message(self, letter: Letter, channel_id: int, message_id: int) -> None:
        """Edit a message of ours.

        Raises:
            Undelivered: Gone, Forbidden, Unclear or Unreachable.
        """
        ...

    async def send(self, letter: Letter, channel_id: int, nonce: str) -> int:
        """Send a new message that carries the job's id in its custom ids; return its id.

        Args:
            letter: what to show.
            channel_id: where.
            nonce: at most 25 characters; Discord drops a second message with the same one for a few minutes.

        Raises:
            Undelivered: Gone, Forbidden, Unclear or Unreachable.
        """
        ...

    async def find(self, channel_id: int, job_id: int) -> int | None:
        """Return the id of a recent message of ours there that carries the job, or None.

        Raises:
            Undelivered: Gone, Forbidden (no right to read the history), Unclear or Unreachable.
        """
        ...

    async def direct(self, letter: Letter, member_id: int, nonce: str) -> tuple[int, int]:
        """Send the letter to the member's direct messages; return the channel's id and the message's.

        Raises:
            Undelivered: Forbidden, Unclear or Unreachable.
        """
        ...

    async def edit_roster(self, roster: Roster, standings: Sequence[Standing]) -> None:
        """Edit the message that lists jobs which were asked for together, by its token.

        Raises:
            Undelivered: Expired, Gone, Forbidden, Unclear or Unreachable.
        """
        ...

    async def redraw_report(self, report: Report, channel_id: int, message_id: int) -> None:
        """Draw the post of a report anew, as things are now.

        Raises:
            Undelivered: Gone, Forbidden, Unclear or Unreachable.
        """
        ...
