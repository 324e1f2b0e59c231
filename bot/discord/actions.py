"""What can be done from more than one place: a button, a command or a context menu."""

from bot.discord.call import Call
from bot.discord.modals.report import open_report
from bot.discord.render.details import details
from bot.discord.render.panels import cancel_panel, delete_question, history_page, more_panel
from bot.discord.render.parts import Message, Tone, notice
from bot.studio.requests import Refusal, Wish

HISTORY_PAGE = 4
"""Pictures of one page: each is uploaded anew, so that nobody waits for a dozen files."""

_SMALL_WISH = Wish(prompt="…", count=1)


async def keep_picture(call: Call, artwork_id: int) -> None:
    """Keep a picture."""
    await call.defer()
    await call.studio.keep(call.actor, artwork_id, call.origin(private=True))
    await call.say("done.kept", Tone.GOOD)


async def ask_to_delete(call: Call, artwork_id: int, page: int | None) -> None:
    """Ask whether a picture is to be deleted for good, in place of the panel whose button was pressed."""
    message = call.interaction.message
    if message is not None and message.flags.ephemeral:
        await call.defer_update()
    else:
        await call.defer()
    artwork = await call.studio.artwork(artwork_id, call.actor)
    if artwork.removed:
        raise Refusal("removed")
    await call.show(delete_question(artwork, await call.look(artwork), call.text, page))


async def delete_picture(call: Call, artwork_id: int, page: int | None) -> None:
    """Delete a picture for good, and draw the panel anew that asked for it."""
    await call.defer_update()
    await call.studio.delete(call.actor, artwork_id)
    await _back_to_panel(call, artwork_id, page, gone="done.deleted")


async def spare_picture(call: Call, artwork_id: int, page: int | None) -> None:
    """Draw the panel anew that asked for a deletion."""
    await call.defer_update()
    await _back_to_panel(call, artwork_id, page, gone="panel.more_removed")


async def _back_to_panel(call: Call, artwork_id: int, page: int | None, gone: str) -> None:
    if page is None:
        await _show_more(call, (await call.studio.artwork(artwork_id)).job_id, gone)
    else:
        await show_history(call, before=page or None)


async def report_picture(call: Call, artwork_ids: list[int]) -> None:
    """Ask what is wrong with one of these pictures."""
    await open_report(call, artwork_ids)


async def paint_again(call: Call, job_id: int) -> None:
    """Paint the same words with another seed."""
    # What the job asked for is in the database. All that memory can refuse without it is seen with any small wish.
    await call.submit(_SMALL_WISH, lambda origin: call.studio.again(call.actor, origin, job_id))


async def show_details(call: Call, artwork_ids: list[int]) -> None:
    """Tell how the first of these pictures was painted, with a way to the others."""
    await call.defer()
    artwork = await call.studio.artwork(artwork_ids[0], call.actor)
    if artwork.removed:
        raise Refusal("removed")
    job = await call.studio.job(artwork.job_id)
    removed = [await _is_removed(call, parent) for parent in artwork.parents]
    parents = tuple(zip(artwork.parents, removed, strict=True))
    await call.show(details(artwork, job, parents, artwork_ids[1:], call.text))


async def _is_removed(call: Call, artwork_id: int) -> bool:
    try:
        return (await call.studio.artwork(artwork_id)).removed
    except Refusal:
        return True


async def show_more(call: Call, job_id: int) -> None:
    """Show what else can be done with a job's pictures."""
    await call.defer()
    await _show_more(call, job_id, gone="panel.more_removed")


async def _show_more(call: Call, job_id: int, gone: str) -> None:
    artworks = [artwork for artwork in await call.studio.job_artworks(job_id) if not artwork.removed]
    if not artworks:
        await call.say(gone)
        return
    await call.studio.artwork(artworks[0].id, call.actor)
    modes = {artwork.id: call.studio.modes_of(artwork) for artwork in artworks}
    mine = call.actor.moderator or artworks[0].member_id == call.actor.id
    await call.show(more_panel(artworks, call.text, may_delete=mine, modes=modes))


async def cancel_job(call: Call, job_id: int, *, listed: bool) -> None:
    """Cancel a job. Its own message tells so by itself; a list of jobs is drawn anew."""
    await call.defer_update()
    await call.studio.cancel(call.actor, job_id)
    if listed:
        await call.show(await cancel_choices(call))


async def cancel_choices(call: Call) -> Message:
    """Return a list of the member's jobs, each with a button that cancels it."""
    own = await call.studio.queue(None, call.actor.id)
    return cancel_panel(own, call.text) if own else notice(call.text("panel.cancel_none"))


async def show_history(call: Call, before: int | None) -> None:
    """Show a page of what the member made or kept; the answer is deferred already."""
    found = await call.studio.history(call.actor.id, before, HISTORY_PAGE + 1)
    page = [artwork for artwork in found[:HISTORY_PAGE] if not artwork.removed]
    looks = [await call.look(artwork) for artwork in page]
    older = found[HISTORY_PAGE - 1].id if len(found) > HISTORY_PAGE else None
    jobs = {artwork.job_id: await call.studio.job(artwork.job_id) for artwork in page}
    shown = [(artwork, jobs[artwork.job_id], look) for artwork, look in zip(page, looks, strict=True) if look]
    await call.show(history_page(shown, call.text, member_id=call.actor.id, before=before, older=older))
