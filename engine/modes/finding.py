"""Where in a picture the model sees what some words name.

The picture is noised, and the network is asked for its prediction with the words and without any: it changes most where
the words have something to say (Couairon et al., DiffEdit, 2023). Unlike attention maps that needs no hook, so that
every architecture can do it. Words for one thing also find another that looks as if it might be that.
"""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageChops

from engine.api.errors import InvalidBrief
from engine.diffusion import levels, schedulers
from engine.diffusion.adapters.base import Adapter, Row, stack
from engine.diffusion.executors import Full
from engine.diffusion.prompts import Prompt, clean, parse
from engine.diffusion.sizes import fitting

STRENGTHS = (0.35, 0.5, 0.65)
"""Noise levels that are looked at: with less the picture speaks for itself, with more it is hardly there."""
CONTRAST = 1.5
"""How many times as much must change where the words were found as elsewhere."""
AT_ONCE = 16
"""Rows of the network in one call."""
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


def changes(adapter: Adapter, picture: Image.Image, words: str) -> np.ndarray:
    """Return how much the words change the prediction, as (rows, columns) of latent cells with a mean of 1."""
    return differences(adapter, picture, parse(clean(words)), [()], relative=True)[0]


@torch.no_grad()
def differences(
    adapter: Adapter,
    picture: Image.Image,
    prompt: Prompt,
    others: Sequence[Prompt],
    strengths: Sequence[float] = STRENGTHS,
    *,
    relative: bool = False,
) -> np.ndarray:
    """Return how far other prompts lead the prediction away from a prompt's: (others, rows, columns) of latent cells.

    Args:
        adapter: Of the model that looks.
        picture: RGB, of sides that the model paints; it is noised to each of `strengths`.
        prompt: What is compared.
        others: With what.
        strengths: Noise levels that are looked at, 0 to 1.
        relative: Whether each level of noise counts the same, with a mean of 1: where it changes, not how much.
    """
    width, height = picture.size
    generator = torch.Generator("cpu").manual_seed(_SEED)
    latent, noise = adapter.encode_image(picture, generator), adapter.noise(generator, width, height)
    rows = [adapter.encode(one, (), guided=False)[0] for one in (prompt, *others)]
    rows = [adapter.embellish(row, guidance=1.0, width=width, height=height) for row in rows]
    looks = [_noised(adapter, latent, noise, strength, (width, height)) for strength in strengths]
    total = torch.zeros(())
    for noised, timestep in looks:
        predicted = torch.cat(
            [
                _predicted(adapter, noised, timestep, rows[at : at + AT_ONCE], (width, height))
                for at in range(0, len(rows), AT_ONCE)
            ]
        )
        change = (predicted[1:] - predicted[:1]).abs().mean(dim=1, keepdim=True)
        if relative:
            change = change / change.mean(dim=(2, 3), keepdim=True).clamp_min(1e-8)
        total = total.to(change) + change / len(strengths)
    smooth = F.avg_pool2d(total, 3, stride=1, padding=1, count_include_pad=False)
    return smooth[:, 0].cpu().numpy()


def _noised(
    adapter: Adapter, latent: torch.Tensor, noise: torch.Tensor, strength: float, size: tuple[int, int]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the noised latent as the network takes it, and the timestep."""
    scheduler = schedulers.make(
        adapter.model.defaults.scheduler,
        adapter.model.config("scheduler"),
        sd_pipeline=adapter.architecture == "sd",
    )
    adapter.timesteps(scheduler, _STEPS, *size)
    first = levels.begin_at(scheduler, strength)
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(first)
    timestep = scheduler.timesteps[first]
    noised = adapter.start_from(scheduler, latent, noise, timestep)
    if hasattr(scheduler, "scale_model_input"):
        noised = scheduler.scale_model_input(noised, timestep)
    return noised, adapter.scale_timestep(timestep)


def _predicted(
    adapter: Adapter, noised: torch.Tensor, timestep: torch.Tensor, rows: Sequence[Row], size: tuple[int, int]
) -> torch.Tensor:
    """Return the network's prediction for one noised latent under each of the conditions."""
    inputs = {"sample": adapter.pack(torch.cat([noised] * len(rows))), "timestep": torch.stack([timestep] * len(rows))}
    inputs.update({key: stack(list(rows), key) for key in adapter.inputs[2:]})
    return adapter.unpack(Full(adapter).predict(inputs).float(), *size)


def _otsu(values: np.ndarray) -> float:
    """Return the threshold that parts values into the two most distinct classes (Otsu 1979)."""
    ordered = np.sort(values, axis=None).astype(np.float64)
    below = np.arange(1, len(ordered))
    sums = np.cumsum(ordered)
    gap = (sums[-1] - sums[:-1]) / (len(ordered) - below) - sums[:-1] / below
    return float(ordered[np.argmax(below * (len(ordered) - below) * gap**2)])
