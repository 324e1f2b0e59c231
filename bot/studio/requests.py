"""What crosses between the chat and the studio: frozen records of plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from storage.records import GuildSettings, Job, MemberSettings

Context = Literal["guild", "bot_dm", "private"]
"""Where an interaction happened: in a guild, in the bot's own direct messages, or in a conversation among members."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a request came from and where its answer goes."""

    interaction_id: int
    token: str | None
    """Edits the reply for 15 minutes; wiped afterwards. None: the result comes in a message of its own."""
    application_id: int
    guild_id: int | None
    channel_id: int | None
    context: Context
    user_install: bool
    """Whether the command was installed by the member alone, so that the bot is no member of the place."""
    private: bool
    """Whether the reply is ephemeral. Such a result never goes to a channel."""
    locale: str
    filesize_limit: int
    """Bytes of one upload."""
    received_at: datetime
    """UTC."""
    message_id: int | None = None
    """The public reply's message, where the defer told it."""
    parent_id: int | None = None
    """The channel or forum that a thread belongs to."""
    age_restricted: bool = False
    """Whether the channel is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks."""

    id: int
    name: str
    moderator: bool
    """In the guild `guild_id`, and nowhere else."""
    guild_id: int | None = None
    roles: frozenset[int] = frozenset()


Part = tuple[float, float, float, float]
"""Left, top, right and bottom in parts of a picture's sides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One of the pictures and prompts that are mixed, or a picture that others are painted after."""

    artwork: int | None = None
    upload: int | None = None
    prompt: str = ""
    """Words, where it is no picture."""
    weight: float = 1.0
    """blend: its part, relative to the others'."""
    looks: bool = False
    """Whether it is mixed as it looks, for the noise that it was painted from would give another picture now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is done to a picture, beside words. What is None is left to the mode."""

    upload: int | None = None
    """The picture's id where it was sent by a member; None: it is the wish's first parent."""
    strength: float | None = None
    """How much may change, 0 to 1."""
    box: Part | None = None
    """edit, erase: where it is painted anew."""
    find: str | None = None
    """edit, erase: words for what is painted anew."""
    place: Part | None = None
    """edit: where the picture lies on the new one, which may be larger."""
    whole: bool = False
    """edit: whether the new picture is as large as the old one, whatever its place."""
    times: int | None = None
    """enlarge: 2 or 4."""
    looks: tuple[int, ...] = ()
    """restyle: up to three uploads that show the look, instead of a style."""
    keep_colours: bool = False
    """restyle: whether the picture stays in its own colours."""
    mixed: tuple[Piece, ...] = ()
    """blend, morph: what is mixed, or led through in this order."""
    frame: int | None = None
    """morph: the number of the one frame that is wanted, from 1; None: all of them, moving."""
    like: tuple[Piece, ...] = ()
    """imagine: pictures that it is painted after, for what they show."""
    style_like: tuple[Piece, ...] = ()
    """imagine: pictures that it is painted after, for how they look."""
    tile: bool = False
    """Whether the picture's opposite edges shall fit each other."""
    instead: str | None = None
    """Why it is not what was asked for: names a text of the chat's catalogue under `instead`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asked for. What is None is filled from the member's settings, the guild's, then the model's."""

    prompt: str
    negative: str | None = None
    style: str | None = None
    size: str | None = None
    """`WIDTHxHEIGHT` in pixels, or one of `bot.studio.sizes.NAMES`."""
    count: int | None = None
    """As many as one request may have."""
    seed: int | None = None
    model: str | None = None
    palette: str | None = None
    mode: str = "imagine"
    """One of `bot.studio.changes.MODES`. Of a picture, an empty prompt means its own words."""
    change: Change = Change()
    parents: tuple[int, ...] = ()
    """Artwork ids."""
    notices: tuple[str, ...] = ()
    """Sentences about the wish that the person should read with the pictures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The job is committed."""

    job_id: int
    place: int
    """Jobs to be admitted before this one."""
    eta_s: float | None
    """Until it is finished, where step times are known."""
    late_warning: bool
    """Whether a private result may come after its reply can be edited: it would go to the member's direct messages."""


class Refusal(Exception):
    """A request that will not be carried out, for a reason that the person can be told.

    Attributes:
        key: Names a text of the chat's catalogue. The keys are listed in `bot.studio.refusals`.
        values: That text's fields.
    """

    def __init__(self, key: str, **values: str | int | float) -> None:
        """Refuse with this text and these fields."""
        super().__init__(key)
        self.key = key
        self.values: Mapping[str, str | int | float] = values

    def __str__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{self.key}({fields})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a job stands."""

    job: Job
    place: int
    """Jobs to be admitted before it; 0 once it is being painted or over."""
    eta_s: float | None
    step: int | None
    steps: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for a member in a guild, or in direct messages."""

    guild: GuildSettings
    member: MemberSettings

    @property
    def style(self) -> str | None:
        """The style where a wish names none."""
        return self.member.style or self.guild.style

    @property
    def size(self) -> str | None:
        """The size where a wish names none."""
        return self.member.size or self.guild.size

    @property
    def model(self) -> str | None:
        """The model where a wish names none."""
        return self.member.model or self.guild.model

    @property
    def private(self) -> bool:
        """Whether replies are ephemeral where the command does not say."""
        return self.member.private


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChoice:
    """A model that may be asked for."""

    name: str
    title: str
    native: tuple[int, int]
    steps: int
    step_seconds: Mapping[int, float] = field(default_factory=dict)
    """Measured seconds of one step, by network rows, at the native size."""
    unscreened: bool = False
    """Whether it paints only in age-restricted channels, unless the operator has acknowledged it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleChoice:
    """A named look that may be asked for."""

    name: str
    title: str
    description: str
    title_zh: str = ""
    description_zh: str = ""
    aliases: tuple[str, ...] = ()
    own: bool = False
    """Whether the guild made it."""
    pictures: int = 0
    """That show it, of the guild's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineInfo:
    """What is known of the engine, from memory."""

    online: bool
    absence: str
    """Why it is offline: the key of a refusal; empty while it is not, or is only starting."""
    paused: bool
    """Whether the operator has stopped new work."""
    device: str
    model: str
    queued: int
    running: int
    step_seconds: Mapping[int, float]
    """Of the default model; empty until measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """What `/privacy delete` removed."""

    jobs: int
    pictures: int
    posts: int
    """Messages that will be edited where they can still be reached."""
