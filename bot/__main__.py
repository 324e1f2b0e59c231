"""The `salon` command line: where all commands are mounted. Nothing heavy is imported before a command runs."""

import sys
from io import TextIOWrapper


def main() -> None:
    """Run the `salon` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A prompt or a file's name may hold what the terminal's encoding lacks; that must not end in a traceback.
            stream.reconfigure(errors="backslashreplace")
    from engine.cli import app

    app(prog_name="salon")


if __name__ == "__main__":
    main()
