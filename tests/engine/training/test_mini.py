"""The whole road at toy size: bank, autoencoder, latents, denoiser, export, stock diffusers."""

import json
import shutil
import tomllib

import numpy as np
import pytest
import torch
from diffusers import AutoencoderTiny, AutoPipelineForText2Image, StableDiffusionPipeline
from torch.nn import functional

from engine.api.errors import InvalidBrief
from engine.corpus.bank import open_bank
from engine.corpus.captions import caption
from engine.corpus.factors import draw_factors, generator
from engine.corpus.lexicon import LANGUAGES
from engine.diffusion import manifest
from engine.diffusion.notices import unknown_words
from engine.training import recipe as recipes
from engine.training.autoencoder import to_pictures, to_tensor
from engine.training.checkpoint import load_average
from engine.training.denoiser import encode_pictures, normalise_latents
from engine.training.export import export, salon_toml
from engine.training.mini import LATENTS, load_trained, take_over, train_text_to_image
from engine.training.pipeline import build_autoencoder
from engine.training.preview import PreviewTask, build_preview
from tests.engine.training.tiny import tiny_recipe


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    out = tmp_path_factory.mktemp("mini")
    train_text_to_image(tiny_recipe(), 1e6, out / "bank", out, say=print, workers=1)
    return out


def test_a_training_begins_with_the_parts_of_another(trained, tmp_path):
    folder, out = tmp_path / "model", tmp_path / "out"
    export(tiny_recipe(), trained, folder)
    take_over(folder, out)
    train_text_to_image(tiny_recipe(), 1e6, trained / "bank", out, say=print, workers=1)
    assert not (out / "autoencoder").exists() and not (out / "wording").exists()
    old, new = (load_trained(tiny_recipe(), place) for place in (trained, out))
    for name, differs in (("vae", False), ("text_encoder", False), ("unet", True)):
        pairs = [(a, b) for a, b in zip(getattr(old, name).parameters(), getattr(new, name).parameters(), strict=True)]
        assert differs == any(not torch.allclose(a, b, rtol=1e-3, atol=1e-3) for a, b in pairs), name


def test_a_training_begins_with_what_another_training_has_done_already(trained, tmp_path):
    take_over(trained, tmp_path / "out")
    said = []
    train_text_to_image(tiny_recipe(), 1e6, trained / "bank", tmp_path / "out", say=said.append, workers=1)
    stages = [line for line in said if line.endswith(".") and not line.startswith("step")]
    assert stages == ["Training the denoiser.", "Training the small decoder of previews."]
    assert (tmp_path / "out" / LATENTS).read_bytes() == (trained / LATENTS).read_bytes()


@pytest.mark.parametrize("clash", [True, False])
def test_parts_are_refused_where_they_are_not_wanted_or_none(trained, tmp_path, clash):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidBrief, match="already holds" if clash else "no part"):
        take_over(trained if clash else tmp_path / "empty", trained if clash else tmp_path / "out")


def test_export_loads_in_stock_diffusers(trained, tmp_path):
    folder = tmp_path / "model"
    export(tiny_recipe(), trained, folder)
    stock = AutoPipelineForText2Image.from_pretrained(folder)
    picture = stock("an owl", num_inference_steps=2, width=32, height=32).images[0]
    assert picture.size == (32, 32)
    assert manifest.verify(folder).keys() == json.loads((folder / "manifest.json").read_text())["files"].keys()


def test_export_is_what_was_trained(trained, tmp_path):
    export(tiny_recipe(), trained, tmp_path / "model")
    exported = StableDiffusionPipeline.from_pretrained(tmp_path / "model")
    original = load_trained(tiny_recipe(), trained)
    for name in ("vae", "text_encoder", "unet"):
        wanted = getattr(original, name).state_dict()
        for key, value in getattr(exported, name).state_dict().items():
            assert torch.allclose(value, wanted[key].half().float()), (name, key)


def test_previews_get_a_small_decoder_of_their_own(trained, tmp_path):
    folder = tmp_path / "model"
    export(tiny_recipe(), trained, folder)
    small = AutoencoderTiny.from_pretrained(folder / "tiny_vae")
    large = load_trained(tiny_recipe(), trained).vae
    latents = torch.zeros(1, large.config.latent_channels, 8, 8)
    assert small.decode(latents).sample.shape == large.decode(latents).sample.shape
    shutil.copytree(trained, tmp_path / "earlier", ignore=shutil.ignore_patterns("preview", "bank"))
    export(tiny_recipe(), tmp_path / "earlier", folder)
    assert not (folder / "tiny_vae").exists()


def test_the_small_decoder_learns_what_latents_stand_for():
    torch.manual_seed(0)
    recipe = tiny_recipe()
    latents = torch.rand(8, 4, 8, 8) * 2 - 1
    pictures = to_pictures(functional.interpolate(latents[:, :3], scale_factor=4))
    task = PreviewTask(build_preview(recipe), latents / 2, pictures, scale=2.0, batch=4)
    optimizer = torch.optim.Adam(task.model.parameters(), 1e-2)
    losses = []
    for draw in range(60):
        parts = task.losses(draw)
        losses.append(float(parts["l1"].detach()))
        optimizer.zero_grad()
        parts["loss"].backward()
        optimizer.step()
    assert sum(losses[-5:]) < 0.6 * sum(losses[:5])
    assert task.sheet().size == (8 * 32, 2 * 32)


def test_export_replaces_the_old_model(trained, tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "stale.safetensors").write_bytes(b"old")
    export(tiny_recipe(), trained, folder)
    assert not (folder / "stale.safetensors").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_training_again_continues(trained):
    before = load_average(trained / "denoiser")
    train_text_to_image(tiny_recipe(steps=3), 1e6, trained / "bank", trained, say=print, workers=1)
    progress = json.loads((trained / "denoiser" / "checkpoint" / "progress.json").read_text())
    assert progress["step"] == 3
    after = load_average(trained / "denoiser")
    assert any(not torch.equal(before[key], after[key]) for key in before)


def test_normalised_latents_decode_to_the_same_picture(trained):
    torch.manual_seed(0)
    autoencoder = build_autoencoder(tiny_recipe()).eval()
    pictures = open_bank(trained / "bank").pictures[:8]
    before = autoencoder.decode(autoencoder.encode(to_tensor(pictures)).latent_dist.mean).sample
    latents = normalise_latents(autoencoder, encode_pictures(autoencoder, pictures))
    again = encode_pictures(autoencoder, pictures).float()
    assert torch.allclose(again, latents.float(), atol=0.05)
    assert again.mean((0, 2, 3)).abs().max() < 0.02
    assert (again * autoencoder.config.scaling_factor).std() == pytest.approx(1, abs=0.02)
    after = autoencoder.decode(autoencoder.encode(to_tensor(pictures)).latent_dist.mean).sample
    assert torch.allclose(before, after, atol=1e-3)


def test_pictures_survive_becoming_tensors():
    pictures = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 3), np.uint8)
    assert np.array_equal(to_pictures(to_tensor(pictures)), pictures)


def test_unknown_recipe_names_the_known_ones():
    with pytest.raises(ValueError, match="mini"):
        recipes.load_recipe("maxi")


def test_salon_toml_lists_the_words():
    told = tomllib.loads(salon_toml(recipes.load_recipe("mini")))
    assert told["scheduler"] == "dpmpp_2m"
    lexicon = frozenset(told["lexicon"])
    for index in range(100):
        for language in LANGUAGES:
            said = caption(draw_factors(0, index), generator(0, index), language)
            assert unknown_words(said, lexicon) == (), said
