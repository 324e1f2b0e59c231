"""`salon morph`: pictures and prompts that pass into one another."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

from engine.api import Brief
from engine.api.brief import Animation
from engine.api.errors import CannotWrite, InternalError, InvalidBrief
from engine.api.mixing import HALFWAY, Gathered
from engine.cli.blending import gathered_of, say_looked_at, things_of
from engine.cli.console import print_json, results, shown_path
from engine.cli.files import check_folder, write_whole
from engine.cli.painting import Painted, as_plain, paint
from engine.cli.request import Wish, mode_brief

_KINDS = get_args(Animation)


def morph(named: Sequence[str], wish: Wish, *, loop: bool, max_bytes: int | None, out: Path, as_json: bool) -> None:
    """Paint a morph, write it to the file `out` and its frames to a folder beside that, and print where they are."""
    kind = kind_of(out)
    check_folder(out.parent)
    if out.exists():
        raise CannotWrite(f"{shown_path(out)} is there already; choose another name with --out.")
    things, inputs = things_of(named)
    gathered = gathered_of(things, wish, joined=" → ")
    brief = morph_brief(gathered, wish, kind=kind, loop=loop)
    if max_bytes is not None:
        brief = replace(brief, max_bytes=max(1024, max_bytes))

    def show(painted: Painted) -> None:
        if painted.moving is None:
            raise InternalError
        write_whole(out, painted.moving.image, replace=False)
        _tell(painted, out, as_json=as_json)
        say_looked_at(gathered, named)

    paint(brief, inputs, frames_of(out), show)


def morph_brief(gathered: Gathered, wish: Wish, *, kind: Animation, loop: bool) -> Brief:
    """Build the brief of a morph through things in their order."""
    fields = {**gathered.fields, "ingredients": gathered.ingredients, "strength": HALFWAY}
    return mode_brief("morph", wish, {**fields, "animation": kind, "loop": loop})


def kind_of(out: Path) -> Animation:
    """Return the kind of a file that moves, by the end of its name; a PNG is an APNG.

    Raises:
        InvalidBrief: it is the name of no such file.
    """
    suffix = out.suffix.lower().removeprefix(".")
    found: Animation | None = next((kind for kind in _KINDS if kind == ("apng" if suffix == "png" else suffix)), None)
    if found is None:
        raise InvalidBrief(
            f"--out takes a file that can move: x.webp, x.apng, x.gif or x.mp4; you gave {out.name[:40]!r}."
        )
    return found


def frames_of(out: Path) -> Path:
    """Return the folder of the frames, each with a recipe of its own, beside the file."""
    return out.with_name(f"{out.stem}-frames")


def _tell(painted: Painted, out: Path, *, as_json: bool) -> None:
    moving = painted.moving
    assert moving is not None
    if as_json:
        plain = as_plain(painted)
        print_json(plain | {"moving": {"path": str(out), "sha256": moving.sha256, "frames": moving.frames}})
        return
    printed = results()
    printed.print(shown_path(out))
    printed.print(f"{len(painted.pictures)} frames, each with its recipe, in {shown_path(frames_of(out))}")
    printed.print(f"{moving.seconds:.1f} s, painted in {painted.finished.seconds:.1f} s, seed {painted.brief.seed}")
