"""Buttons under a report. Each draws its post anew, so that all moderators see what has been done, and by whom."""

from collections.abc import Awaitable, Callable

from bot.discord import ids
from bot.discord.buttons.base import Press
from bot.discord.call import Call
from bot.discord.reports import redraw
from bot.discord.targets import targets_in


class Hide(Press, template=ids.pattern("hide")):
    """Takes a reported picture out of its message."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Moderators may."""
        await _do(call, target.n, lambda: call.studio.hide(call.actor, target.id))


class Show(Press, template=ids.pattern("show")):
    """Puts a hidden picture back."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Moderators may."""
        await _do(call, target.n, lambda: call.studio.show(call.actor, target.id))


class Remove(Press, template=ids.pattern("remove")):
    """Deletes a reported picture, once the moderator is sure."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Moderators may. A number after the id tells that they are sure."""

        async def delete() -> None:
            report = await call.studio.report_of(call.actor, target.id)
            await call.studio.delete(call.actor, report.artwork_id)

        if target.n is not None:
            await _do(call, target.id, delete)
            return
        await call.defer_update()
        await redraw(call, target.id, sure=True)


class Redraw(Press, template=ids.pattern("redraw")):
    """Goes back from the question before a deletion."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Moderators may."""
        await call.defer_update()
        await redraw(call, target.id)


class Dismiss(Press, template=ids.pattern("dismiss")):
    """Closes a report."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Moderators may."""
        await _do(call, target.id, lambda: call.studio.dismiss(call.actor, target.id))


class BanAuthor(Press, template=ids.pattern("ban")):
    """Bans the author of a reported picture."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Moderators may."""

        async def ban() -> None:
            artwork = await call.studio.artwork(target.id)
            await call.studio.ban(call.actor, artwork.member_id, f"artwork {artwork.id}")

        await _do(call, target.n, ban)


async def _do(call: Call, report_id: int | None, deed: Callable[[], Awaitable[object]]) -> None:
    """Do something about a report and draw its post anew, also where another moderator was quicker."""
    await call.defer_update()
    try:
        await deed()
    finally:
        known = report_id or _reported_in(call)
        if known is not None:
            await redraw(call, known)


def _reported_in(call: Call) -> int | None:
    """Return the report of a post from before its buttons named it."""
    message = call.interaction.message
    found = targets_in(call.interaction.client, message) if message else []
    return next((target.id for target in found if target.verb == "dismiss"), None)
