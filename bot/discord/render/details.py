"""How one picture was painted."""

from discord import ui

from bot.discord.clean import shown
from bot.discord.render import captions
from bot.discord.render.parts import Message, box, numbered_row
from bot.discord.text import Text
from storage.records import Artwork, Job

_WORDS = 1500
"""Characters that the prompt may take once it is escaped; so may the negative prompt, at half of it."""


def details(
    artwork: Artwork, job: Job, parents: tuple[tuple[int, bool], ...], others: list[int], text: Text
) -> Message:
    """Return the facts about a picture.

    Args:
        artwork: the picture.
        job: what it was painted for.
        parents: ids of the pictures it was made from, and whether each has been removed.
        others: ids of the other pictures of the same message, up to four.
        text: the reader's language.
    """
    recipe = artwork.recipe
    lines = [text("details.title"), text("details.prompt", prompt=captions.words_of(job, text, _WORDS))]
    if job.negative:
        lines.append(text("details.negative", negative=shown(job.negative, _WORDS // 2)))
    if (job.change or {}).get("looks"):
        lines.append(text("details.style", style=text("result.by_pictures")))
    elif recipe.get("style"):
        lines.append(text("details.style", style=shown(str(recipe["style"]), 100)))
    if done := captions.doings(job, text):
        lines.append(text("details.mode", mode=", ".join(done)))
    lines.append(text("details.size", width=artwork.width, height=artwork.height))
    lines.append(text("details.model", model=shown(str(recipe.get("model", "?")), 100)))
    lines.append(text("details.seed", seed=recipe.get("seed", job.seed), number=int(recipe.get("index", 0)) + 1))
    if "steps" in recipe:
        lines.append(
            text(
                "details.steps",
                steps=recipe["steps"],
                scheduler=shown(str(recipe.get("scheduler", "?")), 60),
                guidance=recipe.get("guidance", "?"),
            )
        )
    if parents:
        names = (text("details.parent_removed") if gone else text("details.parent", id=id_) for id_, gone in parents)
        lines.append(text("details.parents", parents=", ".join(names)))
    lines.append(text("details.by", member=artwork.member_id, at=int(artwork.created_at.timestamp())))
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay("\n".join(lines))]
    if others:
        items.append(numbered_row("details", list(enumerate(others[:4], 2)), text))
    return Message((box(items),))
