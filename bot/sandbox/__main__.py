"""`python -m bot.sandbox`: run a sandbox until it is stopped."""

import argparse
import asyncio
import logging
import sys
from pathlib import Path

from bot.sandbox.server import run

_PORT = 8899
_CANNOT_LISTEN = 69


def main() -> None:
    """Run the sandbox."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description="A Discord in a box, on loopback.")
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="where it keeps its state")
    parser.add_argument("--port", type=int, default=_PORT, metavar="N", help=f"default {_PORT}; 0 for any free one")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input ends or the parent dies")
    parser.add_argument("--record", action="store_true", help="keep all requests and answers, for tests")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="sandbox: %(message)s")
    try:
        asyncio.run(
            run(arguments.data, arguments.port, with_parent=arguments.with_parent, record=arguments.record),
        )
    except OSError as error:
        # Whoever started the bot gave no options, but settings.
        other = "SALON_SANDBOX__PORT or SALON_DATA_DIR" if arguments.with_parent else "--port or --data"
        sys.stderr.write(f"The sandbox cannot run: {error.strerror or error}. Choose another {other}.\n")
        sys.exit(_CANNOT_LISTEN)


if __name__ == "__main__":
    main()
