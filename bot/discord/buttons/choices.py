"""The buttons under a question whether all choices of a prompt shall be painted."""

from bot.discord import ids
from bot.discord.buttons.base import Press
from bot.discord.call import Call
from bot.discord.crafting import confirm, leave


class Permute(Press, template=ids.pattern("permute")):
    """Paints all of them, or none."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Only who asked may. A number after the id tells that they want none."""
        await (confirm(call, target.id) if target.n is None else leave(call, target.id))
