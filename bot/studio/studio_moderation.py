"""What moderators can do: a part of the studio as the chat sees it."""

from bot.studio.backstage import Backstage
from bot.studio.moderating import Moderating
from bot.studio.requests import Actor
from bot.studio.shelf import Shelf
from bot.studio.storing import refuses_when_storage_does
from storage import moderation
from storage.records import Artwork, AuditEntry, Ban, GuildSettings, Report


@refuses_when_storage_does
class Moderation:
    """All of this raises `Refusal("not_moderator")` unless the actor moderates the guild concerned."""

    _backstage: Backstage
    _shelf: Shelf
    _moderating: Moderating

    async def hide(self, actor: Actor, artwork_id: int) -> Artwork:
        """Take a picture out of its message without deleting it."""
        return await self._shelf.hide(actor, artwork_id)

    async def show(self, actor: Actor, artwork_id: int) -> Artwork:
        """Put a picture back that was hidden.

        Raises:
            Refusal: no_artwork, not_moderator, or removed where it was deleted.
        """
        return await self._shelf.show(actor, artwork_id)

    async def dismiss(self, actor: Actor, report_id: int) -> Report:
        """Close a report without doing anything about its picture.

        Raises:
            Refusal: no_artwork, not_moderator, or report_closed where a moderator has dealt with it before.
        """
        return await self._moderating.dismiss(actor, report_id)

    async def report_of(self, actor: Actor, report_id: int) -> Report:
        """Return a report, which moderators of its guild may see.

        Raises:
            Refusal: no_artwork or not_moderator.
        """
        return await self._moderating.report_of(actor, report_id)

    async def open_reports(self, actor: Actor, most: int = 20) -> list[Report]:
        """Return the reports in the actor's guild that no moderator has dealt with, oldest first."""
        return await self._moderating.open_reports(actor, most)

    async def report_posted(self, report_id: int, channel_id: int, message_id: int) -> None:
        """Take note of the post that tells moderators of a report; it is drawn anew when its picture goes."""
        async with self._backstage.database.write() as tx:
            await moderation.set_post(tx, report_id, channel_id, message_id)

    async def done_about(self, report: Report) -> list[AuditEntry]:
        """Return what moderators have done about the picture of a report and because of it, oldest first."""
        return await self._moderating.done_about(report)

    async def pause(self, actor: Actor) -> None:
        """Accept no new work from the actor's guild. What is accepted is still painted."""
        await self._moderating.pause(actor, paused=True)

    async def resume(self, actor: Actor) -> None:
        """Accept work again."""
        await self._moderating.pause(actor, paused=False)

    async def ban(self, actor: Actor, member_id: int, reason: str = "") -> Ban:
        """Accept nothing more from a member in the actor's guild, and cancel what they have waiting there.

        Raises:
            Refusal: not_moderator; ban_self; or removed, where `member_id` stands for somebody who was forgotten.
        """
        return await self._moderating.ban(actor, member_id, reason)

    async def unban(self, actor: Actor, member_id: int) -> None:
        """Take a ban back.

        Raises:
            Refusal: not_moderator, or not_banned in this guild.
        """
        await self._moderating.unban(actor, member_id)

    async def add_word(self, actor: Actor, word: str) -> GuildSettings:
        """Refuse prompts of the actor's guild that hold this word or phrase.

        Raises:
            Refusal: not_moderator, setting, or word_blank where nobody can see it.
        """
        return await self._moderating.add_word(actor, word)

    async def remove_word(self, actor: Actor, word: str) -> GuildSettings:
        """Allow a word again.

        Raises:
            Refusal: not_moderator, or word_unlisted.
        """
        return await self._moderating.remove_word(actor, word)

    async def audit(self, actor: Actor, limit: int = 25) -> list[AuditEntry]:
        """Return what moderators of the actor's guild did, newest first."""
        return await self._moderating.audit(actor, limit)
