"""Tiny pipelines with random weights, one of each architecture, saved in the diffusers layout."""

import string
from pathlib import Path

import diffusers
import torch
from tokenizers.pre_tokenizers import ByteLevel
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    T5Config,
    T5EncoderModel,
    T5Tokenizer,
)

CONTEXT = 24


def clip_tokenizer(context: int = CONTEXT) -> CLIPTokenizer:
    """A byte-level tokenizer of single characters and a few words."""
    merges = [("o", "x</w>"), ("f", "ox</w>"), ("e", "d</w>"), ("r", "ed</w>"), ("w", "l</w>"), ("o", "wl</w>")]
    characters = sorted(ByteLevel.alphabet())
    vocabulary = characters + [character + "</w>" for character in characters] + ["".join(merge) for merge in merges]
    vocabulary += ["<|startoftext|>", "<|endoftext|>"]
    return CLIPTokenizer(
        vocab={token: at for at, token in enumerate(vocabulary)}, merges=merges, model_max_length=context
    )


def clip(tokenizer: CLIPTokenizer, projected: bool = False, width: int = 32) -> CLIPTextModel:
    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=37,
        num_hidden_layers=3,
        num_attention_heads=4,
        max_position_embeddings=tokenizer.model_max_length,
        projection_dim=width,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        hidden_act="gelu",
    )
    return (CLIPTextModelWithProjection if projected else CLIPTextModel)(config).eval()


def t5_tokenizer(length: int = 512) -> T5Tokenizer:
    pieces = ["<pad>", "</s>", "<unk>", "▁", *list(string.printable[:94]), "▁red", "▁fox", "▁owl"]
    return T5Tokenizer(vocab=[(piece, -float(at)) for at, piece in enumerate(pieces)], model_max_length=length)


def t5(tokenizer: T5Tokenizer, width: int = 32) -> T5EncoderModel:
    config = T5Config(
        vocab_size=len(tokenizer), d_model=width, d_kv=8, d_ff=37, num_layers=2, num_heads=4, dropout_rate=0.0
    )
    return T5EncoderModel(config).eval()


def vae(channels: int = 4, shift: float | None = None) -> diffusers.AutoencoderKL:
    return diffusers.AutoencoderKL(
        block_out_channels=(8, 16),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        latent_channels=channels,
        norm_num_groups=4,
        shift_factor=shift,
        scaling_factor=0.5,
        use_quant_conv=shift is None,
        use_post_quant_conv=shift is None,
    ).eval()


def unet(**more) -> diffusers.UNet2DConditionModel:
    settings = {
        "block_out_channels": (16, 32),
        "layers_per_block": 1,
        "sample_size": 16,
        "in_channels": 4,
        "out_channels": 4,
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
        "cross_attention_dim": 32,
        "norm_num_groups": 4,
        "attention_head_dim": 8,
    }
    return diffusers.UNet2DConditionModel(**(settings | more)).eval()


def sd(folder: Path, prediction: str = "epsilon", context: int = CONTEXT, **more) -> Path:
    torch.manual_seed(0)
    tokenizer = clip_tokenizer(context)
    pipe = diffusers.StableDiffusionPipeline(
        vae=vae(),
        text_encoder=clip(tokenizer),
        tokenizer=tokenizer,
        unet=unet(**more),
        scheduler=diffusers.DDIMScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            clip_sample=False,
            steps_offset=1,
            set_alpha_to_one=False,
            prediction_type=prediction,
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    return _save(pipe, folder)


def v_prediction(folder: Path) -> Path:
    return sd(folder, prediction="v_prediction")


def consistency(folder: Path) -> Path:
    return sd(folder, time_cond_proj_dim=16)


def sdxl(folder: Path) -> Path:
    torch.manual_seed(1)
    tokenizer = clip_tokenizer()
    pipe = diffusers.StableDiffusionXLPipeline(
        vae=vae(),
        text_encoder=clip(tokenizer),
        tokenizer=tokenizer,
        text_encoder_2=clip(tokenizer, projected=True),
        tokenizer_2=tokenizer,
        unet=unet(
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=6 * 8 + 32,
            transformer_layers_per_block=(1, 1),
            cross_attention_dim=64,
            use_linear_projection=True,
        ),
        scheduler=diffusers.EulerDiscreteScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            steps_offset=1,
            timestep_spacing="leading",
        ),
        add_watermarker=False,
    )
    return _save(pipe, folder)


def sd3_without_t5(folder: Path) -> Path:
    return sd3(folder, t5_too=False)


def sd3(folder: Path, t5_too: bool = True) -> Path:
    torch.manual_seed(2)
    tokenizer, words = clip_tokenizer(77), t5_tokenizer()
    pipe = diffusers.StableDiffusion3Pipeline(
        transformer=diffusers.SD3Transformer2DModel(
            sample_size=16,
            patch_size=2,
            in_channels=4,
            num_layers=2,
            attention_head_dim=8,
            num_attention_heads=4,
            caption_projection_dim=32,
            joint_attention_dim=64,
            pooled_projection_dim=64,
            out_channels=4,
            pos_embed_max_size=32,
        ).eval(),
        vae=vae(shift=0.1),
        text_encoder=clip(tokenizer, projected=True),
        tokenizer=tokenizer,
        text_encoder_2=clip(tokenizer, projected=True),
        tokenizer_2=tokenizer,
        text_encoder_3=t5(words, 64) if t5_too else None,
        tokenizer_3=words if t5_too else None,
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0),
    )
    return _save(pipe, folder)


def flux(folder: Path, guidance_embeds: bool = True) -> Path:
    torch.manual_seed(3)
    tokenizer, words = clip_tokenizer(77), t5_tokenizer()
    pipe = diffusers.FluxPipeline(
        transformer=diffusers.FluxTransformer2DModel(
            patch_size=1,
            in_channels=16,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=32,
            pooled_projection_dim=32,
            axes_dims_rope=(4, 4, 8),
            guidance_embeds=guidance_embeds,
        ).eval(),
        vae=vae(shift=0.1),
        text_encoder=clip(tokenizer),
        tokenizer=tokenizer,
        text_encoder_2=t5(words),
        tokenizer_2=words,
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=True),
    )
    _save(pipe, folder)
    (folder / "salon.toml").write_text("width = 32\nheight = 32\nsteps = 4\n")
    return folder


def schnell(folder: Path) -> Path:
    return flux(folder, guidance_embeds=False)


MAKERS = {
    "sd": sd,
    "sdxl": sdxl,
    "sd3": sd3,
    "flux": flux,
    "v_prediction": v_prediction,
    "consistency": consistency,
    "sd3_without_t5": sd3_without_t5,
    "schnell": schnell,
}


def _save(pipe: diffusers.DiffusionPipeline, folder: Path) -> Path:
    pipe.save_pretrained(folder, safe_serialization=True)
    return folder
