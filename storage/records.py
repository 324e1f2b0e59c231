"""What the repositories return: frozen records of plain values. All times are UTC, all sides pixels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

JobState = Literal["queued", "leased", "running", "done", "failed", "cancelled"]
OutboxKind = Literal["done", "failed", "cancelled", "removed"]
EventKind = Literal[
    "shown",
    "keep",
    "vary",
    "strong",
    "edit",
    "erase",
    "enlarge",
    "restyle",
    "blend",
    "morph",
    "again",
    "remix",
    "delete",
    "hide",
    "report",
]
ReportState = Literal["open", "hidden", "deleted", "dismissed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One accepted request for pictures."""

    id: int
    interaction_id: int
    member_id: int
    guild_id: int | None
    channel_id: int | None
    message_id: int | None
    """The message that shows the job, once it is known."""
    application_id: int
    token: str | None
    """None once it has expired and was wiped."""
    context: Literal["guild", "bot_dm", "private"]
    user_install: bool
    private: bool
    locale: str
    filesize_limit: int
    received_at: datetime
    prompt: str
    negative: str | None
    style: str | None
    size: str | None
    """`WIDTHxHEIGHT`; None leaves it to the model."""
    count: int
    seed: int
    """Drawn at submit where none was asked for, so that a second attempt paints the same."""
    model: str | None
    palette: str | None
    mode: str
    parents: tuple[int, ...]
    """Artwork ids."""
    state: JobState
    attempts: int
    """Engine deaths that it took part in."""
    alone: bool
    """Whether it is painted by itself, because it shared a batch with a crash."""
    turn: int
    """Where it comes in the fair order, in pictures: see `storage.queue`."""
    work: float
    """Row-steps at the model's native size: what the ETA is made of."""
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    error_key: str | None = None
    error_values: Mapping[str, Any] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    """Sentences for the person, such as about words that the model does not know."""
    own_style: Mapping[str, Any] | None = None
    """Where `style` is of the guild's own making: as `engine.api.OwnStyle`; storage does not interpret it."""
    direct_channel_id: int | None = None
    direct_message_id: int | None = None
    """Of the direct message that shows the job, where it went to one."""
    change: Mapping[str, Any] | None = None
    """What is done to a picture, beside words: as the studio wrote it; storage does not interpret it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artwork:
    """A stored picture."""

    id: int
    job_id: int
    position: int
    """Order in which it was shown, from 0."""
    member_id: int
    guild_id: int | None
    private: bool
    blob: str | None
    """SHA-256 of the picture; None once it is removed."""
    thumbnail: str | None
    """SHA-256 of a WebP, longest side at most 512."""
    width: int
    height: int
    media_type: str
    recipe: Mapping[str, Any]
    """As `engine.api.Recipe`; storage does not interpret it."""
    score: float | None
    alt: str
    parents: tuple[int, ...]
    created_at: datetime
    kept_at: datetime | None
    deleted_at: datetime | None
    hidden_at: datetime | None
    moving: str | None = None
    """SHA-256 of a WebP that moves, of which the picture is a still."""
    frames: tuple[Mapping[str, Any], ...] = ()
    """Of what moves: what is in each frame, as the studio wrote it; storage does not interpret it."""

    @property
    def removed(self) -> bool:
        """Whether its picture may not be shown any more."""
        return self.blob is None or self.deleted_at is not None or self.hidden_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A picture that a member sent, cleaned by the engine."""

    id: int
    member_id: int
    blob: str
    """SHA-256 of a PNG."""
    thumbnail: str
    """SHA-256 of a WebP, longest side at most 512."""
    width: int
    height: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A picture that was painted, shown or not. Later issues learn from these."""

    job_id: int
    number: int
    """Of the brief: painted from `seed + number`."""
    score: float | None
    scorer: str | None
    """Name and version of what scored it."""
    position: int | None
    """Where it was shown; None: it was not."""
    artwork_id: int | None
    model: str
    model_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One act on an artwork, with the version of the model that painted it."""

    id: int
    kind: EventKind
    member_id: int
    artwork_id: int | None
    job_id: int
    guild_id: int | None
    position: int | None
    model: str
    model_hash: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A letter that must reach its reader."""

    id: int
    job_id: int
    kind: OutboxKind
    new_message: bool
    """Whether a new message may carry it; a correction of an old one only edits."""
    attempts: int
    sending: bool
    """Whether a new message may have been sent without our knowing."""
    due_at: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSettings:
    """What a member chose; None leaves it to the guild."""

    style: str | None = None
    size: str | None = None
    model: str | None = None
    language: str | None = None
    """A Discord locale such as `en-GB`; None takes the client's."""
    private: bool = False
    ping: bool = True
    """Whether to be mentioned when a result took long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuildSettings:
    """What a guild's moderators chose; None leaves it to the operator."""

    style: str | None = None
    size: str | None = None
    model: str | None = None
    language: str | None = None
    spoiler: bool = False
    quota: int | None = None
    """Pictures a member may have per UTC day."""
    guild_quota: int | None = None
    """Pictures the whole guild may have per UTC day."""
    cooldown_s: int | None = None
    channels: tuple[int, ...] = ()
    """Where Salon may be used; empty: everywhere."""
    roles: tuple[int, ...] = ()
    """Who may use it: any of these; empty: everybody."""
    moderation_channel: int | None = None
    paused: bool = False
    words: tuple[str, ...] = ()
    """No prompt may hold any of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guild:
    """A guild that has the bot, or had it lately."""

    id: int
    name: str
    settings: GuildSettings
    joined_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A member who used the bot."""

    id: int
    name: str
    settings: MemberSettings
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """A member who may not use the bot in a guild, or anywhere."""

    member_id: int
    guild_id: int | None
    reason: str
    by_id: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A complaint about an artwork."""

    id: int
    artwork_id: int
    job_id: int
    guild_id: int | None
    member_id: int
    """Who complained."""
    reason: str
    state: ReportState
    created_at: datetime
    channel_id: int | None = None
    message_id: int | None = None
    """Of the post that tells moderators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """What a moderator did."""

    id: int
    guild_id: int | None
    actor_id: int
    verb: str
    subject: str
    """Such as `artwork 7`, `member 42`."""
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GuildStyle:
    """A look that a guild made for itself."""

    id: int
    guild_id: int
    key: str
    """Its name as names are compared; no two styles of a guild have the same."""
    name: str
    prompt: str
    """Template with one `{prompt}`."""
    negative: str
    member_id: int
    created_at: datetime
    pictures: tuple[str, ...] = ()
    """SHA-256 of PNGs that show it."""

    @property
    def words(self) -> str:
        """What it puts around a prompt; nothing where only pictures show it."""
        if self.prompt == "{prompt}":
            return ""
        return self.prompt.replace("{prompt}", "…").removeprefix("…").lstrip(",， ") or self.prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class WordList:
    """Words that a guild's wildcards draw from."""

    id: int
    guild_id: int
    key: str
    """Its name as names are compared; no two lists of a guild have the same."""
    name: str
    entries: tuple[str, ...]
    member_id: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Requests that wait for their member to confirm them."""

    id: int
    member_id: int
    private: bool
    wishes: tuple[Mapping[str, Any], ...]
    """As the studio wrote them; storage does not interpret them."""
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The message that lists the jobs of a draft that was confirmed, for as long as it can be edited."""

    draft_id: int
    member_id: int
    guild_id: int | None
    application_id: int
    token: str
    private: bool
    """Whether the results are."""
    locale: str
    first: int
    """Lowest interaction id of the jobs."""
    last: int
    received_at: datetime
