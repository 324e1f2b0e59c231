"""The lines under a picture: what was asked for and how it was painted."""

from bot.discord.clean import cut, shown
from bot.discord.render.parts import MAX_ALT
from bot.discord.text import Text
from storage.records import Artwork, Job

PROMPT_SHOWN = 600
"""Characters of a prompt in a message that everybody sees; Details shows all of it."""
MOST_NOTICES = 8


def heading(job: Job, text: Text) -> str:
    """Return the prompt of a job, in bold, or what is done where there is none."""
    return f"**{words_of(job, text, PROMPT_SHOWN)}**"


def words_of(job: Job, text: Text, most: int) -> str:
    """Return what a job is called in a list: its prompt, or what is done where there is none."""
    known = f"doing.{job.mode}"
    return shown(job.prompt, most) or text(known if known in text else "doing.imagine")


def facts(job: Job, artworks: tuple[Artwork, ...], text: Text) -> str:
    """Return one small line: style, size, model, seed, what was done to which other picture, and who asked."""
    parts: list[str] = []
    recipe = artworks[0].recipe if artworks else {}
    style, model = recipe.get("style") or job.style, recipe.get("model") or job.model
    if (job.change or {}).get("looks"):
        style = text("result.by_pictures")
    if recipe.get("family", "diffusion") != "diffusion":
        # What enlarges and restyles has a name that says nothing to anybody.
        model = None
    size = f"{artworks[0].width}×{artworks[0].height}" if artworks else (job.size or "").replace("x", "×")
    for part in (style, size, model):
        if part:
            parts.append(shown(str(part), 60))
    if artworks and model:
        parts.append(text("result.seed", seed=job.seed))
    parts += doings(job, text)
    parts.append(f"<@{job.member_id}>")
    return f"-# {' · '.join(parts)}"


def doings(job: Job, text: Text) -> list[str]:
    """Return what a job does beside painting from words."""
    said = []
    if (job.change or {}).get("frame"):
        said.append(text("result.frame"))
    elif f"result.{job.mode}" in text:
        said.append(text(f"result.{job.mode}"))
    elif (job.change or {}).get("like") or (job.change or {}).get("style_like"):
        said.append(text("result.like"))
    elif job.parents:
        said.append(text("result.remix"))
    if (job.change or {}).get("keep_colours"):
        said.append(text("result.keep_colours"))
    if (job.change or {}).get("tile"):
        said.append(text("result.tile"))
    return said


def notices(job: Job, text: Text) -> str | None:
    """Return what there is to say, such as which words the model does not know."""
    instead = f"instead.{(job.change or {}).get('instead')}"
    said = [text(instead)] if instead in text else []
    said += [shown(sentence, 300) for sentence in job.notices[:MOST_NOTICES]]
    return "\n".join(f"-# {sentence}" for sentence in said) or None


def alt(artwork: Artwork, text: Text) -> str:
    """Return the alternative text of a picture, 1 to 1,024 characters."""
    done = f"alt.{_done(artwork)}"
    if not artwork.alt and f"{done}_plain" in text:
        return text(f"{done}_plain")
    what = cut(artwork.alt, MAX_ALT) or text("report.picture", n=artwork.position + 1)
    return cut(text(done, what=what) if done in text else what, MAX_ALT)


def _done(artwork: Artwork) -> str:
    recipe = artwork.recipe
    if recipe.get("family") == "patches":
        return "restyle"
    mode = str(recipe.get("mode"))
    if mode == "morph" and artwork.moving is None:
        return "frame"
    return "strong" if mode == "vary" and recipe.get("source") else mode
