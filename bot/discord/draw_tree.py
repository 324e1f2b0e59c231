"""`python -m bot.discord.draw_tree`: a family tree as JSON on standard input, a WebP picture on standard output.

A process of its own, so that the bot's never loads an imaging library. What it opens are the engine's own thumbnails.
"""

import base64
import io
import json
import sys
from typing import Any


def draw(told: list[list[dict[str, Any]]]) -> bytes:
    """Draw generations of nodes, each with `number`, `picture` (base64 or null), `parents` and `asked`."""
    from engine.pictures.opening import opened
    from engine.pictures.tree import Node, family_tree

    def node(one: dict[str, Any]) -> Node:
        picture = None
        if one["picture"] is not None:
            with opened(base64.b64decode(one["picture"])) as image:
                picture = image.convert("RGB")
        return Node(one["number"], picture, tuple(one["parents"]), one["asked"])

    packed = io.BytesIO()
    family_tree([[node(one) for one in row] for row in told]).save(packed, "WEBP", quality=88)
    return packed.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(json.loads(sys.stdin.buffer.read())))
