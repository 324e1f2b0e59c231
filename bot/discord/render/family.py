"""A family tree as its readers see it: the drawing, and a line for each number in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from discord import ui

from bot.discord.render import captions
from bot.discord.render.parts import Message, Upload, box, gallery
from bot.discord.text import Text
from storage.records import Artwork, Job

_LINE = 60
"""Characters of a prompt in a line."""
_ROOM = 3400
"""Characters of all lines."""


@dataclass(frozen=True, slots=True)
class Relative:
    """One picture of a family."""

    number: int
    work: Artwork
    job: Job | None
    """None where nothing may be told of it."""
    asked: bool
    private: bool
    """Whether it is somebody else's private one."""

    @property
    def shown(self) -> bool:
        """Whether the reader may see it."""
        return self.job is not None


def family_panel(
    relatives: Sequence[Relative], generations: int, left_out: int, drawing: bytes | None, text: Text
) -> Message:
    """Return the tree of the one that was asked about, oldest generation first."""
    asked = next(one.number for one in relatives if one.asked)
    lines: list[str] = []
    room = _ROOM
    for one in relatives:
        line = _line(one, text)
        room -= len(line) + 1
        if room < 0:
            left_out += len(relatives) - len(lines)
            break
        lines.append(line)
    if len(relatives) == 1:
        lines.append(text("lineage.alone"))
    if left_out:
        lines.append(text("lineage.left_out", count=left_out))
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(text("lineage.title", n=asked))]
    uploads: tuple[Upload, ...] = ()
    if drawing is not None:
        alt = text("lineage.alt", pictures=len(relatives), generations=generations, n=asked)
        uploads = (Upload("salon-family.webp", drawing, alt),)
        items.append(gallery(uploads))
    items.append(ui.TextDisplay("\n".join(lines)))
    return Message((box(items),), uploads)


def _line(one: Relative, text: Text) -> str:
    if one.private:
        return text("lineage.private", n=one.number)
    if one.job is None:
        return text("lineage.removed", n=one.number)
    how = ", ".join(captions.doings(one.job, text)) or text("lineage.words")
    key = "lineage.root" if one.asked else "lineage.line"
    words = captions.words_of(one.job, text, _LINE)
    return text(key, n=one.number, words=words, member=one.work.member_id, how=how)
