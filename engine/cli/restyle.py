"""`salon restyle`: a picture in the patches and colours of a look."""

import dataclasses
from pathlib import Path

from engine.api import Brief
from engine.cli.files import check_folder, read_bytes
from engine.cli.painting import inputs_of, paint, tell
from engine.cli.request import Wish, brief_of

FAMILY = "patches"


def restyle(picture: Path, wish: Wish, *, out: Path, as_json: bool) -> None:
    """Restyle the file `picture` as wished for and print where the results are."""
    check_folder(out)
    inputs = inputs_of(read_bytes(picture))
    paint(restyling_brief(wish, next(iter(inputs))), inputs, out, lambda painted: tell(painted, as_json=as_json))


def restyling_brief(wish: Wish, source: str) -> Brief:
    """Build the brief that restyles a file whose SHA-256 is `source`."""
    brief = brief_of(dataclasses.replace(wish, family=FAMILY), source)
    return dataclasses.replace(brief, parents=(source,))
