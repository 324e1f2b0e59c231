"""Buttons under a report."""

from bot.discord import ids
from bot.discord.buttons.base import Press
from bot.discord.call import Call


class Hide(Press, template=ids.pattern("hide")):
    """Takes a reported picture out of its message."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Moderators may."""
        await call.defer()
        await call.studio.hide(call.actor, target.id)
        await call.say("done.hidden")


class Dismiss(Press, template=ids.pattern("dismiss")):
    """Closes a report."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Moderators may."""
        await call.defer()
        await call.studio.dismiss(call.actor, target.id)
        await call.say("done.dismissed")


class BanAuthor(Press, template=ids.pattern("ban")):
    """Bans the author of a reported picture."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Moderators may."""
        await call.defer()
        artwork = await call.studio.artwork(target.id)
        await call.studio.ban(call.actor, artwork.member_id, f"artwork {artwork.id}")
        await call.say("done.banned", member=f"<@{artwork.member_id}>")
