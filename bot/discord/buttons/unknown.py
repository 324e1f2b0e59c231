"""Buttons of another version."""

from bot.discord import ids
from bot.discord.buttons.base import Press
from bot.discord.call import Call


class Unknown(Press, template=ids.unknown()):
    """Says that this version does not know the button, instead of letting Discord say that the bot failed."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Refuse."""
        del target
        await call.refuse("error.unknown_button")
