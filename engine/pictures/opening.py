"""The one place where a picture file is opened.

A hostile file must cost one refused request: the formats are few, the header is judged before a pixel is decoded, and
whatever a decoder stumbles over becomes one sentence.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, UnidentifiedImageError

from engine.api.errors import DamagedPicture, EngineError, TooManyPixels, UnknownFormat

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 4096 * 4096
"""Judged by the header, before memory is spent on pixels."""


@contextmanager
def opened(data: bytes) -> Iterator[Image.Image]:
    """Open a PNG, JPEG or WebP file of which only the header is decoded yet.

    Text chunks are inflated to at most a mebibyte each (Pillow's own limit).

    Raises:
        UnreadablePicture: for too many pixels, and for anything that goes wrong in here or in the `with` block, said in
            one sentence.
    """
    try:
        with _headed(data) as image:
            if image.width * image.height > MAX_PIXELS:
                raise TooManyPixels(
                    f"The picture claims {image.width:,} x {image.height:,} pixels, more than the "
                    f"{MAX_PIXELS / 1e6:.1f} million that are read; send a smaller one."
                )
            yield image
    except EngineError:
        raise
    except UnidentifiedImageError as error:
        raise UnknownFormat from error
    except Image.DecompressionBombError as error:
        raise TooManyPixels from error
    except Exception as error:
        # Pillow's parsers raise nearly every built-in exception on bytes made to confuse them.
        raise DamagedPicture from error


def _headed(data: bytes) -> Image.Image:
    with warnings.catch_warnings():
        # Its own bound is laxer than ours, and a warning shows people a line of source.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        return Image.open(io.BytesIO(data), formats=FORMATS)
