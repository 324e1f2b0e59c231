"""`python -m tests.engine.cli.faked`: the `salon` command with the scripted engine in place of the real one."""

import functools

import engine.cli.imagine
import engine.cli.listings
from bot.__main__ import main
from engine.client import connect
from tests.engine.fake_engine import COMMAND

engine.cli.imagine.connect = engine.cli.listings.connect = functools.partial(connect, command=COMMAND)

if __name__ == "__main__":
    main()
