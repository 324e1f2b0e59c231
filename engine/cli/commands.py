"""The commands and their options; what each does lives in a module of its own, imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.corpus import corpus
from engine.cli.guard import guarded
from engine.cli.modes import mount

app = typer.Typer(
    help="Salon: words become pictures, on your own machine.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(corpus, name="corpus")

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]


def _show_version(wanted: bool) -> None:
    if wanted:
        from engine import __version__

        typer.echo(f"salon {__version__}")
        raise typer.Exit


@app.callback()
def salon(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Salon: words become pictures, on your own machine."""


@app.command()
@guarded
def imagine(
    prompt: Annotated[str | None, typer.Argument(help="What to paint.", show_default=False)] = None,
    count: Annotated[int | None, typer.Option("--count", "-n", help="How many pictures; 4 unless said.")] = None,
    style: Annotated[str | None, typer.Option(help="A look; 'salon styles' lists them.")] = None,
    negative: Annotated[str | None, typer.Option(help="What to keep away from.")] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same pictures.")] = None,
    size: Annotated[
        str | None, typer.Option("--size", "--ar", help="Pixels such as 128 or 512x768, or a shape such as 3:2.")
    ] = None,
    steps: Annotated[int | None, typer.Option(help="More steps take longer and show more.")] = None,
    guidance: Annotated[float | None, typer.Option(help="How closely to follow the words.")] = None,
    model: Annotated[str | None, typer.Option(help="'salon models' lists them.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="How the steps are taken.")] = None,
    family: Annotated[str | None, typer.Option(help="A way of painting; diffusion unless said.")] = None,
    image: Annotated[
        list[Path] | None,
        typer.Option(
            "--image", "--picture", help="A picture to start from; with --from, every one that it was painted from."
        ),
    ] = None,
    strength: Annotated[float | None, typer.Option(help="How far to go from --image, 0 to 1.")] = None,
    like: Annotated[
        list[str] | None,
        typer.Option(help="A picture to paint after, without starting from it: owl.png or owl.png:0.5."),
    ] = None,
    style_like: Annotated[
        list[str] | None, typer.Option(help="A picture whose look to take: oil.png or oil.png:0.5.")
    ] = None,
    palette: Annotated[
        str | None, typer.Option(help="Its colours: a name such as autumn, '#102040, #f5e6c0' or a picture.")
    ] = None,
    layout: Annotated[
        str | None, typer.Option(help="Where something is: 'fox left', 'subject right' or 'fox:mask.png'.")
    ] = None,
    control: Annotated[
        str | None, typer.Option(help="A ControlNet of the data folder and what it follows: lines:sketch.png.")
    ] = None,
    lora: Annotated[
        list[str] | None, typer.Option(help="An adapter that 'salon train lora' made: riso or riso:0.5.")
    ] = None,
    tile: Annotated[bool, typer.Option("--tile", help="Let opposite edges fit, to repeat it without a seam.")] = False,
    executor: Annotated[str | None, typer.Option(help="full, fast or auto.")] = None,
    again: Annotated[
        Path | None, typer.Option("--from", help="Paint this picture of Salon's again and compare the two.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder for the pictures.")] = Path("pictures"),
    as_json: AsJson = False,
) -> None:
    """Paint pictures of what PROMPT says, or one picture again."""
    from engine.cli.guiding import Guides
    from engine.cli.imagine import imagine as run
    from engine.cli.request import Wish

    wish = Wish(
        prompt=prompt,
        count=count,
        style=style,
        negative=negative,
        seed=seed,
        size=size,
        steps=steps,
        guidance=guidance,
        model=model,
        scheduler=scheduler,
        family=family,
        strength=strength,
        tile=tile or None,
        executor=executor,
    )
    guides = Guides(
        like=like or (), style_like=style_like or (), palette=palette, layout=layout, control=control, lora=lora or ()
    )
    run(wish, images=image or (), again=again, out=out, as_json=as_json, guides=guides)


@app.command()
@guarded
def enlarge(
    picture: Annotated[Path, typer.Argument(help="The picture to make larger.", show_default=False)],
    prompt: Annotated[
        str | None, typer.Argument(help="Words for --repaint; the picture's own unless said.", show_default=False)
    ] = None,
    times: Annotated[int, typer.Option("--times", "-x", help="How many times larger its sides become: 2 or 4.")] = 2,
    by: Annotated[str | None, typer.Option(help="upscaler or lanczos; whichever is installed unless said.")] = None,
    repaint: Annotated[
        float | None, typer.Option(help="How much a model may then paint over the large picture, 0 to 1: 0.3.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="For --repaint: the same seed gives the same picture.")] = None,
    model: Annotated[str | None, typer.Option(help="For --repaint; 'salon models' lists them.")] = None,
    out: Annotated[Path, typer.Option(help="The folder for the pictures.")] = Path("pictures"),
    as_json: AsJson = False,
) -> None:
    """Make a picture two or four times larger."""
    from engine.cli.enlarge import enlarge as run
    from engine.cli.request import Wish

    run(picture, times, Wish(prompt=prompt, seed=seed, model=model, strength=repaint), by=by, out=out, as_json=as_json)


@app.command()
@guarded
def restyle(
    picture: Annotated[Path, typer.Argument(help="The picture to restyle.", show_default=False)],
    style: Annotated[str | None, typer.Option(help="A look; 'salon styles' lists them.", show_default=False)] = None,
    style_picture: Annotated[
        list[Path] | None, typer.Option(help="A picture of the look instead; up to three.", show_default=False)
    ] = None,
    strength: Annotated[float, typer.Option(help="How far to go: 0 changes nothing, 1 goes all the way.")] = 0.7,
    keep_colours: Annotated[
        bool, typer.Option("--keep-colours", "--keep-colors", help="Take on marks and tones, and no colours.")
    ] = False,
    by: Annotated[
        str | None, typer.Option(help="patches (unless said), network (within a second) or colours (at once).")
    ] = None,
    count: Annotated[int, typer.Option("--count", "-n", help="How many pictures.")] = 1,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same pictures.")] = None,
    size: Annotated[str | None, typer.Option(help="Pixels; the picture's own unless said.")] = None,
    steps: Annotated[int | None, typer.Option(help="More steps take longer and come nearer to the look.")] = None,
    out: Annotated[Path, typer.Option(help="The folder for the pictures.")] = Path("pictures"),
    as_json: AsJson = False,
) -> None:
    """Give a picture the marks and colours of a look, with no model of the world."""
    from engine.cli.request import Wish
    from engine.cli.restyle import restyle as run

    wish = Wish(style=style, strength=strength, count=count, seed=seed, size=size, steps=steps, model=by)
    run(picture, style_picture or (), wish, keep_colours=keep_colours, out=out, as_json=as_json)


@app.command()
@guarded
def inspect(
    picture: Annotated[Path, typer.Argument(help="A picture painted by Salon.")], as_json: AsJson = False
) -> None:
    """Print the recipe that a picture carries."""
    from engine.cli.inspection import inspect as run

    run(picture, as_json)


@app.command()
@guarded
def describe(
    picture: Annotated[Path, typer.Argument(help="The picture to put into words.", show_default=False)],
    chinese: Annotated[bool, typer.Option("--chinese", help="Say it in Chinese.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say in words what a picture shows, such that they can be painted again."""
    from engine.cli.describing import describe as run

    run(picture, chinese=chinese, as_json=as_json)


@app.command()
@guarded
def shorten(
    prompt: Annotated[str, typer.Argument(help="The prompt whose words are weighed.", show_default=False)],
    image: Annotated[
        Path | None, typer.Option(help="The picture to weigh them in; one is painted unless said.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="'salon models' lists them.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of the picture that is painted.")] = None,
    out: Annotated[Path, typer.Option(help="The folder for the sheet.")] = Path("pictures"),
    as_json: AsJson = False,
) -> None:
    """Tell which words of a prompt matter, where in its picture, and which can go."""
    from engine.cli.describing import shorten as run

    run(prompt, image=image, model=model, seed=seed, out=out, as_json=as_json)


@app.command()
@guarded
def models(as_json: AsJson = False) -> None:
    """List the models that the engine can paint with."""
    from engine.cli.listings import models as run

    run(as_json)


@app.command()
@guarded
def styles(
    sheet: Annotated[Path | None, typer.Option(help="Where a picture with an example of each goes, as PNG.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the styles."""
    from engine.cli.listings import styles as run

    run(as_json, sheet)


@app.command()
@guarded
def doctor(as_json: AsJson = False) -> None:
    """Look for what is missing on this machine and say what to do."""
    from engine.cli.doctor import doctor as run

    raise typer.Exit(run(as_json))


@app.command()
@guarded
def train(
    name: Annotated[str, typer.Argument(help="What to train: mini, mini-clip, judge, upscaler, lora.")],
    minutes: Annotated[float, typer.Option(help="Minutes of training in all, earlier runs included.")] = 60.0,
    data: Annotated[Path | None, typer.Option(help="A bank of pictures; mini renders one where there is none.")] = None,
    begin: Annotated[Path | None, typer.Option("--from", help="A model folder whose parts to begin with.")] = None,
    called: Annotated[
        str | None, typer.Option("--name", help="lora: what to call it; its folder's name unless said.")
    ] = None,
) -> None:
    """Train a model on the pictures of Salon's own corpus, or a LoRA on yours, going on from where it stopped."""
    from engine.cli.training import train as run

    run(name, minutes, data, begin, called)


@app.command()
@guarded
def tune(
    name: Annotated[str, typer.Argument(help="Whose recipe to improve: mini.")],
    minutes: Annotated[float, typer.Option(help="Minutes of training for all variants together.")] = 60.0,
    trials: Annotated[int, typer.Option(help="How many variants to begin with.")] = 8,
    data: Annotated[Path | None, typer.Option(help="A bank of pictures; mini renders one where there is none.")] = None,
    begin: Annotated[
        Path | None, typer.Option("--from", help="A model or training folder whose parts every variant begins with.")
    ] = None,
) -> None:
    """Try variants of a training recipe, train the better half on, again and again, and keep the best."""
    from engine.cli.training import tune as run

    run(name, minutes, trials, data, begin)


@app.command()
@guarded
def evaluate(
    name: Annotated[str, typer.Argument(help="The model; 'salon models' lists them.")],
    reference: Annotated[Path | None, typer.Option(help="The bank it was trained on, to look for copies in.")] = None,
    count: Annotated[int, typer.Option(help="How many combinations to ask for.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """Measure how well a model of Salon's world paints combinations that it has never seen."""
    from engine.cli.evaluation import run

    run(name, reference, count, as_json)


@app.command()
@guarded
def serve(
    listen: Annotated[
        str | None, typer.Option(help="A socket's path or host:port; SALON_ENGINE__LISTEN unless said.")
    ] = None,
) -> None:
    """Run an engine that many clients share, until it is stopped."""
    from engine.cli.serving import serve as run

    run(listen)


mount(app)
