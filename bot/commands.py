"""The bot's own commands; what each does is imported when it runs."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, ParamSpec

import typer

from engine.cli.guard import guarded

P = ParamSpec("P")


def mount(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (run, invite, backup, restore):
        app.command()(_guarded(command))
    # In place of the engine's own, which it includes.
    app.registered_commands = [
        one for one in app.registered_commands if getattr(one.callback, "__name__", "") != "doctor"
    ]
    app.command()(_guarded(doctor))


def run() -> None:
    """Run the bot: on Discord with a token, else in a Discord of its own in your browser."""
    from bot.run import run as start
    from storage.files import keep_private

    keep_private()
    start()


def invite() -> None:
    """Print the address that invites the bot to a server, with exactly the permissions that it needs."""
    from bot.invite import invitation

    typer.echo(invitation())


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")] = False,
) -> None:
    """Look for what is missing on this machine and on Discord, and say what to do."""
    from bot.doctor import doctor as look

    raise typer.Exit(look(as_json))


def backup(
    target: Annotated[
        Path | None, typer.Argument(help="A file or folder; 'backups' in the data folder unless said.")
    ] = None,
) -> None:
    """Write a backup of the database and its pictures; the bot may be running."""
    from bot.backups import back_up
    from storage.files import keep_private

    keep_private()
    typer.echo(back_up(target))


def restore(
    source: Annotated[Path, typer.Argument(help="A file that 'salon backup' wrote.", show_default=False)],
) -> None:
    """Put a backup back; the bot must not be running. What is there now is put aside."""
    from bot.backups import restore as put_back
    from storage.files import keep_private

    keep_private()
    typer.echo(put_back(source))


def _guarded(command: Callable[P, None]) -> Callable[P, None]:
    """End with one sentence and an exit code for the errors of the bot and its storage too."""

    @functools.wraps(command)
    def carry_out(*args: P.args, **kwargs: P.kwargs) -> None:
        from storage.errors import StorageError

        try:
            command(*args, **kwargs)
        except StorageError as error:
            typer.echo(error.message, err=True)
            raise typer.Exit(error.exit_code) from error

    return guarded(carry_out)
