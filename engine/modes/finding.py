"""Where in a picture the model sees what some words name.

The picture is noised, and the network is asked for its prediction with the words and without any: it changes most where
the words have something to say (Couairon et al., DiffEdit, 2023). Unlike attention maps that needs no hook, so that
every architecture can do it. Words for one thing also find another that looks as if it might be that.
"""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageChops

from engine.api.errors import InvalidBrief
from engine.diffusion import levels, schedulers
from engine.diffusion.adapters.base import Adapter, stack
from engine.diffusion.executors import Full
from engine.diffusion.prompts import clean, parse
from engine.diffusion.sizes import fitting

STRENGTHS = (0.35, 0.5, 0.65)
"""Noise levels that are looked at: with less the picture speaks for itself, with more it is hardly there."""
CONTRAST = 1.5
"""How many times as much must change where the words were found as elsewhere."""
_STEPS = 20
_SEED = 0


def find(adapter: Adapter, source: Image.Image, words: str, *, rim: bool = False) -> Image.Image:
    """Return a mask of the picture's size, mode L: 255 where the model sees what the words name, 0 elsewhere.

    The same model finds the same in the same picture every time.

    Args:
        adapter: Of the model that looks.
        source: RGB, any size.
        words: What to look for.
        rim: Whether to mark one more latent cell all around, so that nothing of it is left.

    Raises:
        InvalidBrief: it sees no such thing.
    """
    size = fitting(source, adapter.model.defaults)
    change = changes(adapter, source.resize(size, Image.Resampling.LANCZOS), words)
    high = change > _otsu(change)
    if not high.any() or change[high].mean() < CONTRAST * change[~high].mean():
        raise InvalidBrief(f"The model sees no {words.strip()[:60]!r} in the picture; mark it with a box or a mask.")
    if rim:
        high = F.max_pool2d(torch.from_numpy(high).float()[None], 3, stride=1, padding=1)[0].numpy() > 0
    return Image.fromarray(high.astype(np.uint8) * 255).resize(source.size, Image.Resampling.NEAREST)


def joined(one: Image.Image | None, two: Image.Image) -> Image.Image:
    """Return a mask that marks what either marks; the second decides its size."""
    return two if one is None else ImageChops.lighter(one.convert("L").resize(two.size, Image.Resampling.NEAREST), two)


@torch.no_grad()
def changes(adapter: Adapter, picture: Image.Image, words: str) -> np.ndarray:
    """Return how much the words change the prediction, as (rows, columns) of latent cells with a mean of 1."""
    width, height = picture.size
    generator = torch.Generator("cpu").manual_seed(_SEED)
    latent, noise = adapter.encode_image(picture, generator), adapter.noise(generator, width, height)
    rows = [adapter.encode(parse(clean(text)), (), guided=False)[0] for text in (words, "")]
    rows = [adapter.embellish(row, guidance=1.0, width=width, height=height) for row in rows]
    samples, timesteps = [], []
    for strength in STRENGTHS:
        scheduler = schedulers.make(
            adapter.model.defaults.scheduler,
            adapter.model.config("scheduler"),
            sd_pipeline=adapter.architecture == "sd",
        )
        adapter.timesteps(scheduler, _STEPS, width, height)
        first = levels.begin_at(scheduler, strength)
        if hasattr(scheduler, "set_begin_index"):
            scheduler.set_begin_index(first)
        timestep = scheduler.timesteps[first]
        noised = adapter.start_from(scheduler, latent, noise, timestep)
        if hasattr(scheduler, "scale_model_input"):
            noised = scheduler.scale_model_input(noised, timestep)
        samples += [noised] * 2
        timesteps += [adapter.scale_timestep(timestep)] * 2
    inputs = {"sample": adapter.pack(torch.cat(samples)), "timestep": torch.stack(timesteps)}
    inputs.update({key: stack(rows * len(STRENGTHS), key) for key in adapter.inputs[2:]})
    predicted = adapter.unpack(Full(adapter).predict(inputs).float(), width, height)
    change = (predicted[0::2] - predicted[1::2]).abs().mean(dim=1, keepdim=True)
    change = change / change.mean(dim=(2, 3), keepdim=True).clamp_min(1e-8)
    smooth = F.avg_pool2d(change.mean(dim=0, keepdim=True), 3, stride=1, padding=1, count_include_pad=False)
    return smooth[0, 0].cpu().numpy()


def _otsu(values: np.ndarray) -> float:
    """Return the threshold that parts values into the two most distinct classes (Otsu 1979)."""
    ordered = np.sort(values, axis=None).astype(np.float64)
    below = np.arange(1, len(ordered))
    sums = np.cumsum(ordered)
    gap = (sums[-1] - sums[:-1]) / (len(ordered) - below) - sums[:-1] / below
    return float(ordered[np.argmax(below * (len(ordered) - below) * gap**2)])
