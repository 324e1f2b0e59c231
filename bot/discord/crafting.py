"""Prompts with choices in braces: nothing is painted before their member has confirmed it."""

from collections.abc import Awaitable, Callable, Sequence

from bot.discord.call import Call
from bot.discord.context import missing_permissions
from bot.discord.render.crafting import listed, question
from bot.studio.requests import Wish


async def ask_first(
    call: Call,
    wishes: Sequence[Wish],
    *,
    private: bool | None = None,
    complete: Callable[[Wish], Awaitable[Wish]] | None = None,
) -> None:
    """Show what the choices make, and ask.

    Args:
        call: The interaction.
        wishes: What they make, as far as it is known.
        private: What the member asked for.
        complete: Fills in the rest, once the answer is deferred.

    Raises:
        Refusal: all of it together cannot be painted.
    """
    origin = call.origin(private=call.private(private))
    refusal = call.studio.check_all(call.actor, origin, wishes, partly=complete is not None)
    if refusal is not None:
        raise refusal
    if not origin.private and await _lacks_permissions(call):
        return
    await call.defer()
    if complete is not None:
        wishes = [await complete(wish) for wish in wishes]
    draft_id = await call.studio.draft(call.actor, origin, wishes)
    await call.show(question(draft_id, wishes, call.text))


async def confirm(call: Call, draft_id: int) -> None:
    """Have all of it painted.

    Raises:
        Refusal: it was confirmed already, or cannot be painted any more.
    """
    await call.defer_update()
    draft = await call.studio.drafted(call.actor, draft_id)
    if not draft.private and await _lacks_permissions(call):
        return
    roster, standings = await call.studio.confirm(call.actor, call.origin(private=draft.private), draft_id)
    try:
        await call.show(listed(roster, standings, call.text))
    finally:
        call.studio.follow(roster)


async def leave(call: Call, draft_id: int) -> None:
    """Forget it."""
    await call.defer_update()
    await call.studio.discard(call.actor, draft_id)
    await call.say("craft.left")


async def _lacks_permissions(call: Call) -> bool:
    missing = missing_permissions(call.interaction)
    if missing:
        names = ", ".join(call.text(f"permission.{name}") for name in missing)
        await call.refuse("error.permissions", permissions=names)
    return bool(missing)
