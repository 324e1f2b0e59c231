"""What ``mini`` is made of: a ``StableDiffusionPipeline`` of the house's own small networks."""

from __future__ import annotations

import math

import torch
from diffusers import (
    AutoencoderKL,
    DPMSolverMultistepScheduler,
    StableDiffusionPipeline,
    UNet2DConditionModel,
)
from diffusers.models.resnet import ResnetBlock2D
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from engine.training.recipe import Recipe

NOISE = {
    "num_train_timesteps": 1000,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "prediction_type": "v_prediction",
}


def build_autoencoder(recipe: Recipe) -> AutoencoderKL:
    """Return a fresh autoencoder; its latents are 2**(levels - 1) times smaller than pictures."""
    shape = recipe.autoencoder
    levels = len(shape.channels)
    model = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        block_out_channels=shape.channels,
        layers_per_block=1,
        latent_channels=shape.latent_channels,
        norm_num_groups=shape.groups,
        sample_size=recipe.size,
        mid_block_add_attention=False,
    )
    _start_quickly(model)
    return model


@torch.no_grad()
def _start_quickly(model: AutoencoderKL) -> None:
    """Initialise so that pictures pass through from the first step: here it learns six times faster.

    Convolutions keep the variance, residual branches start small, and latents start all but
    noiseless; PyTorch's own start shrinks the signal at every level and drowns it in the noise.
    """
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.normal_(module.weight, std=module.weight[0].numel() ** -0.5)
            nn.init.zeros_(module.bias)
    for module in model.modules():
        if isinstance(module, ResnetBlock2D):
            module.conv2.weight *= 0.1
    channels = model.config.latent_channels
    model.quant_conv.weight[channels:] *= 0.1
    model.quant_conv.bias[channels:] = -5.0


def build_text_encoder(recipe: Recipe, tokenizer: CLIPTokenizer) -> CLIPTextModel:
    """Return a fresh text encoder for the tokenizer."""
    shape = recipe.text
    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=shape.width,
        intermediate_size=shape.inner,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        max_position_embeddings=tokenizer.model_max_length,
        projection_dim=shape.width,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        attention_dropout=0.0,
    )
    model = CLIPTextModel(config)
    # CLIP starts embeddings at 0.02, meant for far longer trainings; here words must tell
    # themselves apart within minutes.
    nn.init.normal_(model.get_input_embeddings().weight, std=1 / math.sqrt(shape.width))
    return model


def build_unet(recipe: Recipe) -> UNet2DConditionModel:
    """Return a fresh noise predictor over the autoencoder's latents."""
    shape = recipe.denoiser
    crossing = ["CrossAttn" if attends else "" for attends in shape.attention]
    return UNet2DConditionModel(
        sample_size=recipe.size // 2 ** (len(recipe.autoencoder.channels) - 1),
        in_channels=recipe.autoencoder.latent_channels,
        out_channels=recipe.autoencoder.latent_channels,
        layers_per_block=1,
        block_out_channels=shape.channels,
        down_block_types=tuple(f"{kind}DownBlock2D" for kind in crossing),
        up_block_types=tuple(f"{kind}UpBlock2D" for kind in reversed(crossing)),
        # diffusers' historical name: this is the number of heads of each level
        attention_head_dim=tuple(width // shape.head_width for width in shape.channels),
        cross_attention_dim=recipe.text.width,
        norm_num_groups=shape.groups,
    )


def assemble(
    autoencoder: AutoencoderKL,
    text_encoder: CLIPTextModel,
    tokenizer: CLIPTokenizer,
    unet: UNet2DConditionModel,
) -> StableDiffusionPipeline:
    """Return the pipeline that stock diffusers loads, with the scheduler mini looks best with."""
    return StableDiffusionPipeline(
        vae=autoencoder,
        text_encoder=text_encoder,
        tokenizer=tokenizer,
        unet=unet,
        scheduler=DPMSolverMultistepScheduler(**NOISE, timestep_spacing="trailing", steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
