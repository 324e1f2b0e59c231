"""Restyling: a picture takes on a look by its patches, by a network in one step, or by colours alone.

The mathematics of patches are in `engine.patches`. One step moves all patches of the pictures of one batch once; so
members who restyle at the same time share the steps, and progress, cancelling and changing the strength are those of
every family. The other two ways, in `engine.restyle`, have one step.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from PIL.Image import Image

from engine.api import Adjustment, Brief, ModelInfo, Recipe
from engine.api.errors import InvalidBrief
from engine.diffusion import pixels
from engine.diffusion.backend import backend
from engine.diffusion.device import choose_device
from engine.families.base import Group, Inputs, Probe
from engine.names import unknown
from engine.patches import references, stepping
from engine.patches.canvas import Canvas
from engine.patches.look import Look
from engine.restyle.canvas import QuickCanvas
from engine.restyle.network import CONFIG, FOLDER, Restyler, load_restyler
from engine.settings import EngineSettings

STEPS = 150
"""Unless the brief says otherwise; more come nearer to the look."""
PATCHES, NETWORK, COLOURS = "patches", "network", "colours"
"""The ways of restyling, by which a brief names them as its model; the first unless it does."""
_WAYS = (PATCHES, NETWORK, COLOURS)
_VERSION = "2"
"""Raised when the same brief gives another picture than before."""


@dataclass(eq=False, kw_only=True, slots=True)
class State:
    """One picture that is being restyled."""

    brief: Brief
    index: int
    canvas: Canvas | QuickCanvas
    hash: str
    """Of the way it is restyled."""
    timeline: list[Adjustment] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    """Pictures in the batch of each step."""


class Patches:
    """The family of restyling."""

    name = PATCHES

    def __init__(self, settings: EngineSettings, folder: Path = FOLDER) -> None:
        """Take the settings, and the folder that the network lies in."""
        self._device = choose_device(settings.device)
        self._folder = folder
        self._network: tuple[Restyler, str] | None = None

    def models(self) -> tuple[ModelInfo, ...]:
        """There are no weights, and so nothing that a brief may name."""
        return ()

    @torch.no_grad()
    def start(self, brief: Brief, inputs: Inputs) -> list[Group]:
        """Give every picture the look's colours.

        Raises:
            InvalidBrief: a picture or a look is missing, or the brief asks for what is no restyling.
            UnknownName: there is no such style, or no such way of restyling.
            ModelRefused: the files of the network cannot be used.
        """
        if brief.source is None:
            raise InvalidBrief("Send the picture that is to be restyled.")
        way = brief.model or PATCHES
        if way not in _WAYS:
            raise unknown("way of restyling", way, _WAYS)
        if way != PATCHES and brief.steps not in (None, 1):
            raise InvalidBrief(f"By {way} a picture is restyled in one step; leave the number of steps out.")
        if way == COLOURS and brief.keep_colours:
            raise InvalidBrief("Only colours would be changed, and they are to be kept; leave one of the two out.")
        network, found = self._open() if way == NETWORK else (None, _VERSION)
        assert brief.seed is not None
        picture = self._tensor(_sized(brief, inputs[brief.source]))
        looks = [self._tensor(one) for one in references.of(brief, inputs)]
        kept, strength = brief.keep_colours, brief.strength
        look, steps = Look(looks, grey=kept), brief.steps or STEPS
        canvases: list[Canvas | QuickCanvas] = []
        for seed in range(brief.seed, brief.seed + brief.count):
            if way == PATCHES:
                canvases.append(Canvas(picture, look, strength=strength, seed=seed, steps=steps))
            else:
                canvases.append(
                    QuickCanvas(picture, looks, strength=strength, seed=seed, keep_colours=kept, network=network)
                )
        return [(State(brief=brief, index=index, canvas=canvas, hash=found),) for index, canvas in enumerate(canvases)]

    def lane(self, state: State) -> Hashable:
        """States share a step where the canvases have the same shape at the scale they are at."""
        canvas = state.canvas
        if isinstance(canvas, QuickCanvas):
            return (state.brief.model, *canvas.size)
        return (PATCHES, *canvas.pixels.shape)

    def timing(self, state: State) -> Hashable:
        """Step times and memory are those of the lane."""
        return self.lane(state)

    def rows(self, state: State) -> int:
        """One row."""
        return 1

    def steps_left(self, state: State) -> int:
        """Steps until the picture is done."""
        return state.canvas.steps - state.canvas.taken

    def step(self, states: Sequence[State]) -> None:
        """Move the patches of all states once, or of none."""
        stepping.advance([state.canvas for state in states if isinstance(state.canvas, Canvas)])
        for state in states:
            if isinstance(state.canvas, QuickCanvas):
                state.canvas.advance()
        for state in states:
            state.batches.append(len(states))

    def adjust(self, state: State, change: Adjustment) -> None:
        """Change the strength from the next step on.

        Raises:
            InvalidBrief: there is nothing else to change.
        """
        if change.prompt is not None or change.guidance is not None or change.strength is None:
            raise InvalidBrief("Of a picture that is being restyled only the strength can be changed.")
        state.canvas.strength = change.strength
        state.timeline.append(change)

    @torch.no_grad()
    def preview(self, state: State) -> Image:
        """Show the picture as it stands: at first in the look's colours alone."""
        return _image(state.canvas)

    @torch.no_grad()
    def finish(self, states: Sequence[State]) -> list[Image]:
        """Carry what was painted over to the pictures' own size."""
        return [_image(state.canvas) for state in states]

    def recipe(self, state: State) -> Recipe:
        """Return all that is needed to paint the picture again."""
        brief, canvas = state.brief, state.canvas
        assert brief.seed is not None
        height, width = canvas.size
        return Recipe(
            mode=brief.mode,
            family=self.name,
            model=brief.model or PATCHES,
            model_hash=state.hash,
            prompt=brief.prompt,
            negative=brief.negative,
            style=brief.style,
            styles=brief.styles,
            seed=brief.seed,
            index=state.index,
            count=brief.count,
            width=width,
            height=height,
            steps=canvas.steps,
            guidance=0.0,
            scheduler="none",
            source=brief.source,
            strength=brief.strength,
            keep_colours=brief.keep_colours,
            parents=brief.parents,
            timeline=tuple(state.timeline),
            rows=_run_lengths(state.batches),
            backend=backend("full", "float32", self._device),
        )

    def index(self, state: State) -> int:
        """Return which picture of its brief the state is."""
        return state.index

    def notices(self, brief: Brief) -> tuple[str, ...]:
        """Say which look stood in for one of which there is no picture."""
        return references.notices(brief)

    def drop(self, states: Sequence[State]) -> None:
        """Nothing is held but by the states themselves."""

    def probe(self, model: str | None = None) -> Probe | None:
        """A larger batch saves little here, so none is timed."""
        return None

    def relieve(self, pressure: int) -> bool:
        """Nothing of weight is kept that could be released."""
        return False

    def _open(self) -> tuple[Restyler, str]:
        if self._network is None:
            if not (self._folder / CONFIG).is_file():
                raise InvalidBrief(
                    "No restyler is installed here; restyle by patches, or make one with 'salon train restyle'."
                )
            network, found = load_restyler(self._folder)
            self._network = (network.to(self._device), found)
        return self._network

    def _tensor(self, image: Image) -> torch.Tensor:
        return (pixels.to_tensor(image)[0] / 2 + 0.5).to(self._device)


def _sized(brief: Brief, source: Image) -> Image:
    """Return the source at the size asked for; one side alone keeps its shape."""
    width, height = brief.width, brief.height
    if width is None and height is None:
        return source
    width = width or max(1, round(source.width * (height or 1) / source.height))
    height = height or max(1, round(source.height * width / source.width))
    return pixels.fit(source, width, height)


def _image(canvas: Canvas | QuickCanvas) -> Image:
    (image,) = pixels.to_images(canvas.painted()[None] * 2 - 1)
    return image


def _run_lengths(batches: Sequence[int]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for rows in batches:
        if found and found[-1][0] == rows:
            found[-1] = (rows, found[-1][1] + 1)
        else:
            found.append((rows, 1))
    return tuple(found)
