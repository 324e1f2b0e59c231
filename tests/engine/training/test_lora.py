"""LoRAs: trained on a folder of pictures, resumable, and worn by the model that they were trained for."""

import shutil
from dataclasses import replace

import pytest
from PIL import Image

from engine.api.errors import InvalidBrief
from engine.api.guides import Lora
from engine.diffusion.lora import WEIGHTS
from engine.families.diffusion import Diffusion
from engine.training.checkpoint import load_average
from engine.training.kinds import open_recipe, recipe_path
from engine.training.lora import begin_lora, export_lora, load_lora_recipe, open_base, train_lora
from tests.engine.diffusion import tiny
from tests.engine.diffusion.conftest import eager, folders
from tests.engine.diffusion.painting import brief, paint
from tests.engine.pictures.files import noise

__all__ = ["folders"]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return tiny.sd(tmp_path_factory.mktemp("base") / "sd", prediction="v_prediction")


@pytest.fixture
def pictures(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(3):
        noise(40, 30 + number).save(folder / f"{number}.png")
        (folder / f"{number}.txt").write_text("a red fox")
    Image.new("CMYK", (9, 9)).save(folder / "bare.jpg")
    return folder


def recipe(steps: int):
    found = load_lora_recipe(recipe_path("lora"))
    schedule = replace(found.schedule, steps=steps, warmup=1, cooldown=0.0)
    return replace(found, rank=2, batch=2, layers=("to_q", "to_v", "conv1"), schedule=schedule)


def train(base, pictures, out, steps, said=None):
    begin_lora(base, out)
    train_lora(recipe(steps), 60.0, pictures, out, (said if said is not None else []).append)


def test_what_was_interrupted_ends_as_what_was_not(base, pictures, tmp_path):
    said = []
    train(base, pictures, tmp_path / "whole", 4, said)
    train(base, pictures, tmp_path / "parts", 2)
    train(base, pictures, tmp_path / "parts", 4)
    whole, parts = load_average(tmp_path / "whole"), load_average(tmp_path / "parts")
    assert all(parts[key].equal(value) for key, value in whole.items())
    assert {key.rsplit("lora_", 1)[1][0] for key in whole} == {"A", "B"}
    assert any("1 of 4 pictures have no caption" in line for line in said)


def test_the_engine_wears_what_was_trained(base, pictures, tmp_path):
    train(base, pictures, tmp_path / "trained", 3)
    export_lora(recipe(3), tmp_path / "trained", tmp_path / "data" / "loras" / "foxes")
    family = Diffusion(eager(base, tmp_path / "data"))
    (plain,), _ = paint(family, brief())
    (worn,), _ = paint(family, brief(loras=(Lora(name="foxes", weight=2.0),)))
    assert not worn.latents.equal(plain.latents)
    card = (tmp_path / "data" / "loras" / "foxes" / "README.md").read_text()
    assert "4 pictures" in card and "3 steps" in card and str(tmp_path) not in card


def test_stock_diffusers_loads_what_was_trained(base, pictures, tmp_path):
    train(base, pictures, tmp_path / "trained", 3)
    export_lora(recipe(3), tmp_path / "trained", tmp_path / "foxes")
    pipeline = open_base(tmp_path / "trained")
    pipeline.load_lora_weights(tmp_path / "foxes", weight_name=WEIGHTS)
    learnt = {name: value for name, value in pipeline.unet.named_parameters() if "lora_" in name}
    assert len(learnt) == len(load_average(tmp_path / "trained"))
    assert any(bool(value.any()) for name, value in learnt.items() if "lora_B" in name)


def test_other_models_are_refused(base, pictures, folders, tmp_path):
    with pytest.raises(InvalidBrief, match="layout of Stable Diffusion"):
        begin_lora(folders("sdxl"), tmp_path / "trained")
    begin_lora(base, tmp_path / "trained")
    other = shutil.copytree(base, tmp_path / "other")
    with pytest.raises(InvalidBrief, match="another name"):
        begin_lora(other, tmp_path / "trained")


def test_a_folder_without_pictures_is_no_bank(tmp_path):
    kind, _ = open_recipe("lora")
    (tmp_path / "notes.txt").touch()
    with pytest.raises(InvalidBrief, match="no bank of pictures"):
        kind.check_bank(tmp_path)
