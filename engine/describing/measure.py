"""`python -m engine.describing.measure`: how often mini-clip reads right what a picture shows, and what it knows.

Pictures of unseen combinations are described in three ways: by one caption for each value, by many for each value whose
embeddings are averaged, and by whole captions improved one factor at a time, which is what `salon describe` does. Then
come the cosines from which `KNOWN` was chosen, and how often what it says with some chance is right.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from PIL import Image, ImageFilter
from torch import Tensor

from engine.corpus.captions import say
from engine.corpus.factors import Factors
from engine.corpus.telling import Mention, Told
from engine.describing.describers import HOUSE
from engine.describing.knowing import FIGURE, SCENE, Knowing, Seen, options, with_value
from engine.diffusion.loading import SHIPPED
from engine.evaluation.agreement import Agreement
from engine.evaluation.cases import paint_real, unseen

SEED = 4_242
MANY = 8
"""Captions in each language of an ensemble."""
_BINS = (0.0, 0.4, 0.6, 0.8, 0.95, 1.0)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure how mini-clip describes unseen pictures of the corpus.")
    parser.add_argument("--count", type=int, default=200)
    arguments = parser.parse_args()
    agreement = Agreement.load(SHIPPED / HOUSE)
    if agreement is None:
        raise SystemExit(f"There is no {HOUSE} to measure; train it with `salon train {HOUSE}`.")
    model = Knowing(agreement)
    factors = unseen(SEED, arguments.count, None)
    pictures = [Image.fromarray(one) for one in paint_real(factors, SEED)]
    places = torch.stack([model.embed(picture) for picture in pictures])
    for name, phrasings in (("one caption a value", (("en", 0),)), (f"{2 * MANY} captions a value", _many())):
        _show(name, _accuracy(_alone(model, places, phrasings), factors))
    seen = [model.seen_at(place) for place in places]
    _show("whole captions", _accuracy([one.told for one in seen], factors))
    right = [len(one.told.figures) == len(true.figures) for one, true in zip(seen, factors, strict=True)]
    _say(f"number of figures right: {np.mean(right):.2f}")
    _show_chances(seen, factors)
    _show_worlds(model, pictures, seen)


def _many() -> tuple[tuple[str, int], ...]:
    return tuple((language, way) for language in ("en", "zh") for way in range(MANY))


@torch.inference_mode()
def _alone(model: Knowing, places: Tensor, phrasings: Sequence[tuple[str, int]]) -> list[Told]:
    anything = Told((Mention("owl"),))
    found = [anything] * len(places)
    for factor in (*SCENE, *FIGURE):
        values = options(factor)
        captions = [with_value(anything, factor, 0, value) for value in values]
        said = [say(one, np.random.default_rng(way), language) for language, way in phrasings for one in captions]
        mean = model.texts(said).view(len(phrasings), len(values), -1).mean(0)
        best = (places @ (mean / mean.norm(dim=-1, keepdim=True)).T).argmax(1).tolist()
        found = [with_value(told, factor, 0, values[at]) for told, at in zip(found, best, strict=True)]
    return found


def _accuracy(told: Sequence[Told], factors: Sequence[Factors]) -> dict[str, float]:
    """Return shares right by factor; a figure's count only where the picture has one figure."""
    pairs = list(zip(told, factors, strict=True))
    lone = [(one.figures[0], true.figures[0]) for one, true in pairs if len(true.figures) == 1]
    right = {name: [getattr(one, name) == getattr(true, name) for one, true in pairs] for name in SCENE}
    right |= {name: [getattr(one, name) == getattr(true, name) for one, true in lone] for name in FIGURE}
    several = [(one, true) for one, true in pairs if len(true.figures) > 1]
    right["all figures of several"] = [
        {one.subject for one in found.figures} == {one.subject for one in true.figures} for found, true in several
    ]
    return {name: float(np.mean(hits)) for name, hits in right.items()}


def _show_chances(seen: Sequence[Seen], factors: Sequence[Factors]) -> None:
    """Print how often what was said with some chance is right."""
    said = [
        (one.sure[name], getattr(one.told, name) == getattr(true, name))
        for one, true in zip(seen, factors, strict=True)
        for name in SCENE
    ]
    said += [
        (one.sure[f"{name} 0"], getattr(one.told.figures[0], name) == getattr(true.figures[0], name))
        for one, true in zip(seen, factors, strict=True)
        if len(true.figures) == 1
        for name in FIGURE
    ]
    for low, high in pairwise(_BINS):
        within = [right for sure, right in said if low < sure <= high]
        if within:
            _say(f"sure {low:.2f} to {high:.2f}: right {np.mean(within):.2f} of {len(within)}")


def _show_worlds(model: Knowing, pictures: Sequence[Image.Image], seen: Sequence[Seen]) -> None:
    """Print the cosines of best captions, of this world's pictures and of what is none of it."""
    rng = np.random.default_rng(0)
    strangers = {
        "noise": [Image.fromarray(rng.integers(0, 256, (128, 128, 3), np.uint8)) for _ in range(8)],
        "blurred beyond recognition": [one.filter(ImageFilter.GaussianBlur(24)) for one in pictures[:16]],
        "cut up": [_cut_up(one, rng) for one in pictures[:16]],
        "photographs": _photographs(),
    }
    _spread("this world", [one.cosine for one in seen])
    for name, others in strangers.items():
        if others:
            _spread(name, [model.seen_at(model.embed(one)).cosine for one in others])


def _cut_up(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    cells = np.asarray(picture).reshape(8, 16, 8, 16, 3).swapaxes(1, 2).reshape(64, 16, 16, 3)
    mixed = cells[rng.permutation(64)].reshape(8, 8, 16, 16, 3).swapaxes(1, 2)
    return Image.fromarray(mixed.reshape(128, 128, 3))


def _photographs() -> list[Image.Image]:
    """Return the sample photographs of scikit-image, where it is installed."""
    try:
        from skimage import data
    except ImportError:
        return []
    return [
        Image.fromarray(getattr(data, name)()).convert("RGB") for name in ("astronaut", "chelsea", "coffee", "rocket")
    ]


def _spread(name: str, cosines: Sequence[float]) -> None:
    low, middle, high = np.quantile(cosines, (0.05, 0.5, 0.95))
    _say(f"cosine, {name}: {low:.2f} {middle:.2f} {high:.2f} (5 %, half, 95 %)")


def _show(name: str, accuracy: dict[str, float]) -> None:
    _say(f"{name}: " + ", ".join(f"{factor} {share:.2f}" for factor, share in accuracy.items()))


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
