"""The lines under a picture: what was asked for and how it was painted."""

from bot.discord.clean import cut, shown
from bot.discord.render.parts import MAX_ALT
from bot.discord.text import Text
from storage.records import Artwork, Job

PROMPT_SHOWN = 600
"""Characters of a prompt in a message that everybody sees; Details shows all of it."""
MOST_NOTICES = 8


def heading(job: Job) -> str:
    """Return the prompt of a job, in bold."""
    words = shown(job.prompt, PROMPT_SHOWN)
    return f"**{words}**" if words else "**…**"


def facts(job: Job, artworks: tuple[Artwork, ...], text: Text) -> str:
    """Return one small line: style, size, model, seed, whether it was made from another picture, and who asked."""
    parts: list[str] = []
    recipe = artworks[0].recipe if artworks else {}
    style, model = recipe.get("style") or job.style, recipe.get("model") or job.model
    size = f"{artworks[0].width}×{artworks[0].height}" if artworks else (job.size or "").replace("x", "×")
    for part in (style, size, model):
        if part:
            parts.append(shown(str(part), 60))
    if artworks:
        parts.append(text("result.seed", seed=job.seed))
    if job.parents and job.mode == "imagine":
        parts.append(text("result.remix"))
    parts.append(f"<@{job.member_id}>")
    return f"-# {' · '.join(parts)}"


def notices(job: Job) -> str | None:
    """Return what there is to say, such as which words the model does not know."""
    if not job.notices:
        return None
    return "\n".join(f"-# {shown(sentence, 300)}" for sentence in job.notices[:MOST_NOTICES])


def alt(artwork: Artwork, text: Text) -> str:
    """Return the alternative text of a picture, 1 to 1,024 characters."""
    return cut(artwork.alt, MAX_ALT) or text("report.picture", n=artwork.position + 1)
