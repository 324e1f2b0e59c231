"""`python -m tests.benchmarks.morph`: how even morphs are, and what they cost, on the shipped model.

For pairs of paintings: the largest change between consecutive frames relative to the mean one, for our morph and for
evenly spaced spherical interpolation of the noises with interpolated embeddings, which is what others do. Changes are
distances of features of the model's own encoder, which had no part in placing the frames. Times are those of the
process in one thread, against a grid of four pictures by the same executor, measured in the same run.
"""

import argparse
import json
import math
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from engine.api import Brief, Ingredient, Share
from engine.diffusion import pixels
from engine.families.diffusion import Diffusion
from engine.modes import morph
from engine.settings import EngineSettings
from tests.engine.diffusion.painting import run, start

WORDS = (
    "an owl in a snowy forest, watercolour",
    "a castle in the mountains at sunset, oil painting",
    "a fox in a meadow at noon, illustration",
    "a robot in the city at night, pixel art",
    "a sailboat on the sea, stained glass",
    "a whale on the ocean under a starry sky, pointillism",
    "a red apple in the desert, low poly",
    "a lighthouse by a lake in the fog, illustration",
    "a cat in a field of flowers, watercolour",
    "a dragon on a volcano, woodcut",
)


def pair(number: int) -> tuple[Ingredient, Ingredient]:
    """Return two different paintings; the same number gives the same two."""
    one, two = np.random.default_rng(number).choice(len(WORDS), 2, replace=False)
    return tuple(
        Ingredient(prompt=WORDS[at], noise=(Share(2 * number + place, 1.0),)) for place, at in enumerate((one, two))
    )


def plain(family: Diffusion, one: Ingredient, two: Ingredient, frames: int) -> list:
    """Paint evenly spaced frames: noises on the great circle, embeddings on the line."""
    ends = [
        start(family, Brief(id="end", prompt=each.prompt, count=1, seed=each.noise[0].seed, executor="full"))[0]
        for each in (one, two)
    ]
    states = []
    for share in np.linspace(0, 1, frames):
        (state,) = start(family, Brief(id="frame", prompt="x", count=1, seed=0, executor="full"))
        state.rows = tuple(
            {key: (1 - share) * row[key] + share * other[key] for key in row}
            for row, other in zip(ends[0].rows, ends[1].rows, strict=True)
        )
        noises = [end.noise for end in ends]
        angle = math.acos(float(F.cosine_similarity(noises[0].flatten(), noises[1].flatten(), dim=0)))
        parts = [math.sin((1 - share) * angle) / math.sin(angle), math.sin(share * angle) / math.sin(angle)]
        state.latents = state.adapter.start(state.scheduler, parts[0] * noises[0] + parts[1] * noises[1])
        states.append(state)
    run(family, states)
    return states


def changes(family: Diffusion, images: list[Image.Image]) -> list[float]:
    """Return the distances of consecutive frames."""
    seen = perceived(family.adapter(None).model.part("vae"), torch.cat([pixels.to_tensor(image) for image in images]))
    return [float((one - two).norm()) for one, two in pairwise(seen)]


@torch.no_grad()
def perceived(autoencoder, pictures: torch.Tensor) -> torch.Tensor:
    """Return vectors whose distances say how different pictures look.

    Features of every level of the encoder, of unit length at each point and all levels alike, as Zhang et al. (The
    unreasonable effectiveness of deep features as a perceptual metric, 2018) take them from a classifier.
    """
    hidden = autoencoder.encoder.conv_in(pictures)
    levels = [hidden]
    for block in autoencoder.encoder.down_blocks:
        hidden = block(hidden)
        levels.append(hidden)
    flat = [F.normalize(one, dim=1).flatten(1) / (one.shape[-2] * one.shape[-1]) ** 0.5 for one in levels]
    return torch.cat(flat, dim=1)


def psnr(one: Image.Image, two: Image.Image) -> float:
    error = float(np.mean((np.asarray(one, float) - np.asarray(two, float)) ** 2))
    return 99.0 if error == 0 else 10 * math.log10(255**2 / error)


def measured(family: Diffusion, number: int, frames: int, out: Path | None) -> dict[str, float]:
    one, two = pair(number)
    brief = Brief(id="m", prompt="m", mode="morph", ingredients=(one, two), count=frames, seed=number)
    began = time.process_time()
    states = start(family, brief)
    run(family, states)
    ours = [image for state in states for image in family.finish([state])]
    seconds = time.process_time() - began
    theirs = [image for state in plain(family, one, two, frames) for image in family.finish([state])]
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for name, images in (("ours", ours), ("plain", theirs)):
            strip(images).save(out / f"{number}-{name}.png")
    return {
        "ours": morph.unevenness(changes(family, ours)),
        "plain": morph.unevenness(changes(family, theirs)),
        "ends_db": min(psnr(ours[0], theirs[0]), psnr(ours[-1], theirs[-1])),
        "seconds": seconds,
    }


def grid(family: Diffusion) -> float:
    """Return the seconds of a grid of four by the same executor."""
    began = time.process_time()
    states = start(family, Brief(id="grid", prompt=WORDS[0], count=4, seed=1, executor="full"))
    run(family, states)
    family.finish(states)
    return time.process_time() - began


def strip(images: list[Image.Image]) -> Image.Image:
    width, height = images[0].size
    found = Image.new("RGB", (width * len(images), height))
    for place, image in enumerate(images):
        found.paste(image, (place * width, 0))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="number of the first pair")
    parser.add_argument("--frames", type=int, default=16)
    parser.add_argument("--out", type=Path, help="folder for strips of the frames")
    told = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as data:
        family = Diffusion(EngineSettings(device="cpu", threads=1, data_dir=Path(data)))
        grid(family)
        rows, four = [], grid(family)
        for number in range(told.first, told.first + told.pairs):
            rows.append(measured(family, number, told.frames, told.out))
            print(json.dumps({"pair": number, **{key: round(value, 2) for key, value in rows[-1].items()}}), flush=True)
    ours, plainly = (float(np.median([row[name] for row in rows])) for name in ("ours", "plain"))
    print(f"max/mean of the changes, median of {len(rows)}: {ours:.2f}; evenly spaced {plainly:.2f}")
    print(f"below that: {1 - ours / plainly:.0%}; worst end {min(row['ends_db'] for row in rows):.1f} dB")
    print(f"time of a morph in grids of four: {float(np.median([row['seconds'] for row in rows])) / four:.1f}")


if __name__ == "__main__":
    main()
