"""The text encoder before it meets pictures: it learns to tell what captions say.

A denoiser that trains together with a fresh text encoder spends its first hours on words. Read
first, in minutes, both languages lead to the same features, and pictures have only to follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from PIL import Image, ImageDraw
from torch import Tensor, nn
from torch.nn import functional
from transformers import CLIPTextModel, CLIPTokenizer

from engine.corpus.captions import say
from engine.corpus.factors import COUNTS, draw_factors, generator
from engine.corpus.lexicon import LANGUAGES, values
from engine.corpus.telling import Told, leave_out
from engine.training.checkpoint import load_average

OF_A_FIGURE = ("subject", "colour", "place", "size")
OF_A_PICTURE = ("ground", "hour", "mood", "palette", "style")
DRAWS = 2_000_000
"""Captions are told of that many pictures of the corpus, which need not be painted for it."""


class WordingTask:
    """Cross-entropy of every factor, "not said" among its values, read off the last position of a caption."""

    def __init__(self, text_encoder: CLIPTextModel, tokenizer: CLIPTokenizer, *, batch: int, seed: int = 0) -> None:
        text_encoder.set_attn_implementation("eager")
        width = text_encoder.config.hidden_size
        heads = nn.ModuleDict({name: nn.Linear(width, classes) for name, classes in factor_classes()})
        self.model: nn.Module = nn.ModuleDict({"text": text_encoder, "heads": heads})
        self.device = torch.device("cpu")
        self.text_encoder, self.heads, self.tokenizer = text_encoder, heads, tokenizer
        self.batch, self.seed = batch, seed
        self._right = 0.0

    def losses(self, draw: int) -> dict[str, Tensor]:
        """Return the loss of the captions that belong to ``draw``, and the share of factors read rightly."""
        captions, labels = self._captions(draw)
        tokens = tokenize(self.tokenizer, captions).to(self.device)
        labels = {name: label.to(self.device) for name, label in labels.items()}
        with torch.autocast(self.device.type, torch.bfloat16):
            last = self.text_encoder(tokens).last_hidden_state[:, -1]
            answers = {name: head(last).float() for name, head in self.heads.items()}
        losses = [functional.cross_entropy(answers[name], label) for name, label in labels.items()]
        rights = [(answers[name].argmax(-1) == label).float().mean() for name, label in labels.items()]
        self._right = float(torch.stack(rights).mean().detach())
        return {"loss": torch.stack(losses).sum() / 10, "right": torch.stack(rights).mean()}

    def _captions(self, draw: int) -> tuple[list[str], dict[str, Tensor]]:
        captions: list[str] = []
        rows: list[dict[str, int]] = []
        for place in range(self.batch):
            rng = generator(self.seed, draw, 2000 + place)
            told = leave_out(draw_factors(self.seed, int(rng.integers(DRAWS))), rng)
            captions.append(say(told, rng, LANGUAGES[int(rng.integers(len(LANGUAGES)))]))
            rows.append(labels_of(told))
        return captions, {name: torch.tensor([row[name] for row in rows]) for name in rows[0]}

    def sheet(self) -> Image.Image:
        """Return a line of text: there is no picture to show yet."""
        sheet = Image.new("RGB", (360, 24), "white")
        ImageDraw.Draw(sheet).text((6, 6), f"{self._right:.1%} of the factors read rightly", fill="black")
        return sheet


def factor_classes() -> Iterator[tuple[str, int]]:
    """Yield every factor that a caption may tell and the number of its values, "not said" included."""
    for place in range(max(COUNTS)):
        for factor in OF_A_FIGURE:
            yield f"{factor}{place}", 1 + len(values(factor))
    for factor in OF_A_PICTURE:
        yield factor, 1 + len(values(factor))


def labels_of(told: Told) -> dict[str, int]:
    """Return the class of every factor: 0 where it is not said."""
    labels = dict.fromkeys((name for name, _ in factor_classes()), 0)
    for place, figure in enumerate(told.figures):
        for factor in OF_A_FIGURE:
            labels[f"{factor}{place}"] = _class(factor, getattr(figure, factor))
    for factor in OF_A_PICTURE:
        labels[factor] = _class(factor, getattr(told, factor))
    return labels


def _class(factor: str, value: str | None) -> int:
    return 0 if value is None else 1 + list(values(factor)).index(value)


def tokenize(tokenizer: CLIPTokenizer, captions: list[str]) -> Tensor:
    """Tokenize exactly as the pipeline does when it paints: (n, length) int64."""
    return tokenizer(
        captions,
        padding="max_length",
        max_length=tokenizer.model_max_length,
        truncation=True,
        return_tensors="pt",
    ).input_ids


def load_wording(text_encoder: CLIPTextModel, folder: Path) -> None:
    """Give a text encoder what the training in ``folder`` taught another of its shape."""
    weights = load_average(folder)
    text_encoder.load_state_dict({k.removeprefix("text."): v for k, v in weights.items() if k.startswith("text.")})
