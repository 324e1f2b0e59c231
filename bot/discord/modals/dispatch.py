"""Serving submitted forms by their custom ids, whichever life of the bot sent them."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.discord.answers import answer_error
from bot.discord.call import Call
from bot.discord.context import Interaction
from bot.discord.ids import ANY_VERSION, CustomId, parse
from bot.discord.modals.edit import submit_clear, submit_repaint
from bot.discord.modals.mix import submit_mix
from bot.discord.modals.remix import submit_remix
from bot.discord.modals.report import submit_report

_SERVED: Mapping[str, Callable[[Call, CustomId], Awaitable[None]]] = {
    "blend": submit_mix,
    "clear": submit_clear,
    "morph": submit_mix,
    "remix": submit_remix,
    "repaint": submit_repaint,
    "report": submit_report,
}


async def serve_modal(interaction: Interaction) -> None:
    """Serve a submitted form and answer whatever goes wrong; forms that are none of ours are left alone."""
    data: Mapping[str, Any] = interaction.data or {}  # type: ignore[assignment]
    custom_id = str(data.get("custom_id", ""))
    if not ANY_VERSION.fullmatch(custom_id):
        return
    try:
        call = Call(interaction)
        target = parse(custom_id)
        serve = _SERVED.get(target.verb) if target else None
        if target is None or serve is None:
            await call.refuse("error.unknown_button")
            return
        await serve(call, target)
    except Exception as error:
        await answer_error(interaction.client.studio, interaction, error)
