"""`python -m tests.engine.modes.measure`: what the modes promise, measured on the shipped model.

- vary: Spearman's correlation of strength and mean distance from the parent (root mean square over the latents), over
  many pictures, for subtle and for strong variations;
- tile: the jump across a seam against the jumps between neighbouring lines inside, in pixels, with and without `tile`.
"""

import argparse
import dataclasses
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from engine.api import Brief
from engine.api.varying import noise_of
from engine.families.diffusion import Diffusion
from engine.settings import EngineSettings
from tests.engine.diffusion.painting import run

SUBJECTS = ("an owl in a forest", "a sailboat on the sea", "a castle in the mountains", "a fox in a meadow")
SEED, PARENT = 1000, "a" * 64


class Bench:
    """Paints on the shipped model, eagerly."""

    def __init__(self, count: int, steps: int, data: Path) -> None:
        self.family = Diffusion(EngineSettings(device="cpu", executor="full", data_dir=data))
        self.count, self.steps = count, steps

    def parents(self) -> list:
        return [self._brief(index) for index in range(self.count)]

    def _brief(self, index: int, **more) -> Brief:
        prompt = SUBJECTS[index % len(SUBJECTS)]
        return Brief(**({"id": str(index), "prompt": prompt, "count": 1, "seed": index, "steps": self.steps} | more))

    def painted(self, briefs: list[Brief], inputs: list[dict] | None = None) -> list:
        inputs = inputs or [{}] * len(briefs)
        states = [self.family.start(one, pictures)[0][0] for one, pictures in zip(briefs, inputs, strict=True)]
        run(self.family, states)
        return states

    def images(self, states: list) -> list[Image.Image]:
        return [self.family.finish([state])[0] for state in states]


def vary(bench: Bench, strengths: np.ndarray, out: Path) -> None:
    parents = bench.painted(bench.parents())
    pictures = [{PARENT: image} for image in bench.images(parents)]
    fresh = {"mode": "vary", "parents": (PARENT,)}
    for kind in ("subtle", "strong"):
        distances, rows = [], [[one[PARENT] for one in pictures[:4]]]
        for strength in strengths:
            briefs = []
            for parent in parents:
                start = {"noise": noise_of(bench.family.recipe(parent))} if kind == "subtle" else {"source": PARENT}
                changes = {**fresh, **start, "seed": SEED + parent.index, "strength": float(strength)}
                briefs.append(dataclasses.replace(parent.brief, **changes))
            children = bench.painted(briefs, pictures if kind == "strong" else None)
            pairs = zip(parents, children, strict=True)
            distances.append([float((one.latents - two.latents).square().mean().sqrt()) for one, two in pairs])
            rows.append(bench.images(children[:4]))
        means = np.mean(distances, axis=1)
        each = np.median([spearman(strengths, column) for column in np.transpose(distances)])
        print(f"{kind}: strengths {strengths.round(2).tolist()}, mean distances {means.round(3).tolist()}")
        print(f"{kind}: Spearman of the means {spearman(strengths, means):.3f}, median of the pictures' own {each:.3f}")
        sheet(rows).save(out / f"vary-{kind}.png")


def tile(bench: Bench, out: Path) -> None:
    for wrapped in (False, True):
        briefs = [dataclasses.replace(one, tile=wrapped) for one in bench.parents()]
        images = bench.images(bench.painted(briefs))
        ratios = [seam(np.asarray(image, dtype=float)) for image in images]
        print(f"tile={wrapped}: jump across the seam against an inner line's, mean {np.mean(ratios):.2f}")
        twice = [np.tile(np.asarray(image), (2, 2, 1)) for image in images[:4]]
        sheet([[Image.fromarray(one) for one in twice]]).save(out / f"tile-{wrapped}.png")


def seam(pixels: np.ndarray) -> float:
    """Return the mean jump between opposite edges, over that between neighbouring lines inside."""
    ratios = []
    for axis in (0, 1):
        jumps = np.abs(np.roll(pixels, -1, axis) - pixels).mean(axis=tuple({0, 1, 2} - {axis}))
        ratios.append(jumps[-1] / jumps[:-1].mean())
    return float(np.mean(ratios))


def spearman(one: np.ndarray, two: np.ndarray) -> float:
    ranks = [np.argsort(np.argsort(values)) for values in (one, two)]
    return float(np.corrcoef(*ranks)[0, 1])


def sheet(rows: list[list[Image.Image]]) -> Image.Image:
    width, height = rows[0][0].size
    found = Image.new("RGB", (width * len(rows[0]), height * len(rows)))
    for down, row in enumerate(rows):
        for across, image in enumerate(row):
            found.paste(image, (across * width, down * height))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=32, help="pictures")
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--strengths", type=int, default=7)
    parser.add_argument("--only", choices=["vary", "tile"])
    parser.add_argument("--out", type=Path, required=True, help="folder for the sheets and the engine's cache")
    told = parser.parse_args()
    torch.set_num_threads(1)
    told.out.mkdir(parents=True, exist_ok=True)
    bench = Bench(told.count, told.steps, told.out / "data")
    if told.only != "tile":
        vary(bench, np.linspace(0, 1, told.strengths + 2)[1:-1], told.out)
    if told.only != "vary":
        tile(bench, told.out)


if __name__ == "__main__":
    main()
