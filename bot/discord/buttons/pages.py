"""Buttons that turn the pages of a panel, and the one that confirms a deletion."""

from bot.discord import ids
from bot.discord.actions import show_history
from bot.discord.buttons.base import Press
from bot.discord.call import Call
from bot.discord.render.parts import Tone
from bot.discord.render.styles import styles_page


class HistoryPage(Press, template=ids.pattern("history")):
    """Shows older pictures of whoever presses."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Everybody sees their own."""
        await call.defer_update()
        await show_history(call, before=target.id or None)


class StylesPage(Press, template=ids.pattern("styles")):
    """Shows another page of the styles."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Anyone may."""
        await call.defer_update()
        await call.show(styles_page(call.studio.styles(call.interaction.guild_id), target.id, call.text))


class Forget(Press, template=ids.pattern("forget")):
    """Deletes all that is stored about a member."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Nobody but that member may."""
        if target.id != call.actor.id:
            await call.refuse("error.not_your_panel")
            return
        await call.defer_update()
        deletion = await call.studio.forget(call.actor.id)
        await call.say(
            "privacy.deleted", Tone.GOOD, jobs=deletion.jobs, pictures=deletion.pictures, posts=deletion.posts
        )
