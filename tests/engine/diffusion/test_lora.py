"""LoRAs: worn by a twin of the model, as diffusers itself puts them on."""

import diffusers
import pytest
import torch
from diffusers.utils import convert_state_dict_to_diffusers
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict

from engine.api.errors import InvalidBrief, UnknownName
from engine.api.guides import Lora
from engine.diffusion.lora import WEIGHTS, names
from engine.families.diffusion import Diffusion
from tests.engine.diffusion.conftest import eager
from tests.engine.diffusion.painting import brief, paint, run, start

PIPELINES = {
    "sd": (diffusers.StableDiffusionPipeline, "unet"),
    "sdxl": (diffusers.StableDiffusionXLPipeline, "unet"),
    "sd3": (diffusers.StableDiffusion3Pipeline, "transformer"),
    "flux": (diffusers.FluxPipeline, "transformer"),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("wardrobe")


@pytest.fixture(scope="module")
def dressed(folders, data):
    """Return a family of an architecture in whose data folder a LoRA of that name lies; a seed makes another."""
    made = {}

    def family(architecture: str) -> Diffusion:
        if architecture not in made:
            make_lora(folders(architecture), architecture, data / "loras" / architecture, seed=0)
            made[architecture] = Diffusion(eager(folders(architecture), data))
        return made[architecture]

    return family


def make_lora(model, architecture, folder, seed):
    cls, part = PIPELINES[architecture]
    pipeline = cls.from_pretrained(model)
    network = getattr(pipeline, part)
    torch.manual_seed(seed)
    network.add_adapter(LoraConfig(r=2, lora_alpha=4, init_lora_weights=False, target_modules=["to_q", "to_v"]))
    layers = convert_state_dict_to_diffusers(get_peft_model_state_dict(network))
    told = {f"{part}_lora_adapter_metadata": {"r": 2, "lora_alpha": 4, "target_modules": ["to_q", "to_v"]}}
    cls.save_lora_weights(folder, **{f"{part}_lora_layers": layers}, **told)


def latents(family, *loras, **more):
    (state,), _ = paint(family, brief(loras=loras, steps=2, **more))
    return state.latents


@pytest.mark.parametrize("architecture", PIPELINES)
def test_it_is_put_on_as_diffusers_does(dressed, folders, data, architecture):
    family, (cls, part) = dressed(architecture), PIPELINES[architecture]
    (state,) = start(family, brief(loras=(Lora(name=architecture, weight=0.5),)))
    pipeline = cls.from_pretrained(folders(architecture))
    pipeline.load_lora_weights(data / "loras" / architecture, adapter_name="one")
    pipeline.set_adapters(["one"], [0.5])
    adapter = state.adapter
    row = adapter.scratch_row(state.width, state.height)
    inputs = adapter.scratch_inputs(row, 1, state.width, state.height)
    inputs["sample"] = torch.randn(inputs["sample"].shape, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        wanted = adapter.call(getattr(pipeline, part).eval(), *(inputs[key] for key in adapter.inputs))
    torch.testing.assert_close(state.executor.predict(inputs), wanted, rtol=1e-4, atol=1e-5)


def test_the_plain_model_stays_as_it_is(dressed):
    family = dressed("sd")
    before = latents(family)
    worn = latents(family, Lora(name="sd"))
    assert latents(family).equal(before) and not worn.equal(before)
    assert latents(family, Lora(name="sd", weight=0.0)).equal(before)


def test_sets_of_loras_have_lanes_of_their_own(dressed):
    family = dressed("sd")
    asked = [(), (Lora(name="sd"),), (Lora(name="sd", weight=0.5),), (Lora(name="sd"),)]
    states = start(family, *(brief(loras=loras, steps=2, seed=seed) for seed, loras in enumerate(asked)))
    plain, one, half, other = (family.lane(state) for state in states)
    assert len({plain, one, half}) == 3 and one == other
    run(family, states)
    for seed, (state, loras) in enumerate(zip(states, asked, strict=True)):
        torch.testing.assert_close(state.latents, latents(family, *loras, seed=seed), rtol=1e-4, atol=1e-5)


def test_a_recipe_holds_which_file_it_was(dressed):
    family = dressed("sd")
    (state,), _ = paint(family, brief(loras=(Lora(name="sd", weight=0.7),)))
    (kept,) = family.recipe(state).loras
    assert (kept.name, kept.weight) == ("sd", 0.7) and len(kept.sha256) == 64
    assert latents(family, kept).equal(latents(family, Lora(name="sd", weight=0.7)))
    with pytest.raises(InvalidBrief, match="not the one that was meant"):
        start(family, brief(loras=(Lora(name="sd", sha256="0" * 64),)))


def test_a_lora_of_another_architecture_is_refused(dressed, data):
    dressed("sdxl")
    with pytest.raises(InvalidBrief, match="was made for another model than"):
        start(dressed("sd"), brief(loras=(Lora(name="sdxl"),)))
    assert latents(dressed("sd")).isfinite().all()


@pytest.mark.parametrize("content", [b"", b"no safetensors", b"\x10" + b"\0" * 7 + b"{}" + b" " * 14])
def test_damaged_files_are_refused(dressed, data, content):
    family = dressed("sd")
    (data / "loras" / "damaged.safetensors").write_bytes(content)
    with pytest.raises(InvalidBrief, match="damaged"):
        start(family, brief(loras=(Lora(name="damaged"),)))


def test_unknown_names_get_the_nearest(dressed):
    with pytest.raises(UnknownName, match="did you mean sd"):
        start(dressed("sd"), brief(loras=(Lora(name="sdd"),)))


def test_names_are_those_of_folders_and_of_files(tmp_path):
    (tmp_path / "riso").mkdir()
    (tmp_path / "riso" / WEIGHTS).touch()
    (tmp_path / "other.safetensors").touch()
    (tmp_path / "notes.txt").touch()
    assert names(tmp_path) == ("other", "riso") and names(tmp_path / "nowhere") == ()
