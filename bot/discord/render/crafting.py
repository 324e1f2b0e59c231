"""What is shown about prompts with choices, a server's own styles and its lists of words."""

from collections.abc import Iterable, Sequence

import discord
from discord import ui

from bot.discord.clean import cut, shown
from bot.discord.ids import CustomId
from bot.discord.render.panels import before_words
from bot.discord.render.parts import Message, Tone, box, button, notice, row
from bot.discord.text import Text
from bot.studio.requests import Standing, StyleChoice, Wish
from bot.studio.rosters import over
from engine.prompting.wildcards import house_names
from storage.records import Roster, WordList

_PROMPTS = 10
_PROMPT = 120
"""Characters of one of several prompts."""
_ERROR = 80
"""Characters of why one of several failed; `/history` and its own message tell the rest."""
_NOTICES = 10
_ROOM = 3000
"""Characters of a list."""


def question(draft_id: int, wishes: Sequence[Wish], text: Text) -> Message:
    """Ask whether all that a prompt's choices make shall be painted."""
    lines = [text("craft.question", jobs=len(wishes))]
    lines += [f"{number}. {shown(wish.prompt, _PROMPT)}" for number, wish in enumerate(wishes[:_PROMPTS], 1)]
    if len(wishes) > _PROMPTS:
        lines.append(text("craft.more", more=len(wishes) - _PROMPTS))
    said = dict.fromkeys(sentence for wish in wishes for sentence in wish.notices)
    lines += [f"-# {shown(sentence, 200)}" for sentence in list(said)[:_NOTICES]]
    answers = row(
        button(text("button.paint_all", n=len(wishes)), CustomId("permute", draft_id), discord.ButtonStyle.primary),
        button(text("button.leave"), CustomId("permute", draft_id, 0)),
    )
    return Message((box([ui.TextDisplay("\n".join(lines)), answers]),))


def listed(roster: Roster, standings: Sequence[Standing], text: Text) -> Message:
    """Return the list of the jobs that were confirmed together, with how far each is."""
    ended = over(standings)
    key = "craft.over" if ended else "craft.queued_private" if roster.private else "craft.queued"
    lines = [
        text("craft.line", n=number, prompt=shown(one.job.prompt, _PROMPT) or "…", state=_state(one, text))
        for number, one in enumerate(standings, 1)
    ]
    told = [text(key, jobs=len(standings)), *_fitting(lines, text)]
    return notice("\n".join(told), Tone.GOOD if ended else Tone.WORKING)


def _state(standing: Standing, text: Text) -> str:
    job = standing.job
    if job.state == "queued":
        return before_words(standing.place, text)
    if job.state == "failed":
        return cut(text.error(job.error_key, job.error_values), _ERROR)
    if job.state in ("done", "cancelled"):
        return text(f"craft.{job.state}")
    if not standing.steps:
        return text("panel.queue_running")
    return text("craft.part", percent=100 * min(standing.step or 0, standing.steps) // standing.steps)


def made_styles(
    styles: Iterable[StyleChoice], text: Text, *, new: str | None = None, gone: str | None = None
) -> Message:
    """Return the styles that a server has made, after a sentence about one that is new or gone."""
    lines = [
        text("style.line", name=shown(style.title, 60), words=made_of(style, text)) for style in styles if style.own
    ]
    return _listed("style", lines, text, new, gone)


def made_of(style: StyleChoice, text: Text) -> str:
    """Return what a style of a server's own is made of: its words, and how many pictures show it."""
    pictures = text("style.pictures", n=style.pictures) if style.pictures else ""
    return " · ".join(filter(None, (shown(style.description, 200), pictures)))


def word_lists(lists: Iterable[WordList], text: Text, *, new: str | None = None, gone: str | None = None) -> Message:
    """Return a server's lists of words and the names of the house's, likewise."""
    lines = [
        text("wildcard.line", name=shown(f"__{one.name}__", 60), words=shown(", ".join(one.entries), 150))
        for one in lists
    ]
    house = " ".join(shown(f"__{name}__") for name in house_names(text.language))
    return _listed("wildcard", lines, text, new, gone, text("wildcard.house", names=house))


def _listed(section: str, lines: list[str], text: Text, new: str | None, gone: str | None, end: str = "") -> Message:
    told = []
    if new is not None:
        told.append(text(f"{section}.created", name=shown(new, 60)))
    if gone is not None:
        told.append(text(f"{section}.deleted", name=shown(gone, 60)))
    told += _fitting(lines, text) or [text(f"{section}.empty")]
    return notice("\n".join([*told, *([end] if end else [])]))


def _fitting(lines: list[str], text: Text) -> list[str]:
    """Return the lines for which there is room, and how many more there are."""
    fitting: list[str] = []
    room = _ROOM
    for line in lines:
        room -= len(line)
        if room < 0:
            fitting.append(text("craft.more", more=len(lines) - len(fitting)))
            break
        fitting.append(line)
    return fitting
