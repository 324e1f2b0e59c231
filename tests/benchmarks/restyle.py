"""`python -m tests.benchmarks.restyle`: restyling against GPDM at its default settings and Reinhard's colour transfer.

The rivals are written anew here from their papers, GPDM with the settings of its authors' script for style transfer.
Distances are of patches of 7 x 7 along directions that nobody was trained on, in parts of the range of values; edges
are compared by the structural similarity of their strengths. Every row is printed as soon as it is known; the last
lines hold the means, and ours as parts of GPDM's. GPDM takes minutes a picture at 256 px; `--size 64` is a quick look.
"""

import argparse
import os
import time
from collections.abc import Callable, Sequence

os.environ.update(OMP_WAIT_POLICY="PASSIVE")

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from skimage import data
from skimage.filters import sobel
from skimage.metrics import structural_similarity

from engine.families.patches import STEPS
from engine.patches.canvas import Canvas
from engine.patches.colour import luminance
from engine.patches.look import Look
from engine.patches.references import SCENES, shown
from engine.patches.stepping import advance

PAIRS = (("astronaut", "oil"), ("chelsea", "watercolour"), ("coffee", "glass"), ("rocket", "pointillism"))
PATCH, STEPS_OF_GPDM, DIRECTIONS, RATE = 7, 300, 64, 0.035
"""As its authors' style transfer has them (Elnekave and Weiss, ECCV 2022)."""
HELD_OUT = 256
"""Directions that distances are measured along."""


def directions(seed: int, count: int = DIRECTIONS) -> torch.Tensor:
    """Draw unit directions, (count, 3, PATCH, PATCH)."""
    drawn = torch.randn(count, 3 * PATCH * PATCH, generator=torch.Generator().manual_seed(seed))
    return F.normalize(drawn).reshape(count, 3, PATCH, PATCH)


def distance(one: torch.Tensor, other: torch.Tensor, along: torch.Tensor) -> torch.Tensor:
    """Return the sliced Wasserstein distance between the patches of two pictures, (3, height, width)."""
    first, second = (F.conv2d(picture[None], along)[0].flatten(1).sort(-1).values for picture in (one, other))
    if first.shape != second.shape:
        second = F.interpolate(second[None], size=first.shape[1], mode="linear")[0]
    return (first - second).abs().mean()


def gpdm(content: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
    """Descend the distance by Adam from the content, in -1..1, with new directions in every step."""
    result = (2 * content - 1).clone().requires_grad_()
    optimiser = torch.optim.Adam([result], lr=RATE)
    decay = torch.optim.lr_scheduler.StepLR(optimiser, 100, 0.9)
    for step in range(STEPS_OF_GPDM):
        optimiser.zero_grad()
        distance(result, 2 * style - 1, directions(step)).backward()
        optimiser.step()
        decay.step()
    return (result.detach() / 2 + 0.5).clamp(0, 1)


def reinhard(content: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
    """Give every channel the style's mean and deviation (Reinhard et al., Color transfer between images, 2001)."""
    mean, deviation = (one(content.flatten(1), 1)[:, None, None] for one in (torch.mean, torch.std))
    aim, spread = (one(style.flatten(1), 1)[:, None, None] for one in (torch.mean, torch.std))
    return ((content - mean) / deviation.clamp_min(1e-6) * spread + aim).clamp(0, 1)


def ours(content: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
    """Restyle as `salon restyle` does at full strength."""
    canvas = Canvas(content, Look([style], grey=False), strength=1.0, seed=0, steps=STEPS)
    while canvas.taken < canvas.steps:
        advance([canvas])
    return canvas.painted().clamp(0, 1)


def edges_kept(result: torch.Tensor, content: torch.Tensor) -> float:
    """Return the structural similarity of the edges' strengths."""
    first, second = (sobel(luminance(picture)[0].numpy()) for picture in (result, content))
    return float(structural_similarity(first, second, data_range=1.0))


def tensor(image: Image.Image, size: int) -> torch.Tensor:
    """Return a picture whose longer side is `size`, (3, height, width) in 0..1."""
    image = image.convert("RGB")
    image.thumbnail((size, size), Image.Resampling.LANCZOS)
    return torch.from_numpy(np.asarray(image, np.float32) / 255).permute(2, 0, 1).contiguous()


def main() -> None:
    """Restyle every pair by all arms and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.restyle", description=__doc__)
    parser.add_argument("--size", type=int, default=256, help="longer side in pixels")
    parser.add_argument("--pairs", type=int, default=len(PAIRS), help="how many pairs")
    arguments = parser.parse_args()
    arms: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]]
    arms = {"Reinhard": reinhard, "Salon": ours, "GPDM": gpdm}
    held_out = directions(10**6, HELD_OUT)
    rows: dict[str, list[tuple[float, float, float]]] = {arm: [] for arm in arms}
    tell("pair                     arm        distance  edges   CPU seconds")
    for name, look in PAIRS[: arguments.pairs]:
        content = tensor(Image.fromarray(getattr(data, name)()), arguments.size)
        style = tensor(shown(look, SCENES[0]), arguments.size)
        for arm, restyle in arms.items():
            began = time.process_time()
            result = restyle(content, style)
            seconds = time.process_time() - began
            row = float(distance(result, style, held_out)), edges_kept(result, content), seconds
            rows[arm].append(row)
            tell(line(f"{name}, {look}", arm, row))
    means = {arm: tuple(float(mean) for mean in np.mean(found, 0)) for arm, found in rows.items()}
    for arm, mean in means.items():
        tell(line("mean", arm, mean))
    ratios = [own / other for own, other in zip(means["Salon"], means["GPDM"], strict=True)]
    tell(f"Of GPDM's: distance {ratios[0]:.2f}, edges {ratios[1]:.2f}, CPU seconds 1/{1 / ratios[2]:.1f}")


def line(pair: str, arm: str, row: Sequence[float]) -> str:
    """Return a row of the table: distance, edges and seconds."""
    return f"{pair:24} {arm:10} {row[0]:8.4f} {row[1]:6.3f} {row[2]:13.2f}"


def tell(text: str) -> None:
    """Print a line at once: the next may take minutes."""
    print(text, flush=True)


if __name__ == "__main__":
    main()
