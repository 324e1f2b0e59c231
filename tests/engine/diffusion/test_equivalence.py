"""The engine's pictures are those of diffusers' own pipelines."""

from functools import cache

import diffusers
import numpy as np
import pytest
import torch
from PIL import Image

from engine.diffusion.schedulers import CLASSES, FITTING
from tests.engine.diffusion.painting import brief, paint

SHA = "a" * 64
PIPELINES = {
    "sd": (diffusers.StableDiffusionPipeline, diffusers.StableDiffusionImg2ImgPipeline),
    "sdxl": (diffusers.StableDiffusionXLPipeline, diffusers.StableDiffusionXLImg2ImgPipeline),
    "sd3": (diffusers.StableDiffusion3Pipeline, diffusers.StableDiffusion3Img2ImgPipeline),
    "flux": (diffusers.FluxPipeline, diffusers.FluxImg2ImgPipeline),
}
ALL = [(architecture, name) for architecture, names in FITTING.items() for name in names]


@cache
def loaded(folder, architecture: str, image: bool):
    """Return a stock pipeline and the settings of the scheduler that came with it."""
    extra = {"safety_checker": None, "requires_safety_checker": False} if architecture == "sd" else {}
    if image and architecture == "sd3":
        extra = {"image_encoder": None, "feature_extractor": None}
    if not (folder / "text_encoder_3").exists() and architecture == "sd3":
        absent = ("text_encoder_3", "tokenizer_3", "image_encoder", "feature_extractor")
        extra = dict.fromkeys(absent)
    pipe = PIPELINES[architecture][image].from_pretrained(folder, **extra)
    pipe.set_progress_bar_config(disable=True)
    return pipe, pipe.scheduler.config


def stock(folder, architecture: str, scheduler: str, *, image: bool = False):
    pipe, config = loaded(folder, architecture, image)
    pipe.scheduler = getattr(diffusers, CLASSES[scheduler]).from_config(config)
    return pipe


def source_picture() -> Image.Image:
    rng = np.random.default_rng(0)
    return Image.fromarray(rng.integers(0, 255, (32, 32, 3), dtype=np.uint8))


def relative(ours: torch.Tensor, theirs: torch.Tensor) -> float:
    return float((ours - theirs).norm() / theirs.norm())


@pytest.mark.parametrize(("architecture", "scheduler"), ALL)
def test_text_to_image_equals_the_pipeline(folders, families, architecture, scheduler):
    pipe = stock(folders(architecture), architecture, scheduler)
    kwargs = {"num_inference_steps": 5, "guidance_scale": 4.0, "width": 32, "height": 32}
    if architecture != "flux":
        kwargs["negative_prompt"] = "grey owl"
    steps = []

    def keep(pipe, number, at, found):
        steps.append(found["latents"])
        return {}

    generator = torch.Generator().manual_seed(7)
    picture = pipe("a red fox", generator=generator, callback_on_step_end=keep, **kwargs).images[0]

    states, images = paint(
        families(architecture),
        brief(scheduler=scheduler, steps=5, negative="grey owl", width=32, height=32),
    )

    latents = states[0].adapter.pack(states[0].latents)
    assert relative(latents, steps[-1]) < 1e-4
    difference = np.abs(np.asarray(images[0], dtype=int) - np.asarray(picture, dtype=int))
    assert difference.max() <= 1


@pytest.mark.parametrize(("architecture", "scheduler"), ALL)
def test_image_to_image_equals_the_pipeline_at_whole_steps(folders, families, architecture, scheduler):
    pipe = stock(folders(architecture), architecture, scheduler, image=True)
    source = source_picture()
    theirs = pipe(
        "a red fox",
        image=source,
        strength=0.625,
        num_inference_steps=8,
        guidance_scale=4.0,
        generator=torch.Generator().manual_seed(7),
        output_type="latent",
        **({"width": 32, "height": 32} if architecture in ("sd3", "flux") else {}),
    ).images

    states, _ = paint(
        families(architecture),
        brief(scheduler=scheduler, steps=8, strength=0.625, source=SHA, width=32, height=32),
        inputs={SHA: source},
    )

    assert relative(states[0].adapter.pack(states[0].latents), theirs) < 1e-4


@pytest.mark.parametrize("architecture", list(FITTING))
def test_without_guidance_a_picture_takes_one_row(folders, families, architecture):
    pipe = stock(folders(architecture), architecture, FITTING[architecture][0])
    theirs = pipe(
        "a red fox",
        num_inference_steps=4,
        guidance_scale=1.0,
        width=32,
        height=32,
        generator=torch.Generator().manual_seed(7),
        output_type="latent",
    ).images
    family = families(architecture)

    states, _ = paint(family, brief(scheduler=FITTING[architecture][0], guidance=1.0, width=32, height=32))

    assert family.rows(states[0]) == 1
    assert relative(states[0].adapter.pack(states[0].latents), theirs) < 1e-4


@pytest.mark.parametrize(
    ("maker", "architecture", "scheduler"),
    [
        *[("v_prediction", "sd", name) for name in FITTING["sd"]],
        ("consistency", "sd", "lcm"),
        ("sd3_without_t5", "sd3", "flow_euler"),
        ("schnell", "flux", "flow_euler"),
    ],
)
def test_relatives_of_an_architecture_equal_the_pipeline(folders, families, maker, architecture, scheduler):
    pipe = stock(folders(maker), architecture, scheduler)
    theirs = pipe(
        "a red fox",
        num_inference_steps=5,
        guidance_scale=4.0,
        width=32,
        height=32,
        generator=torch.Generator().manual_seed(7),
        output_type="latent",
    ).images

    states, _ = paint(families(maker), brief(scheduler=scheduler, steps=5, width=32, height=32))

    assert relative(states[0].adapter.pack(states[0].latents), theirs) < 1e-4
