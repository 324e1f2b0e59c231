"""How well words and pictures agree, as mini-clip sees it.

Mini-clip also chooses which pictures are shown first, so this number says what that choice can
still gain, not how good the pictures are.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import CLIPModel, CLIPTokenizer

from engine.training.autoencoder import to_tensor

AMONG = 64


class Agreement:
    """A CLIP model and its tokenizer, loaded from a folder."""

    def __init__(self, model: CLIPModel, tokenizer: CLIPTokenizer) -> None:
        self.model, self.tokenizer = model.eval(), tokenizer

    @classmethod
    def load(cls, folder: Path) -> Agreement | None:
        """Return the model of the folder, None where there is none."""
        if not (folder / "model.safetensors").exists():
            return None
        model = CLIPModel.from_pretrained(folder, use_safetensors=True, dtype=torch.float32)
        return cls(model, CLIPTokenizer.from_pretrained(folder))

    @torch.inference_mode()
    def similarities(self, pictures: NDArray[np.uint8], prompts: Sequence[str]) -> NDArray[np.float64]:
        """Return cosines, (pictures, prompts)."""
        seen = torch.cat([self._picture(part) for part in to_tensor(pictures).split(AMONG)])
        said = torch.cat([self._text(prompts[start : start + AMONG]) for start in range(0, len(prompts), AMONG)])
        return (seen @ said.T).double().cpu().numpy()

    def top1(self, pictures: NDArray[np.uint8], prompts: Sequence[str], among: int = AMONG) -> float:
        """Return how often a picture's own prompt is the closest of ``among``; a last, smaller group is left out."""
        right = []
        for start in range(0, len(pictures) - among + 1, among) or [0]:
            group = slice(start, start + among)
            closest = self.similarities(pictures[group], prompts[group]).argmax(1)
            right += list(closest == np.arange(len(closest)))
        return float(np.mean(right))

    def _picture(self, pictures: Tensor) -> Tensor:
        embedded = self.model.visual_projection(self.model.vision_model(pictures.to(self.model.device)).pooler_output)
        return embedded / embedded.norm(dim=-1, keepdim=True)

    def _text(self, prompts: Sequence[str]) -> Tensor:
        tokens = tokenize(self.tokenizer, prompts).to(self.model.device)
        embedded = self.model.text_projection(self.model.text_model(tokens).pooler_output)
        return embedded / embedded.norm(dim=-1, keepdim=True)


def tokenize(tokenizer: CLIPTokenizer, texts: Sequence[str]) -> Tensor:
    """Return token ids (n, most), padded as mini's own prompts are."""
    return tokenizer(
        list(texts),
        padding="max_length",
        max_length=tokenizer.model_max_length,
        truncation=True,
        return_tensors="pt",
    ).input_ids
