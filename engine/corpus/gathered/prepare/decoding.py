"""Reading picture files that nobody vouches for."""

from __future__ import annotations

from PIL import Image

from engine.api.errors import UnreadablePicture
from engine.corpus.gathered.prepare.base import Dropped
from engine.corpus.gathered.samples import Entry, Sample
from engine.pictures.intake import decode

MAX_FILE_BYTES = 64 * 1024 * 1024
WORKING_SIDE = 1024
"""Pixels of the longest side that the steps work with; models of the house are trained at 256 or less."""


def read_sample(entry: Entry) -> Sample:
    """Decode a picture file, upright and in RGB, and shrink it to at most ``WORKING_SIDE``.

    Raises:
        Dropped: it cannot be read, is too large, damaged, or no picture.
    """
    try:
        with entry.path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise Dropped(f"cannot be read: {error.strerror or error}") from error
    if len(data) > MAX_FILE_BYTES:
        raise Dropped(f"has more than {MAX_FILE_BYTES >> 20} MiB")
    try:
        picture = decode(data)
    except UnreadablePicture as error:
        raise Dropped(error.message.rstrip(".")) from error
    except MemoryError as error:
        raise Dropped("needs more memory than there is") from error
    picture.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.LANCZOS)
    return Sample(entry.name, picture, entry.caption, entry.facts)
