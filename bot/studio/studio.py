"""What members and moderators can do, in one place. Every reason to say no is raised as a `Refusal`."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.studio import meters, palettes
from bot.studio.altering import Altering
from bot.studio.asking import Asking
from bot.studio.backstage import Backstage
from bot.studio.changes import MODES
from bot.studio.checks import Checks
from bot.studio.corrections import Corrections
from bot.studio.craft import Craft
from bot.studio.craft_own import Own
from bot.studio.delivery import Postman
from bot.studio.desk import Desk
from bot.studio.dispatcher import DRAIN_S, Dispatcher
from bot.studio.janitor import Janitor
from bot.studio.lobby import Lobby
from bot.studio.moderating import Moderating
from bot.studio.preferences import Preferences
from bot.studio.privacy import Privacy
from bot.studio.publisher import Publisher
from bot.studio.requests import (
    Accepted,
    Actor,
    Deletion,
    EngineInfo,
    ModelChoice,
    Origin,
    Refusal,
    Settings,
    Standing,
    StyleChoice,
    Wish,
)
from bot.studio.rosters import Rosters
from bot.studio.shelf import Shelf
from bot.studio.storing import refuses_when_storage_does
from bot.studio.studio_moderation import Moderation
from bot.studio.studio_pictures import Pictures
from bot.studio.waiting import Waiting
from bot.studio.watch import Watch
from engine.api import PictureWords, PromptWeights
from engine.client import Engine
from storage import guilds as guild_rows
from storage import jobs
from storage.own import Kind
from storage.records import (
    Artwork,
    Draft,
    GuildSettings,
    GuildStyle,
    Job,
    MemberSettings,
    Report,
    Roster,
    WordList,
)


@refuses_when_storage_does
class Studio(Pictures, Moderation):
    """The studio as the chat sees it. Methods without `async` answer from memory and never wait.

    Any asynchronous method may also raise `Refusal("busy")` while the database is locked by somebody else, and
    `Refusal("disk_full")`.
    """

    def __init__(
        self, backstage: Backstage, engine: Engine, watch: Watch, dispatcher: Dispatcher, publisher: Publisher
    ) -> None:
        """Put the parts together; `bot.studio.opening` runs them."""
        checks = Checks(backstage.settings, backstage.memory, watch)
        self._backstage = backstage
        self._publisher = publisher
        self._dispatcher = dispatcher
        self._shelf = Shelf(backstage)
        self._lobby = Lobby(backstage, checks, watch, dispatcher)
        self._altering = Altering(backstage, watch, engine)
        self._desk = Desk(backstage, checks, self._altering, watch, dispatcher, publisher)
        self._craft = Craft(backstage, checks, self._desk)
        self._asking = Asking(backstage, checks, self._craft, self._altering, watch, engine)
        self._own = Own(backstage, checks)
        self._preferences = Preferences(backstage, checks)
        self._moderating = Moderating(backstage, self._preferences, self._desk)
        self.corrections = Corrections(backstage)
        self._privacy = Privacy(backstage, self._desk, self.corrections.wanted)
        # Read whenever somebody asks for them, so that they are never out of date.
        meters.QUEUED.set_function(lambda: self.info().queued)
        meters.RUNNING.set_function(lambda: self.info().running)
        meters.ONLINE.set_function(lambda: self.info().online)
        self.janitor = Janitor(backstage, self._privacy)
        self.waiting = Waiting(self._desk)
        self.rosters = Rosters(backstage, self._desk)

    async def drain(self, within_s: float = DRAIN_S) -> None:
        """Accept nothing more, and wait for what is being painted and for the letters about it, but not for ever."""
        await self._dispatcher.drain(within_s)
        await self._publisher.drain()

    def open_for(self, postman: Postman) -> None:
        """Begin to send letters, those that wait since the last life first."""
        self._publisher.open_for(postman)
        self.corrections.open_for(postman)
        self.rosters.open_for(postman)

    # What members ask for.

    def check(self, actor: Actor, origin: Origin, wish: Wish, *, partly: bool = False) -> Refusal | None:
        """Return why this wish would be refused, as far as memory can tell, before anything is deferred.

        With `partly`, the count, size and model that it leaves open will come from another request, and not from the
        settings.
        """
        try:
            self._desk.check(actor, origin, wish, partly=partly)
        except Refusal as refusal:
            return refusal
        return None

    async def submit(self, actor: Actor, origin: Origin, wish: Wish) -> Accepted:
        """Accept a wish; returns once the job is committed. The same `interaction_id` again gives the same job.

        From here on the studio itself shows the job by letters, `queued` first: the chat edits nothing after this.

        Raises:
            Refusal: as `check`.
        """
        return await self._desk.submit(actor, origin, wish)

    def wishes(self, origin: Origin, wish: Wish) -> tuple[Wish, ...]:
        """Return what a wish asks for, from memory: its parameters taken, its wildcards drawn, one for each choice.

        Raises:
            Refusal: craft.
        """
        return self._craft.wishes(origin, wish)

    async def describe(
        self, actor: Actor, origin: Origin, *, artwork_id: int | None = None, upload_id: int | None = None
    ) -> PictureWords:
        """Put an artwork, or what this member sent, into words in the language of the origin.

        Raises:
            Refusal: as `check` of the person, engine_away or its like, no_artwork, removed, upload_gone, or question.
        """
        return await self._asking.describe(actor, origin, artwork_id=artwork_id, upload_id=upload_id)

    async def shorten(self, actor: Actor, origin: Origin, prompt: str, model: str | None = None) -> PromptWeights:
        """Tell which words of a prompt matter. It paints one picture for that, which counts like any other.

        Raises:
            Refusal: as `check`, craft, one_prompt, or question with the engine's own sentence.
        """
        return await self._asking.shorten(actor, origin, prompt, model)

    def check_all(
        self, actor: Actor, origin: Origin, wishes: Sequence[Wish], *, partly: bool = False
    ) -> Refusal | None:
        """Return why these wishes together would be refused, as `check`."""
        try:
            self._craft.check(actor, origin, wishes, partly=partly)
        except Refusal as refusal:
            return refusal
        return None

    async def draft(self, actor: Actor, origin: Origin, wishes: Sequence[Wish]) -> int:
        """Keep wishes until their member confirms them, for a day; return the draft's id.

        Raises:
            Refusal: as `check`, of all of them together.
        """
        return await self._craft.draft(actor, origin, wishes)

    async def drafted(self, actor: Actor, draft_id: int) -> Draft:
        """Return what waits for the actor's confirmation.

        Raises:
            Refusal: draft_gone or not_yours.
        """
        return await self._craft.drafted(actor, draft_id)

    async def confirm(self, actor: Actor, origin: Origin, draft_id: int) -> tuple[Roster, list[Standing]]:
        """Submit what waits, all of it or nothing; return what lists the jobs. Each result has a message of its own.

        Raises:
            Refusal: as `draft` and `drafted`.
        """
        return await self._craft.confirm(actor, origin, draft_id)

    def follow(self, roster: Roster) -> None:
        """Keep the message true that lists confirmed jobs, now that it has been shown."""
        self.rosters.follow(roster)

    async def discard(self, actor: Actor, draft_id: int) -> None:
        """Forget what waits.

        Raises:
            Refusal: as `drafted`.
        """
        await self._craft.discard(actor, draft_id)

    async def create_style(
        self, actor: Actor, origin: Origin, name: str, words: str, negative: str = "", looks: Sequence[int] = ()
    ) -> GuildStyle:
        """Make a style of the guild's own, of words that go around a prompt, of uploads that show it, or both.

        Raises:
            Refusal: own_guild, own_name, own_house, own_taken, own_words, own_many, word, upload_gone, or as `check` of
                the person.
        """
        pictures = [(await self._altering.upload(upload_id, actor)).blob for upload_id in looks]
        return await self._own.create_style(actor, origin, name, words, negative, pictures)

    async def create_list(self, actor: Actor, origin: Origin, name: str, entries: str) -> WordList:
        """Make a list of words for wildcards, of entries with commas between them.

        Raises:
            Refusal: as `create_style`, own_list_name or own_entries.
        """
        return await self._own.create_list(actor, origin, name, entries)

    async def delete_own(self, actor: Actor, origin: Origin, kind: Kind, name: str) -> str:
        """Delete a style or a list of the guild's own: who made it may, and a moderator. Return its name.

        Raises:
            Refusal: own_guild, style or own_list, not_yours.
        """
        return await self._own.delete(actor, origin, kind, name)

    def word_lists(self, guild_id: int | None) -> tuple[WordList, ...]:
        """Return a guild's lists of words, from memory."""
        return self._backstage.memory.own_lists(guild_id)

    async def again(self, actor: Actor, origin: Origin, job_id: int) -> Accepted:
        """Ask for what that job asked for once more, with another seed.

        Raises:
            Refusal: as `submit`; or there is no such job, or it is somebody else's private one, or was removed; or
                twice, where they asked for it a moment ago.
        """
        return await self._desk.again(actor, origin, job_id)

    async def wish_of(self, actor: Actor, job_id: int) -> Wish:
        """Return what that job asked for, to fill in a remix; one indexed read.

        Raises:
            Refusal: no_job, not_yours, removed, or banned where they ask.
        """
        return await self._desk.wish_of(actor, job_id)

    async def cancel(self, actor: Actor, job_id: int) -> Job:
        """Cancel a queued or running job: its owner may, and a moderator of its guild.

        Raises:
            Refusal: no_job, not_yours, or over.
        """
        return await self._desk.cancel(actor, job_id)

    async def keep(self, actor: Actor, artwork_id: int, origin: Origin | None = None) -> Artwork:
        """Keep a picture: it is never deleted to save room. Anyone who can see it may; twice is once.

        Raises:
            Refusal: no_artwork, not_yours, removed, or banned where it was made.
        """
        return await self._shelf.keep(actor, artwork_id)

    async def delete(self, actor: Actor, artwork_id: int) -> Artwork:
        """Delete a picture for good, and edit its message: its owner may, and a moderator of its guild.

        Raises:
            Refusal: no_artwork, not_yours or removed.
        """
        return await self._shelf.delete(actor, artwork_id)

    async def report(self, actor: Actor, origin: Origin, artwork_id: int, reason: str) -> Report:
        """Complain about a picture. The chat posts the report to the guild's moderation channel.

        Raises:
            Refusal: no_artwork, not_yours, removed, or reported (by this member, before).
        """
        return await self._shelf.report(actor, artwork_id, reason)

    # What there is to see.

    async def job(self, job_id: int) -> Job:
        """Return a job.

        Raises:
            Refusal: no_job.
        """
        return await self._desk.job(job_id)

    async def standing(self, job_id: int) -> Standing:
        """Return where a job stands.

        Raises:
            Refusal: no_job.
        """
        return await self._desk.standing(job_id)

    async def queue(self, guild_id: int | None, member_id: int) -> list[Standing]:
        """Return the jobs that wait or are painted in a guild, or the member's own where that is None; at most 25.

        Others' private jobs are left out.
        """
        return await self._desk.queue(guild_id, member_id)

    async def history(self, member_id: int, before: int | None = None, limit: int = 10) -> list[Artwork]:
        """Return the member's pictures, newest first, with ids below `before`."""
        return await self._shelf.history(member_id, before, limit)

    async def artwork(self, artwork_id: int, actor: Actor | None = None) -> Artwork:
        """Return a picture's record, which this actor, if one is named, may see.

        Raises:
            Refusal: no_artwork or not_yours. A removed one is returned, with `removed` true.
        """
        return await self._shelf.artwork(artwork_id, actor)

    async def job_artworks(self, job_id: int) -> list[Artwork]:
        """Return a job's pictures in the order they were shown, removed ones included."""
        return await self._shelf.of_job(job_id)

    async def picture(self, artwork_id: int) -> bytes:
        """Return the encoded picture.

        Raises:
            Refusal: no_artwork or removed.
        """
        return await self._shelf.picture(artwork_id)

    async def thumbnail(self, artwork_id: int) -> bytes:
        """Return a WebP of the picture, longest side at most 512 pixels.

        Raises:
            Refusal: no_artwork or removed.
        """
        return await self._shelf.picture(artwork_id, thumbnail=True)

    # Settings.

    def cached_settings(self, guild_id: int | None, member_id: int) -> Settings:
        """Return what holds for this member here, from memory."""
        return self._preferences.cached(guild_id, member_id)

    async def settings_of(self, guild_id: int | None, member_id: int) -> Settings:
        """Return what holds for this member here."""
        return self._preferences.cached(guild_id, member_id)

    async def change_member(self, actor: Actor, **changes: Any) -> MemberSettings:
        """Change the actor's own settings: fields of `MemberSettings` by name; None returns one to its default.

        Raises:
            Refusal: setting, style, model or size.
        """
        return await self._preferences.change_member(actor, changes)

    async def change_guild(self, actor: Actor, **changes: Any) -> GuildSettings:
        """Change the settings of the actor's guild: fields of `GuildSettings` by name; None means the default.

        Raises:
            Refusal: not_moderator, setting, style, model or size.
        """
        return await self._preferences.change_guild(actor, changes)

    # Privacy.

    async def export(self, member_id: int) -> bytes:
        """Return a ZIP of all that is stored about a member."""
        return await self._privacy.export(member_id)

    async def forget(self, member_id: int) -> Deletion:
        """Remove a member's prompts, pictures, uploads and settings; their running jobs are cancelled.

        Pictures that others made from theirs stay; messages are edited where they can still be reached.
        """
        return await self._privacy.forget(member_id)

    # The engine, from memory.

    def info(self) -> EngineInfo:
        """Return what is known of the engine and the queue."""
        return self._lobby.info()

    def models(self) -> tuple[ModelChoice, ...]:
        """Return the models that may be asked for; empty until the engine has told."""
        return self._lobby.models()

    def styles(self, guild_id: int | None = None) -> tuple[StyleChoice, ...]:
        """Return the styles that may be asked for, in the catalogue's order; then those of the guild."""
        return self._lobby.styles(guild_id)

    def palettes(self) -> tuple[str, ...]:
        """Return the palettes that have a name."""
        return palettes.NAMES

    def modes(self) -> frozenset[str]:
        """Return the modes that work; a button of another mode is not shown."""
        return MODES

    # What the chat tells.

    async def guilds_present(self, guilds: Mapping[int, str]) -> None:
        """Take note of every guild that has the bot, by id with its name; those missing have removed it."""
        now = self._backstage.clock()
        async with self._backstage.database.write() as tx:
            for guild_id, name in guilds.items():
                await guild_rows.joined(tx, guild_id, name, now)
            await guild_rows.left_but(tx, guilds.keys(), now)

    async def guild_joined(self, guild_id: int, name: str) -> None:
        """Take note that a guild has the bot."""
        async with self._backstage.database.write() as tx:
            await guild_rows.joined(tx, guild_id, name, self._backstage.clock())

    async def guild_left(self, guild_id: int) -> None:
        """Take note that a guild removed the bot; what it left is purged after 30 days."""
        async with self._backstage.database.write() as tx:
            await guild_rows.left(tx, guild_id, self._backstage.clock())

    async def message_known(self, job_id: int, message_id: int) -> None:
        """Take note of the message that shows a job, where the chat learns it before the studio does."""
        async with self._backstage.database.write() as tx:
            await jobs.set_message(tx, job_id, message_id)
