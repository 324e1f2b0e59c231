"""Buttons about a whole request."""

from bot.discord import ids
from bot.discord.actions import cancel_job, paint_again, show_more
from bot.discord.buttons.base import Press
from bot.discord.call import Call
from bot.discord.modals.remix import open_remix


class Again(Press, template=ids.pattern("again")):
    """Paints the same words with another seed."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Anyone may, on their own quota."""
        await paint_again(call, target.id)


class Remix(Press, template=ids.pattern("remix")):
    """Opens the words for changing."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """The modal is itself the answer."""
        await open_remix(call, target.id)


class More(Press, template=ids.pattern("more")):
    """Shows what else can be done."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Only the member sees it."""
        await show_more(call, target.id)


class Cancel(Press, template=ids.pattern("cancel")):
    """Cancels a job."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """The owner and moderators may. A number after the id tells that the button belongs to a list of jobs."""
        await cancel_job(call, target.id, listed=target.n is not None)
