"""The `salon` command line: where all commands are mounted. Nothing heavy is imported before a command runs."""

import errno
import os
import sys
from contextlib import suppress
from io import TextIOWrapper

_CANCELLED = 130
_CANNOT_WRITE = 73
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def main() -> None:
    """Run the `salon` command."""
    try:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                # A prompt or a file's name may hold what the terminal's encoding lacks; that is no reason to fail.
                stream.reconfigure(errors="backslashreplace")
        from bot.commands import mount
        from engine.cli import app

        mount(app)
        try:
            app(prog_name="salon")
        finally:
            # Here, where it can still be said that this failed.
            sys.stdout.flush()
    except KeyboardInterrupt:
        # The commands say what they cancel; here nothing has begun.
        sys.exit(_CANCELLED)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        _discard_output()
        sys.stderr.write(f"The output cannot be written ({os.strerror(error.errno)}); send it elsewhere.\n")
        sys.exit(_CANNOT_WRITE)


def _discard_output() -> None:
    """Let what is still buffered go nowhere, or Python would try again at its end and complain."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
