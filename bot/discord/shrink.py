"""`python -m bot.discord.shrink MAX_BYTES`: a picture of our own on standard input, a smaller one on standard output.

A process of its own, so that the bot's never loads an imaging library. The recipe and the AI mark stay inside.
"""

import sys


def shrink(data: bytes, max_bytes: int) -> bytes:
    """Encode one of Salon's pictures again so that it takes at most `max_bytes`.

    Raises:
        EngineError: it is no picture, or cannot be made to fit.
    """
    from engine.api.errors import UnreadablePicture
    from engine.pictures.encode import encode
    from engine.pictures.opening import opened
    from engine.pictures.provenance import read_recipe

    try:
        recipe = read_recipe(data)
    except UnreadablePicture:
        recipe = None
    with opened(data) as image:
        return encode(image.convert("RGB"), recipe, max_bytes).data


if __name__ == "__main__":
    sys.stdout.buffer.write(shrink(sys.stdin.buffer.read(), int(sys.argv[1])))
