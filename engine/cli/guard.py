"""Every failure of a command ends in one sentence on standard error and an exit code that says what kind it was."""

import functools
from collections.abc import Callable
from typing import ParamSpec

import typer

P = ParamSpec("P")

_CANCELLED = 130


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """Turn the errors of a command into a sentence and an exit code; other exceptions are bugs and show themselves."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            # Imported here, for `salon --help` needs none of it.
            from engine.api.errors import EngineError
            from engine.cli.console import visible

            try:
                command(*args, **kwargs)
            except EngineError as error:
                typer.echo(visible(error.message), err=True)
                raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt as interrupt:
            typer.echo("Cancelled.", err=True)
            raise typer.Exit(_CANCELLED) from interrupt

    return run
