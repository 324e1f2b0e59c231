"""A task small enough to train in milliseconds, and a recipe small enough in seconds."""

from dataclasses import replace

import torch
from PIL import Image
from torch import nn

from engine.training.recipe import load_recipe


class LineTask:
    """Fits a line; poisons its loss at one draw if told to."""

    def __init__(self, nan_at: int = -1) -> None:
        torch.manual_seed(0)
        self.model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
        self.nan_at = nan_at

    def losses(self, draw):
        generator = torch.Generator().manual_seed(draw)
        x = torch.randn(8, 3, generator=generator)
        loss = (self.model(x) - x.sum(1, keepdim=True)).square().mean()
        return {"loss": loss * float("nan") if draw == self.nan_at else loss}

    def sheet(self):
        return Image.new("RGB", (4, 4))


def tiny_recipe(steps=2):
    mini = load_recipe("mini")
    brief = {"warmup": 2, "steps": steps}
    return replace(
        mini,
        size=32,
        pictures=96,
        autoencoder=replace(
            mini.autoencoder,
            channels=(8, 8, 16),
            latent_channels=4,
            crop=16,
            batch=2,
            share=0.5,
            schedule=replace(mini.autoencoder.schedule, **brief),
        ),
        text=replace(mini.text, pieces=600, captions=100, width=16, inner=16, layers=1, heads=2),
        denoiser=replace(
            mini.denoiser,
            channels=(16, 16),
            head_width=8,
            groups=4,
            batch=4,
            schedule=replace(mini.denoiser.schedule, **brief),
        ),
    )
