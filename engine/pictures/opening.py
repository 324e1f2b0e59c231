"""The one place where a picture file is opened.

A hostile file must cost one refused request: the formats are few, the header is judged before a pixel is decoded, and
whatever a decoder stumbles over becomes one sentence.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, UnidentifiedImageError

from engine.api.errors import EngineError, UnreadablePicture

FORMATS = ("PNG", "JPEG", "WEBP")


@contextmanager
def opened(data: bytes) -> Iterator[Image.Image]:
    """Open a PNG, JPEG or WebP file of which only the header is decoded yet.

    Text chunks are inflated to at most a mebibyte each (Pillow's own limit).

    Raises:
        UnreadablePicture: for anything that goes wrong in here or in the `with` block, said in one sentence.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            yield image
    except EngineError:
        raise
    except UnidentifiedImageError as error:
        raise UnreadablePicture(
            "This is not a PNG, JPEG or WebP picture; save it as one of these and try again."
        ) from error
    except Image.DecompressionBombError as error:
        raise UnreadablePicture("The picture claims more pixels than can be read; send a smaller one.") from error
    except Exception as error:
        # Pillow's parsers raise nearly every built-in exception on bytes made to confuse them.
        raise UnreadablePicture("The picture is damaged or incomplete; save it again and send the new file.") from error
