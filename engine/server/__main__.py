"""`python -m engine.server`: the engine process."""

import argparse
import logging
import os
import sys

from engine.api import EngineError
from engine.server.become import become
from engine.server.host import listening_address, serve
from engine.server.workshop import Build
from engine.settings import load_settings


def main(build: Build) -> None:
    """Run the engine process with the families that `build` makes, as the command line and the environment say."""
    parser = argparse.ArgumentParser(prog="python -m engine.server", description="Run Salon's engine process.")
    parser.add_argument(
        "--listen", help="where to listen: a socket's path or host:port (default: SALON_ENGINE__LISTEN)"
    )
    parser.add_argument("--lifeline", action="store_true", help="end with the process that holds standard input")
    parser.add_argument("--scrubbed", action="store_true", help="take the environment as it is")
    arguments = parser.parse_args()
    try:
        settings = load_settings()
        address = listening_address(settings, arguments.listen)
        if not (arguments.lifeline or arguments.scrubbed):
            become(sys.orig_argv[1:], settings, address)
        logging.basicConfig(
            level=settings.log_level, format=f"%(asctime)s {os.getpid()} %(levelname)s %(name)s: %(message)s"
        )
        serve(build, settings, address, lifeline=arguments.lifeline)
    except EngineError as error:
        sys.stderr.write(f"{error.message}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    from engine.families.catalogue import build_families

    main(build_families)
