"""Buttons about one picture."""

from bot.discord import ids
from bot.discord.actions import (
    ask_to_delete,
    delete_picture,
    keep_picture,
    report_picture,
    show_details,
    spare_picture,
)
from bot.discord.buttons.base import Press
from bot.discord.call import Call


class Keep(Press, template=ids.pattern("keep")):
    """Keeps a picture."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Anyone may."""
        await keep_picture(call, target.id)


class Details(Press, template=ids.pattern("details")):
    """Tells how a picture was painted."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Anyone who can see it may."""
        await show_details(call, [target.id])


class Delete(Press, template=ids.pattern("delete")):
    """Asks whether to delete a picture."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Whoever can see it may ask. A number after the id tells on which page of the history."""
        await ask_to_delete(call, target.id, target.n)


class Erase(Press, template=ids.pattern("erase")):
    """Deletes a picture."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """The owner and moderators may."""
        await delete_picture(call, target.id, target.n)


class Spare(Press, template=ids.pattern("spare")):
    """Goes back from the question before a deletion."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Only the member sees it."""
        await spare_picture(call, target.id, target.n)


class Report(Press, template=ids.pattern("report")):
    """Asks what is wrong with a picture."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """The modal is itself the answer."""
        await report_picture(call, [target.id])
