"""The commands that start from a picture; what each does is imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.guard import guarded

Picture = Annotated[Path, typer.Argument(help="The picture to start from.", show_default=False)]
Words = Annotated[str | None, typer.Argument(help="What to paint; the picture's own words unless said.")]
Count = Annotated[int, typer.Option("--count", "-n", help="How many pictures.")]
Strength = Annotated[float | None, typer.Option(help="How much may change, 0 to 1.")]
Style = Annotated[str | None, typer.Option(help="A look; the picture's own unless said.")]
Negative = Annotated[str | None, typer.Option(help="What to keep away from.")]
Seed = Annotated[int | None, typer.Option(help="The same seed gives the same pictures.")]
Size = Annotated[str | None, typer.Option(help="Pixels: 128 or 512x768; the picture's own unless said.")]
Steps = Annotated[int | None, typer.Option(help="More steps take longer and show more.")]
Guidance = Annotated[float | None, typer.Option(help="How closely to follow the words.")]
Scheduler = Annotated[str | None, typer.Option(help="How the steps are taken.")]
Model = Annotated[str | None, typer.Option(help="'salon models' lists them; the picture's own unless said.")]
Out = Annotated[Path, typer.Option(help="The folder for the pictures.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]


def mount(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (vary, edit, blend, morph):
        app.command()(guarded(command))


def vary(
    picture: Picture,
    prompt: Words = None,
    strong: Annotated[
        bool, typer.Option("--strong", help="Start from its pixels; without it from its noise, a subtler change.")
    ] = False,
    strength: Strength = None,
    count: Count = 4,
    style: Style = None,
    negative: Negative = None,
    seed: Seed = None,
    size: Size = None,
    steps: Steps = None,
    guidance: Guidance = None,
    scheduler: Scheduler = None,
    model: Model = None,
    out: Out = Path("pictures"),
    as_json: AsJson = False,
) -> None:
    """Paint variations of a picture: a little or much, in other words or in another style."""
    from engine.cli.request import Wish
    from engine.cli.varying import vary as run

    wish = Wish(
        prompt=prompt,
        count=count,
        style=style,
        negative=negative,
        seed=seed,
        size=size,
        steps=steps,
        guidance=guidance,
        scheduler=scheduler,
        model=model,
        strength=strength,
    )
    run(picture, wish, strong=strong, out=out, as_json=as_json)


def blend(
    things: Annotated[list[str], typer.Argument(help="Two to five pictures and prompts.", show_default=False)],
    weights: Annotated[str | None, typer.Option(help="How much of each: 2,1,1; all alike unless said.")] = None,
    style_of: Annotated[
        Path | None, typer.Option(help="A picture of Salon's whose style the one picture or prompt is to have.")
    ] = None,
    strength: Strength = None,
    count: Count = 4,
    style: Style = None,
    negative: Negative = None,
    seed: Seed = None,
    size: Size = None,
    steps: Steps = None,
    guidance: Guidance = None,
    scheduler: Scheduler = None,
    model: Model = None,
    out: Out = Path("pictures"),
    as_json: AsJson = False,
) -> None:
    """Mix pictures and prompts into new pictures, or paint one in the style of another."""
    from engine.cli.blending import blend as run
    from engine.cli.blending import restyle_by
    from engine.cli.request import Wish

    wish = Wish(
        count=count,
        style=style,
        negative=negative,
        seed=seed,
        size=size,
        steps=steps,
        guidance=guidance,
        scheduler=scheduler,
        model=model,
        strength=strength,
    )
    if style_of is None:
        run(things, weights, wish, out=out, as_json=as_json)
    else:
        restyle_by(things, style_of, wish, out=out, as_json=as_json)


def morph(
    things: Annotated[list[str], typer.Argument(help="Two to five pictures and prompts.", show_default=False)],
    frames: Annotated[int, typer.Option(help="Frames that are painted, up to 16.")] = 16,
    one_way: Annotated[bool, typer.Option("--one-way", help="End at the last instead of going back.")] = False,
    strength: Annotated[
        float | None, typer.Option(help="How much is painted anew halfway between two uploads, 0 to 1.")
    ] = None,
    style: Style = None,
    negative: Negative = None,
    seed: Seed = None,
    size: Size = None,
    steps: Steps = None,
    guidance: Guidance = None,
    scheduler: Scheduler = None,
    model: Model = None,
    max_bytes: Annotated[int | None, typer.Option(help="Most bytes of the file, 8000000 for a chat.")] = None,
    out: Annotated[Path, typer.Option(help="The file: .webp, .apng, .gif or .mp4; its frames get a folder.")] = Path(
        "pictures/morph.webp"
    ),
    as_json: AsJson = False,
) -> None:
    """Let pictures and prompts pass into one another, evenly, as a picture that moves."""
    from engine.cli.morphing import morph as run
    from engine.cli.request import Wish

    wish = Wish(
        count=frames,
        style=style,
        negative=negative,
        seed=seed,
        size=size,
        steps=steps,
        guidance=guidance,
        scheduler=scheduler,
        model=model,
        strength=strength,
    )
    run(things, wish, loop=not one_way, max_bytes=max_bytes, out=out, as_json=as_json)


def edit(
    picture: Picture,
    prompt: Words = None,
    box: Annotated[
        str | None, typer.Option(help="The part to paint anew, in percent: left,top,right,bottom such as 50,0,100,100.")
    ] = None,
    mask: Annotated[Path | None, typer.Option(help="A picture of the same shape, white where to paint anew.")] = None,
    find: Annotated[str | None, typer.Option(help="Words for what to paint anew: 'the fox'.")] = None,
    erase: Annotated[bool, typer.Option("--erase", help="Take what is there out, and paint what lies behind.")] = False,
    extend: Annotated[
        str | None, typer.Option(help="Sides to extend, in percent of the picture: right=50,top=25.")
    ] = None,
    pan: Annotated[str | None, typer.Option(help="Where to look, in percent: left=25.")] = None,
    zoom_out: Annotated[float | None, typer.Option(help="From how much farther away to look: 2.")] = None,
    strength: Strength = None,
    count: Count = 4,
    style: Style = None,
    negative: Negative = None,
    seed: Seed = None,
    size: Size = None,
    steps: Steps = None,
    guidance: Guidance = None,
    scheduler: Scheduler = None,
    model: Model = None,
    out: Out = Path("pictures"),
    as_json: AsJson = False,
) -> None:
    """Paint a part of a picture anew, or what lies beyond its edges; the rest stays as it is."""
    from engine.cli.editing import Part
    from engine.cli.editing import edit as run
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
        scheduler=scheduler,
        model=model,
        strength=strength,
    )
    part = Part(box=box, mask=mask, find=find, erase=erase, extend=extend, pan=pan, zoom_out=zoom_out)
    run(picture, wish, part, out=out, as_json=as_json)
