"""What must be known before anything may wait: settings, bans, words, and how much everybody has asked for."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from bot.studio.requests import Actor, Origin, Settings
from bot.studio.words import WordList as Forbidden
from engine.styles import folded
from storage import guilds, jobs, moderation, own, people
from storage.database import Database
from storage.own import Kind
from storage.records import Ban, Guild, GuildSettings, GuildStyle, MemberSettings, WordList

_NO_GUILD_SETTINGS = GuildSettings()
_NO_MEMBER_SETTINGS = MemberSettings()


class Memory:
    """Read once at the start; whoever changes the database changes this after the commit. A database has one bot.

    What a member asks for is counted when it is asked for, and taken back if it is refused after all, so that no two
    requests at once can pass a limit together.
    """

    def __init__(self) -> None:
        """Begin empty; `load` fills it."""
        self._members: dict[int, MemberSettings] = {}
        self._guilds: dict[int, GuildSettings] = {}
        self._words: dict[int, Forbidden] = {}
        self._bans: set[tuple[int, int | None]] = set()
        self._own: dict[tuple[Kind, int], dict[str, GuildStyle | WordList]] = {}
        self.pending_of_member: Counter[int] = Counter()
        self.pending_of_guild: Counter[int] = Counter()
        self.pending = 0
        self._day = date.min
        self._pictures_of_member: Counter[tuple[int, int | None]] = Counter()
        self._pictures_of_guild: Counter[int] = Counter()
        self.last_request: dict[int, datetime] = {}

    async def load(self, database: Database, now: datetime) -> None:
        """Read everything."""
        async with database.read() as tx:
            self._members = await people.all_settings(tx)
            for guild in await guilds.everything(tx):
                self.set_guild(guild.id, guild.settings)
            self._bans = {(ban.member_id, ban.guild_id) for ban in await moderation.all_bans(tx)}
            for style in await own.all_styles(tx):
                self.set_own(style)
            for words in await own.all_lists(tx):
                self.set_own(words)
            self._day = now.date()
            for used in await jobs.usage(tx, datetime.combine(self._day, time(), UTC)):
                self._pictures_of_member[used.member_id, used.guild_id] += used.pictures
                if used.guild_id is not None:
                    self._pictures_of_guild[used.guild_id] += used.pictures
            for waiting in await jobs.waiting(tx):
                self._add_pending(waiting.member_id, waiting.guild_id, waiting.jobs)

    # Settings.

    def settings(self, guild_id: int | None, member_id: int) -> Settings:
        """Return what holds for a member in a guild."""
        return Settings(guild=self.guild(guild_id), member=self._members.get(member_id, _NO_MEMBER_SETTINGS))

    def guild(self, guild_id: int | None) -> GuildSettings:
        """Return a guild's settings."""
        return self._guilds.get(guild_id, _NO_GUILD_SETTINGS) if guild_id is not None else _NO_GUILD_SETTINGS

    def words(self, guild_id: int | None) -> Forbidden | None:
        """Return what a guild forbids, if anything."""
        return self._words.get(guild_id) if guild_id is not None else None

    def set_member(self, member_id: int, settings: MemberSettings) -> None:
        """Take note of a member's settings."""
        self._members[member_id] = settings

    def set_guild(self, guild_id: int, settings: GuildSettings) -> None:
        """Take note of a guild's settings."""
        self._guilds[guild_id] = settings
        self._words.pop(guild_id, None)
        if settings.words:
            self._words[guild_id] = Forbidden(settings.words)

    def forget_member(self, member_id: int) -> None:
        """Forget a member's settings and what they made. What they asked for today is still counted."""
        self._members.pop(member_id, None)
        for kept in self._own.values():
            for key in [key for key, made in kept.items() if made.member_id == member_id]:
                del kept[key]

    def forget_guild(self, guild: Guild | int) -> None:
        """Forget a guild's settings, words and bans."""
        guild_id = guild if isinstance(guild, int) else guild.id
        self._guilds.pop(guild_id, None)
        self._words.pop(guild_id, None)
        self._own = {place: made for place, made in self._own.items() if place[1] != guild_id}
        self._bans = {ban for ban in self._bans if ban[1] != guild_id}

    # What a guild made for itself, by key.

    def own(self, kind: Kind, guild_id: int | None) -> Mapping[str, GuildStyle | WordList]:
        """Return a guild's styles or lists."""
        return self._own.get((kind, guild_id), {}) if guild_id is not None else {}

    def own_style(self, guild_id: int | None, name: str) -> GuildStyle | None:
        """Return a guild's style by its name."""
        found = self.own("style", guild_id).get(folded(name))
        return found if isinstance(found, GuildStyle) else None

    def own_styles(self, guild_id: int | None) -> tuple[GuildStyle, ...]:
        """Return a guild's styles."""
        return tuple(made for made in self.own("style", guild_id).values() if isinstance(made, GuildStyle))

    def own_lists(self, guild_id: int | None) -> tuple[WordList, ...]:
        """Return a guild's lists."""
        return tuple(made for made in self.own("list", guild_id).values() if isinstance(made, WordList))

    def set_own(self, made: GuildStyle | WordList) -> None:
        """Take note of a style or a list."""
        kind: Kind = "style" if isinstance(made, GuildStyle) else "list"
        self._own.setdefault((kind, made.guild_id), {})[made.key] = made

    def drop_own(self, kind: Kind, guild_id: int, key: str) -> None:
        """Take note that a style or a list was deleted."""
        self._own.get((kind, guild_id), {}).pop(key, None)

    # Bans.

    def banned(self, member_id: int, guild_id: int | None) -> bool:
        """Whether a member is banned in a guild or everywhere."""
        return (member_id, guild_id) in self._bans or (member_id, None) in self._bans

    def set_ban(self, ban: Ban) -> None:
        """Take note of a ban."""
        self._bans.add((ban.member_id, ban.guild_id))

    def lift_ban(self, member_id: int, guild_id: int | None) -> None:
        """Take note that a ban was taken back."""
        self._bans.discard((member_id, guild_id))

    # What was asked for.

    def pictures_of_member(self, member_id: int, guild_id: int | None, now: datetime) -> int:
        """Return how many pictures a member asked for today in a guild."""
        self._turn_page(now)
        return self._pictures_of_member[member_id, guild_id]

    def pictures_of_guild(self, guild_id: int, now: datetime) -> int:
        """Return how many pictures a guild asked for today."""
        self._turn_page(now)
        return self._pictures_of_guild[guild_id]

    def count(self, actor: Actor, origin: Origin, pictures: int, now: datetime) -> Callable[[], None]:
        """Count a request; return what takes it back, should it come to nothing."""
        last = self.last_request.get(actor.id)
        self._turn_page(now)
        self._pictures_of_member[actor.id, origin.guild_id] += pictures
        if origin.guild_id is not None:
            self._pictures_of_guild[origin.guild_id] += pictures
        self._add_pending(actor.id, origin.guild_id, 1)
        self.last_request[actor.id] = now

        def undo() -> None:
            self.refund(actor.id, origin.guild_id, pictures, now)
            self.ended(actor.id, origin.guild_id)
            if last is None:
                self.last_request.pop(actor.id, None)
            else:
                self.last_request[actor.id] = last

        return undo

    def ended(self, member_id: int, guild_id: int | None) -> None:
        """Take note that a pending job has ended."""
        self._add_pending(member_id, guild_id, -1)

    def refund(self, member_id: int, guild_id: int | None, pictures: int, asked_at: datetime) -> None:
        """Give back the pictures of a job that failed or was cancelled, if it was asked for today."""
        if asked_at.date() != self._day:
            return
        self._pictures_of_member[member_id, guild_id] -= pictures
        if guild_id is not None:
            self._pictures_of_guild[guild_id] -= pictures

    def _add_pending(self, member_id: int, guild_id: int | None, number: int) -> None:
        self.pending += number
        self.pending_of_member[member_id] += number
        if guild_id is not None:
            self.pending_of_guild[guild_id] += number

    def _turn_page(self, now: datetime) -> None:
        if now.date() != self._day:
            self._day = now.date()
            self._pictures_of_member.clear()
            self._pictures_of_guild.clear()
            self.last_request = {
                member: at for member, at in self.last_request.items() if now - at < timedelta(hours=1)
            }
