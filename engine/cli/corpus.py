"""`salon corpus`: its commands and their options; what each does lives in `engine.cli.gathering`."""

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.guard import guarded

corpus = typer.Typer(
    help="Pictures to train on: look at them, gather them from museums, prepare them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

Steps = Annotated[str | None, typer.Option(help="Names of steps, separated by commas, or a TOML file that lists them.")]
Size = Annotated[int, typer.Option(help="Pixels of a side.")]


@corpus.command()
@guarded
def show(
    folder: Annotated[
        Path | None, typer.Argument(help="Pictures with captions; Salon's own corpus unless said.")
    ] = None,
    steps: Steps = None,
    size: Size = 128,
    count: Annotated[int, typer.Option(help="How many pictures.")] = 12,
    out: Annotated[Path, typer.Option(help="The sheet.")] = Path("corpus.png"),
) -> None:
    """Draw a sheet: the corpus with its captions, or what each step of preparation makes of a folder's pictures."""
    from engine.cli.gathering import show as run

    run(folder, steps, size, count, out)


@corpus.command()
@guarded
def gather(
    museum: Annotated[str, typer.Argument(help="met, artic or rijksmuseum.")],
    query: Annotated[str, typer.Argument(help="What to look for, such as landscape.")],
    out: Annotated[Path, typer.Option(help="The folder for the pictures; an earlier one is gone on with.")],
    count: Annotated[int, typer.Option(help="How many pictures the folder shall hold.")] = 100,
) -> None:
    """Fetch pictures that anybody may use from a museum, each with its licence, title, artist, year and source."""
    from engine.cli.gathering import fetch as run

    run(museum, query, out, count)


@corpus.command()
@guarded
def prepare(
    folder: Annotated[Path, typer.Argument(help="Pictures with captions.")],
    out: Annotated[Path, typer.Option(help="The bank to write, a new folder.")],
    steps: Steps = None,
    size: Size = 128,
) -> None:
    """Prepare a folder's pictures as a bank to train on, with a record of what each step did."""
    from engine.cli.gathering import prepare as run

    run(folder, out, steps, size)
