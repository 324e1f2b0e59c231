"""Buttons and menus that make something of a picture. Anyone who sees one may press it, on their own quota."""

import re
from typing import Any, Self

from discord import ui

from bot.discord import ids
from bot.discord.answers import answer_error
from bot.discord.buttons.base import Press
from bot.discord.call import Call
from bot.discord.changing import change_artwork, paint_frame, private_of
from bot.discord.context import Interaction
from bot.discord.family import show_family
from bot.discord.modals.edit import open_clear, open_repaint
from bot.discord.modals.mix import open_mix
from bot.discord.pictures import Chosen
from bot.discord.tools import dress_upload, show_dress, show_tools
from bot.discord.ways import ENLARGEMENTS, SIDES, ZOOMS, panned, way_of, zoomed
from bot.studio.requests import Change


class Vary(Press, template=ids.pattern("vary")):
    """Paints subtle variations."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Under a result the number is missing, and the answer is as any other there."""
        private = None if target.n is None else private_of(call, target)
        await change_artwork(call, target.id, "vary", private=private)


class Strong(Press, template=ids.pattern("strong")):
    """Paints strong variations."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Begin with its pixels."""
        await change_artwork(call, target.id, "strong", private=private_of(call, target))


class Pan(Press, template=ids.pattern("pan")):
    """Looks further to one side."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """The way is the side."""
        change = panned(SIDES[way_of(target) % len(SIDES)])
        await change_artwork(call, target.id, "edit", change, private=private_of(call, target))


class Zoom(Press, template=ids.pattern("zoom")):
    """Looks from farther away."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """The way is how far."""
        change = zoomed(ZOOMS[way_of(target) % len(ZOOMS)])
        await change_artwork(call, target.id, "edit", change, private=private_of(call, target))


class Enlarge(Press, template=ids.pattern("enlarge")):
    """Makes the picture larger."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """The way is how much."""
        change = Change(times=ENLARGEMENTS[way_of(target) % len(ENLARGEMENTS)])
        await change_artwork(call, target.id, "enlarge", change, private=private_of(call, target))


class Tools(Press, template=ids.pattern("tools")):
    """Shows what can be made of a picture."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Only the member sees it."""
        await show_tools(call, target.id)


class Repaint(Press, template=ids.pattern("repaint")):
    """Asks what is painted anew."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """The form is itself the answer."""
        await open_repaint(call, target)


class Clear(Press, template=ids.pattern("clear")):
    """Asks what is taken out."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """The form is itself the answer."""
        await open_clear(call, target)


class Restyle(Press, template=ids.pattern("restyle")):
    """Asks for a style."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Only the member sees the question."""
        await show_dress(call, target.id)


class Blend(Press, template=ids.pattern("blend")):
    """Asks with what the picture is blended."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """The form is itself the answer."""
        await open_mix(call, target)


class Morph(Press, template=ids.pattern("morph")):
    """Asks into what the picture passes."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """The form is itself the answer."""
        await open_mix(call, target)


class Lineage(Press, template=ids.pattern("lineage")):
    """Draws the family of a picture."""

    async def pressed(self, call: Call, target: ids.CustomId) -> None:
        """Only the member sees it."""
        await show_family(call, Chosen(artwork_id=target.id), typed=False)


class Dress(ui.DynamicItem[ui.Select[Any]], template=ids.pattern("dress")):
    """A menu of styles for an artwork. It answers its own errors, as buttons do."""

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """Make it from the message's own component."""
        del interaction, match
        return cls(item)  # type: ignore[arg-type]

    async def callback(self, interaction: Interaction) -> None:
        """Paint in the style that was chosen."""
        try:
            target = ids.parse(self.custom_id) or ids.CustomId("dress", 0)
            await self.chosen(Call(interaction), target, self.item.values[0])
        except Exception as error:
            await answer_error(interaction.client.studio, interaction, error)

    async def chosen(self, call: Call, target: ids.CustomId, value: str) -> None:
        """Have the artwork restyled."""
        await change_artwork(call, target.id, "restyle", private=private_of(call, target), style=value)


class Wear(Dress, template=ids.pattern("wear")):
    """A menu of styles for an upload."""

    async def chosen(self, call: Call, target: ids.CustomId, value: str) -> None:
        """Have the upload restyled, which is its sender's alone."""
        await dress_upload(call, target.id, value, private=private_of(call, target))


class Frame(Dress, template=ids.pattern("frame")):
    """A menu of the frames of what moves."""

    async def chosen(self, call: Call, target: ids.CustomId, value: str) -> None:
        """Have the frame painted by itself, to go on from."""
        await paint_frame(call, target.id, int(value))


ALL = (Vary, Strong, Pan, Zoom, Enlarge, Tools, Repaint, Clear, Restyle, Blend, Morph, Lineage, Dress, Wear, Frame)
