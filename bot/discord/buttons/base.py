"""The base of all buttons. It answers its own errors, because the library only logs those of dynamic items."""

import re
from typing import Any, Self

from discord import ui

from bot.discord.answers import answer_error
from bot.discord.call import Call
from bot.discord.context import Interaction
from bot.discord.ids import CustomId, parse

_NOTHING = re.compile(r"(?!)")


class Press(ui.DynamicItem[ui.Button[Any]], template=_NOTHING):
    """A button that was pressed. Subclasses name the custom ids they serve and say what to do."""

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """Make it from the message's own component; nothing is looked up before the answer."""
        del interaction, match
        return cls(item)  # type: ignore[arg-type]

    async def callback(self, interaction: Interaction) -> None:
        """Serve the press and answer whatever goes wrong."""
        try:
            target = parse(self.custom_id)
            await self.pressed(Call(interaction), target or CustomId("", 0))
        except Exception as error:
            await answer_error(interaction.client.studio, interaction, error)

    async def pressed(self, call: Call, target: CustomId) -> None:
        """Answer within three seconds, then do what the button says."""
        raise NotImplementedError
