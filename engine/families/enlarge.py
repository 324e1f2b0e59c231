"""Pictures made two or four times larger, tile by tile: a step is one tile of every picture in the batch."""

import gc
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from engine.api import MAX_SIDE, Adjustment, Brief, ModelInfo, Recipe
from engine.api.errors import InvalidBrief
from engine.diffusion import manifest
from engine.diffusion.backend import backend
from engine.diffusion.device import choose_device
from engine.diffusion.model import OWN_SCHEDULER
from engine.enlarge import FACTORS
from engine.enlarge.lanczos import Lanczos
from engine.enlarge.network import CONFIG, FOLDER, load_upscaler
from engine.enlarge.tiles import Enlarger, Tile, cut, paste, plan, surrounded
from engine.families.base import Group, Inputs, Probe
from engine.names import unknown
from engine.prompting.sentences import told
from engine.settings import EngineSettings

NETWORK, PLAIN = "upscaler", "lanczos"
SIDE = 192
"""Pixels of the largest tile: wide enough for its surroundings to cost little, small enough for progress to show."""
_SMALLEST = 48
_LOOK = 512
"""Longest side of a preview, in pixels."""


@dataclass(frozen=True, slots=True)
class Means:
    """What pictures are enlarged by."""

    name: str
    hash: str
    enlarger: Enlarger


@dataclass(eq=False, kw_only=True, slots=True)
class Enlarging:
    """One picture that is being enlarged."""

    brief: Brief
    means: Means
    factor: int
    around: NDArray[np.uint8]
    """The small picture, (h + 2 margin, w + 2 margin, 3)."""
    canvas: NDArray[np.uint8]
    """The large picture, (factor h, factor w, 3): interpolated where no tile has come yet."""
    tiles: list[Tile]
    taken: int = 0
    rows: list[tuple[int, int]] = field(default_factory=list)


class Enlarge:
    """The family of upscalers. Nothing in it is random, so that a seed changes nothing."""

    name = "enlarge"

    def __init__(self, settings: EngineSettings, folder: Path = FOLDER) -> None:
        """Enlarge by the network in `folder`, or by interpolation where there is none."""
        self._settings = settings
        self._folder = folder
        self._means: dict[str, Means] = {}
        self._side = SIDE

    @cached_property
    def _device(self) -> torch.device:
        return choose_device(self._settings.device)

    def models(self) -> tuple[ModelInfo, ...]:
        """Nothing that paints from words."""
        return ()

    def start(self, brief: Brief, inputs: Inputs) -> list[Group]:
        """Lay the picture out in tiles.

        Raises:
            InvalidBrief: no picture, more than one result, or a size that is neither two nor four times the picture's.
            UnknownName: there is no such upscaler.
            ModelRefused: the upscaler's files cannot be used.
        """
        if brief.mode != "enlarge" or brief.source is None:
            raise InvalidBrief("This only enlarges pictures; send the one that is to be enlarged.")
        if brief.count != 1:
            raise InvalidBrief(f"A picture is enlarged in one way only; ask for one and not for {brief.count}.")
        picture = inputs[brief.source]
        factor = factor_of(brief, *picture.size)
        means = self._get(brief.model)
        size = (picture.width * factor, picture.height * factor)
        state = Enlarging(
            brief=brief,
            means=means,
            factor=factor,
            around=surrounded(np.asarray(picture), means.enlarger.margin),
            canvas=np.array(picture.resize(size, Image.Resampling.BICUBIC)),
            tiles=plan(*picture.size, self._side),
        )
        return [(state,)]

    def lane(self, state: Enlarging) -> Hashable:
        """Tiles of one size share a call of the network."""
        tile = state.tiles[0]
        return (state.means.hash, state.factor, tile.width, tile.height)

    def timing(self, state: Enlarging) -> Hashable:
        """Times and memory limits are those of the lane."""
        return self.lane(state)

    def rows(self, state: Enlarging) -> int:
        """One tile."""
        return 1

    def steps_left(self, state: Enlarging) -> int:
        """Tiles that are still to come."""
        return len(state.tiles) - state.taken

    @torch.inference_mode()
    def step(self, states: Sequence[Enlarging]) -> None:
        """Enlarge the next tile of every picture."""
        first = states[0]
        enlarger, tiles = first.means.enlarger, [state.tiles[state.taken] for state in states]
        parts = [cut(state.around, [tile], enlarger.margin) for state, tile in zip(states, tiles, strict=True)]
        found = enlarger(torch.cat(parts).to(self._device), first.factor).cpu()
        for state, tile, pixels in zip(states, tiles, found, strict=True):
            paste(state.canvas, tile, pixels, state.factor)
            state.taken += 1
            _count(state.rows, len(states))

    def adjust(self, state: Enlarging, change: Adjustment) -> None:
        """Refuse.

        Raises:
            InvalidBrief: always.
        """
        raise InvalidBrief("An enlargement has nothing to adjust; cancel it and ask for another.")

    def preview(self, state: Enlarging) -> Image.Image:
        """Show the tiles so far, on the interpolated picture."""
        look = Image.fromarray(state.canvas)
        look.thumbnail((_LOOK, _LOOK), reducing_gap=1.0)
        return look

    def finish(self, states: Sequence[Enlarging]) -> list[Image.Image]:
        """Return the large pictures."""
        return [Image.fromarray(state.canvas) for state in states]

    def recipe(self, state: Enlarging) -> Recipe:
        """Return which picture was enlarged, how much and by what."""
        brief, means = state.brief, state.means
        assert brief.seed is not None
        return Recipe(
            mode=brief.mode,
            family=self.name,
            model=means.name,
            model_hash=means.hash,
            prompt=brief.prompt,
            negative=brief.negative,
            style=brief.style,
            styles=brief.styles,
            seed=brief.seed,
            index=0,
            count=1,
            width=state.canvas.shape[1],
            height=state.canvas.shape[0],
            steps=len(state.tiles),
            guidance=0.0,
            scheduler=OWN_SCHEDULER,
            source=brief.source,
            parents=brief.parents,
            rows=tuple(state.rows),
            backend=backend("full", "float32", self._device),
        )

    def index(self, state: Enlarging) -> int:
        """Return 0, for there is one."""
        return 0

    def notices(self, brief: Brief) -> tuple[str, ...]:
        """Say where the network is missing."""
        if brief.model is not None or self._installed():
            return ()
        return (told(brief, "interpolated"),)

    def drop(self, states: Sequence[Enlarging]) -> None:
        """Do nothing: all goes with the states."""

    def probe(self, model: str | None = None) -> Probe | None:
        """Return nothing to time: a tile is quick, and real ones tell."""
        return None

    def relieve(self, pressure: int) -> bool:
        """Release caches; under more pressure take smaller tiles for pictures that come from now on."""
        gc.collect()
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        smaller = pressure > 1 and self._side > _SMALLEST
        if smaller:
            self._side //= 2
        return smaller or self._device.type == "cuda"

    def _get(self, name: str | None) -> Means:
        name = name or (NETWORK if self._installed() else PLAIN)
        if name not in (NETWORK, PLAIN) or (name == NETWORK and not self._installed()):
            raise unknown("upscaler", name, [PLAIN, NETWORK] if self._installed() else [PLAIN])
        if name not in self._means:
            if name == PLAIN:
                self._means[name] = Means(PLAIN, manifest.model_hash({}), Lanczos())
            else:
                network, files = load_upscaler(self._folder)
                self._means[name] = Means(NETWORK, files, network.to(self._device))
        return self._means[name]

    def _installed(self) -> bool:
        return (self._folder / CONFIG).is_file()


def factor_of(brief: Brief, width: int, height: int) -> int:
    """Return how many times larger a brief wants a picture of that size: twice, unless it names another size.

    Raises:
        InvalidBrief: that is no whole enlargement, or a larger picture than can be opened again.
    """
    wanted = (brief.width, brief.height)
    sizes = {factor: (width * factor, height * factor) for factor in FACTORS}
    fitting = [
        factor
        for factor, size in sizes.items()
        if all(side in (None, large) for side, large in zip(wanted, size, strict=True))
    ]
    if not fitting:
        choices = " or ".join(f"{across} x {down}" for across, down in sizes.values())
        raise InvalidBrief(f"Pictures are enlarged 2 or 4 times; ask for {choices} pixels.")
    across, down = sizes[fitting[0]]
    if max(across, down) > MAX_SIDE:
        raise InvalidBrief(
            f"The picture has {width} x {height} pixels and would have {across} x {down}; "
            f"at most {MAX_SIDE} x {MAX_SIDE} are painted, so enlarge it less or send a smaller one."
        )
    return fitting[0]


def _count(rows: list[tuple[int, int]], count: int) -> None:
    """Note a batch of so many rows, as a run of equal ones."""
    if rows and rows[-1][0] == count:
        rows[-1] = (count, rows[-1][1] + 1)
    else:
        rows.append((count, 1))
