"""The model that is shipped: whole, small enough, and loadable by stock diffusers."""

import tomllib

from diffusers import (
    AutoPipelineForImage2Image,
    AutoPipelineForInpainting,
    AutoPipelineForText2Image,
)
from PIL import Image

from engine.diffusion import manifest
from engine.training import MODELS

MINI = MODELS / "mini"


def test_manifest_matches():
    promised = manifest.verify(MINI)
    found = {path.relative_to(MINI).as_posix() for path in MINI.rglob("*") if path.is_file()}
    assert set(promised) == found - {"manifest.json", "README.md"}


def test_is_small_enough():
    sizes = [path.stat().st_size for path in MINI.rglob("*") if path.is_file()]
    assert max(sizes) < 15 << 20
    assert sum(sizes) < 24 << 20


def test_card_says_how_to_train_it_again():
    card = (MINI / "README.md").read_text(encoding="utf-8")
    assert "salon train mini" in card
    assert "{" not in card


def test_every_example_is_made_of_known_words():
    told = tomllib.loads((MINI / "salon.toml").read_text(encoding="utf-8"))
    small = {"a", "an", "the", "of", "in", "at", "on", "under", "by", "drawing"}
    for example in told["examples"]:
        assert set(example.replace(",", "").split()) <= set(told["lexicon"]) | small, example


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
    assert AutoPipelineForInpainting.from_pretrained(MINI).unet.config.in_channels == 32
