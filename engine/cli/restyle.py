"""`salon restyle`: a picture in the marks and colours of a look."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from engine.api import Brief, OwnStyle
from engine.api.errors import InvalidBrief
from engine.cli.files import check_folder, read_bytes
from engine.cli.painting import inputs_of, paint, tell
from engine.cli.request import Wish, brief_of

FAMILY = "patches"
MOST_LOOKS = 3
LOOK = "pictures"
"""What a look is called that is shown by pictures."""


def restyle(picture: Path, looks: Sequence[Path], wish: Wish, *, keep_colours: bool, out: Path, as_json: bool) -> None:
    """Restyle the file `picture` as wished for and print where the results are.

    Args:
        picture: A file.
        looks: Files that show the look, where the wish names no style.
        wish: The rest of what was typed.
        keep_colours: Whether the picture stays in its own colours.
        out: The folder for the results.
        as_json: Whether to print them as JSON.

    Raises:
        InvalidBrief: the look is not told, told twice or by too many pictures.
    """
    if (wish.style is None) == (not looks):
        raise InvalidBrief("Say in which style: name one with --style, or show one with --style-picture FILE.")
    if len(looks) > MOST_LOOKS:
        raise InvalidBrief(f"A look is learnt from one to {MOST_LOOKS} pictures; you gave {len(looks)}.")
    check_folder(out)
    files = [inputs_of(read_bytes(path)) for path in (picture, *looks)]
    source, *shown = (next(iter(file)) for file in files)
    brief = restyling_brief(wish, source, shown, keep_colours=keep_colours)
    inputs = {name: data for file in files for name, data in file.items()}
    paint(brief, inputs, out, lambda painted: tell(painted, as_json=as_json))


def restyling_brief(wish: Wish, source: str, looks: Sequence[str] = (), *, keep_colours: bool = False) -> Brief:
    """Build the brief that restyles a file; files are told by SHA-256."""
    brief = brief_of(dataclasses.replace(wish, family=FAMILY), source)
    brief = dataclasses.replace(brief, parents=(source,), keep_colours=keep_colours)
    if not looks:
        return brief
    own = OwnStyle(name=LOOK, prompt="{prompt}", references=tuple(looks))
    return dataclasses.replace(brief, style=LOOK, styles=(own,))
