"""SDXL with random weights: speed does not depend on what the weights know, and none need to be fetched.

The configuration is that of the public base model (2.57 billion parameters in the network); `tiny` has the same shape
of graph at a size that any CPU paints, which is how this file is tested where there is no GPU.
"""

import tempfile
from pathlib import Path

import torch

from tests.engine.diffusion.tiny import clip_tokenizer


def build(folder: Path, tiny: bool) -> Path:
    """Write the pipeline's folder once and return it."""
    if (folder / "model_index.json").exists():
        return folder
    from diffusers import AutoencoderKL, EulerDiscreteScheduler, StableDiffusionXLPipeline, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    width, context, pooled = ((32, 64), 64, 32) if tiny else ((320, 640, 1280), 2048, 1280)
    tokenizer = clip_tokenizer()
    with tempfile.TemporaryDirectory() as part, torch.device("cpu"):
        unet = UNet2DConditionModel(
            sample_size=8 if tiny else 128,
            block_out_channels=width,
            layers_per_block=1 if tiny else 2,
            down_block_types=("DownBlock2D",) + ("CrossAttnDownBlock2D",) * (len(width) - 1),
            up_block_types=("CrossAttnUpBlock2D",) * (len(width) - 1) + ("UpBlock2D",),
            transformer_layers_per_block=[1] * len(width) if tiny else [1, 2, 10],
            attention_head_dim=[4] * len(width) if tiny else [5, 10, 20],
            use_linear_projection=True,
            cross_attention_dim=context,
            addition_embed_type="text_time",
            addition_time_embed_dim=8 if tiny else 256,
            projection_class_embeddings_input_dim=6 * 8 + pooled if tiny else 2816,
        )
        vae = AutoencoderKL(
            block_out_channels=(32, 32) if tiny else (128, 256, 512, 512),
            down_block_types=("DownEncoderBlock2D",) * (2 if tiny else 4),
            up_block_types=("UpDecoderBlock2D",) * (2 if tiny else 4),
            layers_per_block=1 if tiny else 2,
            latent_channels=4,
            scaling_factor=0.13025,
        )
        base = {"vocab_size": len(tokenizer), "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1}
        small = CLIPTextConfig(
            **base,
            hidden_size=context // 2 if tiny else 768,
            intermediate_size=64 if tiny else 3072,
            num_hidden_layers=3 if tiny else 12,
            num_attention_heads=2 if tiny else 12,
            projection_dim=pooled,
        )
        large = CLIPTextConfig(
            **base,
            hidden_size=context // 2 if tiny else 1280,
            intermediate_size=64 if tiny else 5120,
            num_hidden_layers=3 if tiny else 32,
            num_attention_heads=2 if tiny else 20,
            projection_dim=pooled,
            hidden_act="gelu",
        )
        pipeline = StableDiffusionXLPipeline(
            unet=unet,
            vae=vae,
            text_encoder=CLIPTextModel(small),
            text_encoder_2=CLIPTextModelWithProjection(large),
            tokenizer=tokenizer,
            tokenizer_2=tokenizer,
            scheduler=EulerDiscreteScheduler(
                beta_start=0.00085,
                beta_end=0.012,
                beta_schedule="scaled_linear",
                steps_offset=1,
                timestep_spacing="leading",
            ),
        )
        pipeline.to(torch.float16 if not tiny else torch.float32).save_pretrained(part)
        Path(part).rename(folder)
    return folder
