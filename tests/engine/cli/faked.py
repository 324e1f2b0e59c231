"""`python -m tests.engine.cli.faked`: the `salon` command with the scripted engine in place of the real one."""

import functools
import sys

import engine.cli.listings
import engine.cli.painting
from bot.__main__ import main
from engine.client import connect

COMMAND = (sys.executable, "-m", "tests.engine.cli.mortal_engine")

engine.cli.painting.connect = engine.cli.listings.connect = functools.partial(connect, command=COMMAND)

if __name__ == "__main__":
    main()
