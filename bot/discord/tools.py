"""The panels from which a picture is worked on."""

from bot.discord.call import Call
from bot.discord.changing import change_chosen
from bot.discord.ids import CustomId
from bot.discord.pictures import Chosen, File, take_in
from bot.discord.render import captions
from bot.discord.render.tools import dress_panel, tools_panel, vary_panel, which_panel
from bot.discord.ways import coded
from bot.studio.requests import Change, Refusal, Wish
from storage.records import Artwork


async def show_tools(call: Call, artwork_id: int) -> None:
    """Show what can be made of a picture."""
    await call.defer()
    artwork = await _shown(call, artwork_id)
    await call.show(tools_panel(artwork, await call.look(artwork), call.studio.modes_of(artwork), call.text))


async def ask_how_to_vary(call: Call, artwork_ids: list[int]) -> None:
    """Ask which of these pictures is varied, and how."""
    await call.defer()
    artworks = [await _shown(call, artwork_id) for artwork_id in artwork_ids]
    if not any("vary" in call.studio.modes_of(artwork) for artwork in artworks):
        raise Refusal("enlarged")
    await call.show(vary_panel(artworks, call.text))


async def show_dress(call: Call, artwork_id: int) -> None:
    """Ask in which style a picture shall be."""
    await call.defer()
    artwork = await _shown(call, artwork_id)
    target = CustomId("dress", artwork.id, coded(0, private=artwork.private))
    alt = captions.alt(artwork, call.text)
    await call.show(dress_panel(target, await call.look(artwork), alt, _styles(call), call.text))


async def show_which_to_dress(call: Call, artwork_ids: list[int]) -> None:
    """Ask which of these pictures shall have another style."""
    if len(artwork_ids) == 1:
        await show_dress(call, artwork_ids[0])
        return
    await call.defer()
    await call.show(which_panel([await _shown(call, artwork_id) for artwork_id in artwork_ids], call.text))


async def show_wear(call: Call, file: File) -> None:
    """Take a picture in and ask in which style it shall be."""
    await call.defer()
    upload_id = await take_in(call, file)
    look = await call.studio.upload_look(call.actor, upload_id)
    target = CustomId("wear", upload_id, coded(0, private=False))
    await call.show(dress_panel(target, look, call.text("doing.imagine"), _styles(call), call.text))


async def dress_upload(call: Call, upload_id: int, style: str, *, private: bool) -> None:
    """Restyle what this member sent."""
    wish = Wish(prompt="", mode="restyle", style=style, change=Change(upload=upload_id))
    await change_chosen(call, wish, Chosen(upload_id=upload_id), private=private)


def _styles(call: Call) -> list[tuple[str, str]]:
    return [(style.name, call.titled(style)) for style in call.worn_styles()]


async def _shown(call: Call, artwork_id: int) -> Artwork:
    artwork = await call.studio.artwork(artwork_id, call.actor)
    if artwork.removed:
        raise Refusal("removed")
    return artwork
