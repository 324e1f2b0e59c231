"""What a picture shows of the corpus' world, as a CLIP model that learnt that world sees it.

No head is trained for it (zero-shot, Radford et al. 2021, arXiv:2103.00020). One caption says everything at once, as
did those that the model learnt from, and is improved one factor at a time: all values of the factor are tried in it,
and the one whose caption lies nearest to the picture is kept. `engine.describing.measure` compares that with captions
that say one thing each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from engine.api import PictureWords
from engine.api import Told as Thing
from engine.api.questions import Language
from engine.corpus.captions import say
from engine.corpus.lexicon import phrases, values
from engine.corpus.telling import Mention, Told
from engine.evaluation.agreement import Agreement, tokenize
from engine.training.autoencoder import to_tensor

SCENE = ("style", "ground", "hour", "mood", "palette")
FIGURE = ("subject", "colour")
OFTEN_UNSAID = ("mood", "palette", "colour")
"""Factors that a picture may have none of."""

KNOWN = 0.23
"""Cosine of picture and best caption below which the picture is of another world (`engine.describing.measure`)."""
SURE = 0.4
"""Chance below which a thing is left out of the prompt."""
GAIN = 0.01
"""Cosine that a further figure must add."""
MOST_FIGURES = 3
TRIED = {"subject": 14, "style": 4, "ground": 4, "hour": 4}
"""Values that are tried in whole captions, the likeliest by the first look; of other factors all of them."""
ROUNDS = 2
WAYS = 3
"""Ways in which the same is said in the answer."""
_LONGEST = 1.2
"""Ratio of the sides from which a picture is looked at in three squares."""
_FLAT = 4.0
"""Standard deviation of grey levels, 0..255, below which there is nothing to see."""


@dataclass(frozen=True)
class Seen:
    """What was seen: everything a caption can tell, the chance of each thing, and how near the caption came."""

    told: Told
    sure: dict[str, float]
    """By factor; those of figures are numbered: `subject 0`, `colour 0`..."""
    cosine: float


class Knowing:
    """Tells what pictures of the corpus' world show."""

    def __init__(self, agreement: Agreement) -> None:
        self._agreement = agreement
        self._scale = float(agreement.model.logit_scale.detach().exp())
        self._plain: Tensor | None = None

    def describe(self, picture: Image.Image, language: Language) -> PictureWords:
        """Say what an RGB picture shows; nothing where it is of another world."""
        seen = self.see(picture)
        if seen is None or seen.cosine < KNOWN:
            return PictureWords(prompts=(), told=(), model="mini-clip")
        told = _sure_of(seen)
        said = [say(told, np.random.default_rng(way), language) for way in range(4 * WAYS)]
        return PictureWords(
            prompts=tuple(dict.fromkeys(said))[:WAYS], told=tuple(_things(seen, told, language)), model="mini-clip"
        )

    @torch.inference_mode()
    def see(self, picture: Image.Image) -> Seen | None:
        """Return what is seen, however doubtful; None where the picture is one flat colour."""
        if np.asarray(picture.convert("L")).std() < _FLAT:
            return None
        return self.seen_at(self.embed(picture))

    @torch.inference_mode()
    def embed(self, picture: Image.Image) -> Tensor:
        """Return where a picture lies, (width,) of length 1."""
        return _unit(self._agreement._picture(to_tensor(_squares(picture, self.side))).mean(0))

    @property
    def side(self) -> int:
        """Pixels of the squares that the model looks at."""
        size: int = self._agreement.model.config.vision_config.image_size
        return size

    @torch.inference_mode()
    def seen_at(self, place: Tensor) -> Seen:
        """Return what a picture shows that lies there."""
        likely = self._first_look(place)
        told, sure = Told((Mention("owl"),)), {}
        for factor, found in likely.items():
            told = with_value(told, factor, 0, found[0])
        for _ in range(ROUNDS):
            told, sure = self._improved(told, place, likely)
        while len(told.figures) < MOST_FIGURES:
            more = self._with_another(told, place, likely)
            if more is None:
                break
            told, sure = self._improved(more, place, likely)
        return Seen(told, sure, float(self.cosines([told], place)[0]))

    def cosines(self, told: Sequence[Told], place: Tensor) -> Tensor:
        """Return how near captions of these lie, (captions,)."""
        return self.texts([say(one, np.random.default_rng(0), "en") for one in told]) @ place

    @torch.inference_mode()
    def texts(self, said: Sequence[str]) -> Tensor:
        """Return where texts lie, (texts, width) of length 1."""
        model, tokenizer = self._agreement.model, self._agreement.tokenizer
        tokens = tokenize(tokenizer, said)
        # The encoder looks only back from the end of a text, so that what pads it may be left out.
        ends = (tokens == tokenizer.eos_token_id).int().argmax(1)
        features = model.text_model(tokens[:, : int(ends.max()) + 1].to(model.device)).pooler_output
        return _unit(model.text_projection(features))

    def _first_look(self, place: Tensor) -> dict[str, list[str | None]]:
        """Judge each factor by captions that say it alone; return its likeliest values, best first."""
        anything = Told((Mention("owl"),))
        asked = {factor: options(factor) for factor in (*SCENE, *FIGURE)}
        if self._plain is None:
            captions = [with_value(anything, factor, 0, value) for factor, found in asked.items() for value in found]
            self._plain = self.texts([say(one, np.random.default_rng(0), "en") for one in captions])
        near = (self._plain @ place).split([len(found) for found in asked.values()])
        return {
            factor: [found[at] for at in cosines.argsort(descending=True)[: TRIED.get(factor)].tolist()]
            for (factor, found), cosines in zip(asked.items(), near, strict=True)
        }

    def _improved(
        self, told: Told, place: Tensor, likely: Mapping[str, list[str | None]]
    ) -> tuple[Told, dict[str, float]]:
        """Try the likely values of one factor after the other; return the better caption and each value's chance."""
        sure = {}
        slots = [(factor, 0) for factor in SCENE]
        slots += [(factor, number) for number in range(len(told.figures)) for factor in FIGURE]
        for factor, number in slots:
            near = self.cosines([with_value(told, factor, number, value) for value in likely[factor]], place)
            best = int(near.argmax())
            told = with_value(told, factor, number, likely[factor][best])
            name = factor if factor in SCENE else f"{factor} {number}"
            sure[name] = float((self._scale * near).softmax(0)[best])
        return told, sure

    def _with_another(self, told: Told, place: Tensor, likely: Mapping[str, list[str | None]]) -> Told | None:
        """Add the figure that brings the caption nearest, at any place among the others; None where none helps."""
        there = [figure.subject for figure in told.figures]
        candidates = [
            replace(told, figures=(*told.figures[:at], Mention(subject), *told.figures[at:]))
            for subject in likely["subject"]
            if subject is not None and subject not in there
            for at in range(len(there) + 1)
        ]
        near = self.cosines([told, *candidates], place)
        best = int(near[1:].argmax())
        return candidates[best] if near[1 + best] - near[0] > GAIN else None


def options(factor: str) -> list[str | None]:
    """Return what a factor may be; None is that there is none of it."""
    return [*values(factor), *([None] if factor in OFTEN_UNSAID else [])]


def with_value(told: Told, factor: str, number: int, value: str | None) -> Told:
    """Return a caption's content with one factor changed; `number` says of which figure."""
    if factor in SCENE:
        return replace(told, **{factor: value})
    figures = list(told.figures)
    figures[number] = replace(figures[number], **{factor: value})
    return replace(told, figures=tuple(figures))


def _sure_of(seen: Seen) -> Told:
    """Leave out what is doubtful, but never all of it."""
    told, sure = seen.told, seen.sure
    scene = {factor: value if sure[factor] >= SURE else None for factor in SCENE if (value := getattr(told, factor))}
    figures = [
        replace(figure, colour=figure.colour if sure[f"colour {number}"] >= SURE else None)
        for number, figure in enumerate(told.figures)
        if sure[f"subject {number}"] >= SURE
    ]
    kept = replace(told, **scene, figures=tuple(figures))
    if kept.figures or kept.ground:
        return kept
    return replace(kept, figures=(replace(told.figures[0], colour=None),))


def _things(seen: Seen, told: Told, language: Language) -> list[Thing]:
    """Return everything that the prompt says, the figures first."""
    things = []
    for number, figure in enumerate(seen.told.figures):
        kept = next((one for one in told.figures if one.subject == figure.subject), None)
        for factor in FIGURE if kept else ():
            if value := getattr(kept, factor):
                things.append(
                    Thing(
                        factor=factor, words=phrases(factor, value, language)[0], sure=seen.sure[f"{factor} {number}"]
                    )
                )
    for factor in SCENE:
        if value := getattr(told, factor):
            things.append(Thing(factor=factor, words=phrases(factor, value, language)[0], sure=seen.sure[factor]))
    return things


def _squares(picture: Image.Image, side: int) -> np.ndarray:
    """Return the picture as squares along its longer side: (1 or 3, side, side, 3) uint8."""
    scale = side / min(picture.size)
    size = max(side, round(picture.width * scale)), max(side, round(picture.height * scale))
    if max(size) > 8 * side:  # a ribbon: the ends would say nothing of each other
        size = min(size[0], 8 * side), min(size[1], 8 * side)
    whole = picture.resize(size, Image.Resampling.LANCZOS)
    slack = max(size) - side
    starts = (0, slack // 2, slack) if max(size) > _LONGEST * side else (slack // 2,)
    boxes = [(at, 0, at + side, side) if size[0] > size[1] else (0, at, side, at + side) for at in starts]
    return np.stack([np.asarray(whole.crop(box)) for box in boxes])


def _unit(vectors: Tensor) -> Tensor:
    return vectors / vectors.norm(dim=-1, keepdim=True)
