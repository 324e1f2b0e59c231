"""The denoiser in training: captions and noisy latents in, velocities out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from diffusers import AutoencoderKL, DDPMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from PIL import Image
from torch import Tensor, nn
from transformers import CLIPTextModel, CLIPTokenizer

from engine.corpus.captions import caption
from engine.corpus.factors import Factors, generator
from engine.corpus.figures import nominal_box
from engine.training.autoencoder import to_tensor
from engine.training.pipeline import NOISE, assemble
from engine.training.wording import tokenize

SHEET_COLUMNS = 8
SHEET_STEPS = 12
SHEET_GUIDANCE = 4.0


class DenoiserTask:
    """v-prediction under min-SNR weights; the text encoder is trained along where it ``learns_words``.

    Progressive distillation's v (Salimans & Ho 2022, arXiv:2202.00512), weighted by
    min(SNR, cap) / (SNR + 1) (Hang et al. 2023, arXiv:2303.09556).
    """

    def __init__(
        self,
        unet: UNet2DConditionModel,
        text_encoder: CLIPTextModel,
        tokenizer: CLIPTokenizer,
        autoencoder: AutoencoderKL,
        latents: Tensor,
        factors: Sequence[Factors],
        *,
        batch: int,
        caption_drop: float,
        snr_cap: float,
        figure_weight: float = 1.0,
        learns_words: bool = True,
        prompts: Sequence[str],
        seed: int = 0,
    ) -> None:
        # On a CPU the fused attention's backward pass takes half of a step on sequences this short.
        unet.set_attn_processor(AttnProcessor())
        unet.to(memory_format=torch.channels_last)  # faster on a CPU
        text_encoder.set_attn_implementation("eager")
        self.model: nn.Module = nn.ModuleDict({"unet": unet, "text": text_encoder})
        self.device = torch.device("cpu")
        self.unet, self.text_encoder, self.tokenizer = unet, text_encoder, tokenizer
        self.autoencoder = autoencoder.eval()
        self.latents, self.factors = latents, factors
        self.batch, self.caption_drop, self.snr_cap, self.seed = batch, caption_drop, snr_cap, seed
        self.figure_weight, self.learns_words, self.prompts = figure_weight, learns_words, prompts
        self.scheduler = DDPMScheduler(**NOISE)
        alphas = self.scheduler.alphas_cumprod
        self.snr = alphas / (1 - alphas)

    def losses(self, draw: int) -> dict[str, Tensor]:
        """Return the loss of the batch, noise levels and noise that belong to ``draw``."""
        rng = np.random.default_rng((self.seed, draw))
        rows = rng.integers(0, len(self.latents), self.batch)
        clean = self.latents[torch.from_numpy(rows)].float() * self.autoencoder.config.scaling_factor
        noise = torch.from_numpy(rng.standard_normal(clean.shape, np.float32))
        times = torch.from_numpy(rng.integers(0, NOISE["num_train_timesteps"], self.batch))
        tokens = tokenize(self.tokenizer, [self._caption(int(row), draw) for row in rows])
        where = self._emphasis(rows, clean.shape[-1])
        clean, noise, times, tokens, where = (part.to(self.device) for part in (clean, noise, times, tokens, where))
        noisy = self.scheduler.add_noise(clean, noise, times)
        wanted = self.scheduler.get_velocity(clean, noise, times)
        with torch.autocast(self.device.type, torch.bfloat16):
            with torch.set_grad_enabled(self.learns_words):
                words = self.text_encoder(tokens).last_hidden_state
            got = self.unet(noisy, times, words).sample
        squared = (got.float() - wanted).square()
        each = squared.mean((1, 2, 3))
        snr = self.snr.to(self.device)[times]
        weight = snr.clamp(max=self.snr_cap) / (snr + 1)
        return {"loss": (weight * (where * squared).mean((1, 2, 3))).mean(), "v": each.mean()}

    def _emphasis(self, rows: np.ndarray, side: int) -> Tensor:
        """Return the weights of the places of each picture, (n, 1, side, side), 1 on average: figures count more."""
        weights = torch.ones(len(rows), 1, side, side)
        for weight, row in zip(weights, rows, strict=True):
            figures = self.factors[int(row)].figures
            for k in range(len(figures)):
                left, top, right, bottom = (round(edge * side) for edge in nominal_box(figures, k))
                weight[:, top:bottom, left:right] = self.figure_weight
        return weights / weights.mean((1, 2, 3), keepdim=True)

    def _caption(self, row: int, draw: int) -> str:
        rng = generator(self.seed, row, 1000 + draw)
        if rng.random() < self.caption_drop:
            return ""
        return caption(self.factors[row], rng)

    def pipeline(self) -> StableDiffusionPipeline:
        """Return a pipeline around the weights now in training."""
        return assemble(self.autoencoder.to(self.device), self.text_encoder, self.tokenizer, self.unet)

    def sheet(self) -> Image.Image:
        """Return one picture a prompt, painted with the settings mini ships with."""
        return paint_sheet(self.pipeline(), self.prompts)


def paint_sheet(
    pipeline: StableDiffusionPipeline,
    prompts: Sequence[str],
    steps: int = SHEET_STEPS,
    guidance: float = SHEET_GUIDANCE,
    seed: int = 1,
) -> Image.Image:
    """Paint one picture a prompt, seeds ``seed``, ``seed + 1``..., into a grid."""
    pipeline.set_progress_bar_config(disable=True)
    pictures = pipeline(
        list(prompts),
        num_inference_steps=steps,
        guidance_scale=guidance,
        generator=[torch.Generator().manual_seed(seed + i) for i in range(len(prompts))],
    ).images
    side = pictures[0].width
    rows = -(-len(pictures) // SHEET_COLUMNS)
    sheet = Image.new("RGB", (side * min(SHEET_COLUMNS, len(pictures)), side * rows))
    for index, picture in enumerate(pictures):
        sheet.paste(picture, (index % SHEET_COLUMNS * side, index // SHEET_COLUMNS * side))
    return sheet


@torch.inference_mode()
def encode_pictures(autoencoder: AutoencoderKL, pictures: np.ndarray, batch: int = 32) -> Tensor:
    """Return the latent means of pictures (n, h, w, 3) uint8: (n, c, h/f, w/f) bfloat16."""
    parts = []
    for start in range(0, len(pictures), batch):
        with torch.autocast(autoencoder.device.type, torch.bfloat16):
            wanted = to_tensor(pictures[start : start + batch]).to(autoencoder.device)
            posterior = autoencoder.encode(wanted).latent_dist
        parts.append(posterior.mean.to("cpu", torch.bfloat16))
    return torch.cat(parts).contiguous().clone()


@torch.no_grad()
def normalise_latents(autoencoder: AutoencoderKL, latents: Tensor) -> Tensor:
    """Centre every latent channel and set the scaling factor, inside the autoencoder's weights.

    Stable Diffusion's layout knows one factor and no offset, so the offset goes into the biases
    of the two 1x1 convolutions around the latents. Returns the centred latents.
    """
    mean = latents.float().mean((0, 2, 3))
    channels = len(mean)
    autoencoder.quant_conv.bias[:channels] -= mean
    weight = autoencoder.post_quant_conv.weight[:, :, 0, 0]
    autoencoder.post_quant_conv.bias += weight @ mean
    centred = latents.float() - mean[None, :, None, None]
    autoencoder.register_to_config(scaling_factor=round(1 / float(centred.std()), 5))
    return centred.to(latents.dtype).contiguous()
