"""The models that are shipped: whole, small enough, and loadable by stock libraries."""

import tomllib

import numpy as np
import pytest
import torch
from diffusers import (
    AutoencoderKL,
    AutoPipelineForImage2Image,
    AutoPipelineForInpainting,
    AutoPipelineForText2Image,
    DDIMScheduler,
    StableDiffusionPipeline,
)
from PIL import Image

from engine.api import Brief
from engine.corpus.lexicon import LANGUAGES
from engine.corpus.painter import paint_indexed
from engine.diffusion import manifest
from engine.diffusion.notices import unknown_words
from engine.evaluation.agreement import Agreement
from engine.evaluation.cases import paint_real, unseen
from engine.families.diffusion import Diffusion
from engine.settings import EngineSettings
from engine.training import MODELS
from engine.training.autoencoder import to_pictures, to_tensor
from engine.training.clip import caption_of

MINI, CLIP = MODELS / "mini", MODELS / "mini-clip"
UNSEEN_SEED = 9
"""Of pictures that no model of the house was trained on."""


@pytest.mark.parametrize("folder", (MINI, CLIP), ids=lambda folder: folder.name)
def test_manifest_matches(folder):
    promised = manifest.verify(folder)
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(promised) == found - {"manifest.json", "README.md"}


def test_both_are_small_enough():
    sizes = [path.stat().st_size for folder in (MINI, CLIP) for path in folder.rglob("*") if path.is_file()]
    assert max(sizes) < 15 << 20
    assert sum(sizes) <= 31 << 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_mini_clip_finds_the_right_caption(language):
    factors = unseen(UNSEEN_SEED, 64, None)
    captions = [caption_of(one, UNSEEN_SEED, row, language) for row, one in enumerate(factors)]
    # the asked 80 % less two standard deviations of 64 answers
    assert Agreement.load(CLIP).top1(paint_real(factors, UNSEEN_SEED), captions) > 0.7


@torch.inference_mode()
def test_the_autoencoder_gives_unseen_pictures_back():
    autoencoder = AutoencoderKL.from_pretrained(MINI / "vae").eval()
    pictures = np.stack([paint_indexed(UNSEEN_SEED, index)[0] for index in range(16)])
    rebuilt = to_pictures(autoencoder.decode(autoencoder.encode(to_tensor(pictures)).latent_dist.mode()).sample)
    errors = np.square(pictures.astype(np.float64) - rebuilt).mean((1, 2, 3))
    assert (10 * np.log10(255**2 / errors)).mean() >= 26, "decibels"


def test_card_says_how_to_train_it_again():
    card = (MINI / "README.md").read_text(encoding="utf-8")
    assert "salon train mini" in card
    assert "{" not in card


def test_every_example_is_made_of_known_words():
    told = tomllib.loads((MINI / "salon.toml").read_text(encoding="utf-8"))
    for example in told["examples"]:
        assert unknown_words(example, frozenset(told["lexicon"])) == (), example


def test_paints_in_stock_diffusers():
    pipeline = AutoPipelineForText2Image.from_pretrained(MINI)
    painted = pipeline("an owl at night", num_inference_steps=2).images[0]
    assert painted.size == (128, 128)


def test_repaints_in_stock_diffusers():
    pipeline = AutoPipelineForImage2Image.from_pretrained(MINI)
    picture = Image.new("RGB", (128, 128), "orange")
    painted = pipeline("an owl at night", image=picture, num_inference_steps=4).images[0]
    assert painted.size == (128, 128)


def test_loads_for_inpainting():
    # stock diffusers' inpainting refuses to paint with other than 4 latent channels
    assert AutoPipelineForInpainting.from_pretrained(MINI).unet.config.in_channels == 12


def test_ddim_of_stock_diffusers_paints_the_same():
    pipeline = StableDiffusionPipeline.from_pretrained(MINI)
    pipeline.scheduler = DDIMScheduler.from_config(pipeline.scheduler.config)
    settings = {"num_inference_steps": 4, "guidance_scale": 4.0, "generator": torch.Generator().manual_seed(7)}
    wanted = pipeline("an owl at night", **settings, output_type="np").images[0]

    family = Diffusion(EngineSettings(model="mini", device="cpu", executor="full"))
    asked = Brief(id="one", prompt="an owl at night", count=1, seed=7, steps=4, guidance=4.0, scheduler="ddim")
    ((state,),) = family.start(asked, {})
    while family.steps_left(state):
        family.step([state])
    found = np.asarray(family.finish([state])[0]) / 255
    assert abs(found - wanted).max() < 0.01


def test_nothing_tells_where_it_was_trained():
    for path in MINI.rglob("*.json"):
        assert "_name_or_path" not in path.read_text(encoding="utf-8"), path
