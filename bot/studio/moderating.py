"""What moderators of a guild can do beside handling pictures."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.studio.backstage import Backstage
from bot.studio.desk import Desk
from bot.studio.preferences import Preferences
from bot.studio.requests import Actor, Refusal
from bot.studio.rights import moderates
from bot.studio.words import compared
from storage import moderation
from storage.privacy import NOBODY
from storage.records import AuditEntry, Ban, GuildSettings, Report

LONGEST_REASON = 500


class Moderating:
    """Bans, words, reports and the audit log. What it promises is written at `bot.studio.studio.Studio`."""

    def __init__(self, backstage: Backstage, preferences: Preferences, desk: Desk) -> None:
        """Moderate with these."""
        self._backstage = backstage
        self._preferences = preferences
        self._desk = desk

    async def pause(self, actor: Actor, *, paused: bool) -> None:
        """Stop or go on accepting work."""
        await self._preferences.change_guild(actor, {"paused": paused}, "pause" if paused else "resume", "")

    async def ban(self, actor: Actor, member_id: int, reason: str) -> Ban:
        """Ban a member from the actor's guild."""
        guild_id, now = _guild_of(actor), self._backstage.clock()
        if member_id <= NOBODY:
            raise Refusal("removed")
        if member_id == actor.id:
            raise Refusal("ban_self")
        ban = Ban(
            member_id=member_id, guild_id=guild_id, reason=reason[:LONGEST_REASON], by_id=actor.id, created_at=now
        )
        async with self._backstage.database.write() as tx:
            await moderation.ban(tx, ban)
            await moderation.write(tx, guild_id, actor.id, "ban", f"member {member_id}", now, ban.reason)
        self._backstage.memory.set_ban(ban)
        await self._desk.end_all(member_id=member_id, guild_id=guild_id)
        return ban

    async def unban(self, actor: Actor, member_id: int) -> None:
        """Take a ban back."""
        guild_id = _guild_of(actor)
        async with self._backstage.database.write() as tx:
            if not await moderation.unban(tx, member_id, guild_id):
                raise Refusal("not_banned")
            await moderation.write(tx, guild_id, actor.id, "unban", f"member {member_id}", self._backstage.clock())
        self._backstage.memory.lift_ban(member_id, guild_id)

    async def add_word(self, actor: Actor, word: str) -> GuildSettings:
        """Forbid a word."""
        words = self._backstage.memory.guild(_guild_of(actor)).words
        return await self._preferences.change_guild(actor, {"words": (*words, word)}, "add word", word)

    async def remove_word(self, actor: Actor, word: str) -> GuildSettings:
        """Allow a word."""
        known = self._backstage.memory.guild(_guild_of(actor)).words
        # Compared as it is found in prompts.
        words = [one for one in known if compared(one) != compared(word)]
        if len(words) == len(known):
            raise Refusal("word_unlisted", given=word[:100])
        return await self._preferences.change_guild(actor, {"words": words}, "remove word", word)

    async def dismiss(self, actor: Actor, report_id: int) -> Report:
        """Close a report."""
        async with self._backstage.database.write() as tx:
            report = await _report(tx, actor, report_id)
            if report.state != "open":
                raise Refusal("report_closed")
            await moderation.close_reports(tx, report.artwork_id, "dismissed")
            await moderation.write(
                tx, report.guild_id, actor.id, "dismiss", f"artwork {report.artwork_id}", self._backstage.clock()
            )
            closed = await moderation.get_report(tx, report_id)
        assert closed is not None
        return closed

    async def report_of(self, actor: Actor, report_id: int) -> Report:
        """Return a report."""
        async with self._backstage.database.read() as tx:
            return await _report(tx, actor, report_id)

    async def open_reports(self, actor: Actor, most: int) -> list[Report]:
        """Return the open reports of the actor's guild."""
        guild_id = _guild_of(actor)
        async with self._backstage.database.read() as tx:
            return await moderation.open_reports(tx, guild_id, most)

    async def done_about(self, report: Report) -> list[AuditEntry]:
        """Return what was done about the picture of a report."""
        async with self._backstage.database.read() as tx:
            return await moderation.about(tx, report.guild_id, report.artwork_id)

    async def audit(self, actor: Actor, limit: int) -> list[AuditEntry]:
        """Return the audit log."""
        guild_id = _guild_of(actor)
        async with self._backstage.database.read() as tx:
            return await moderation.entries(tx, guild_id, limit)


async def _report(tx: AsyncConnection, actor: Actor, report_id: int) -> Report:
    report = await moderation.get_report(tx, report_id)
    if report is None:
        raise Refusal("no_artwork")
    if not moderates(actor, report.guild_id):
        raise Refusal("not_moderator")
    return report


def _guild_of(actor: Actor) -> int:
    if not actor.moderator or actor.guild_id is None:
        raise Refusal("not_moderator")
    return actor.guild_id
