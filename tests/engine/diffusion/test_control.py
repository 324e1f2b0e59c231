"""ControlNets lead a model as in diffusers' own pipelines."""

import diffusers
import pytest
import torch

from engine.api.errors import InvalidBrief, UnknownName
from engine.api.guides import Control, Reference
from engine.families.diffusion import Diffusion
from tests.engine.diffusion.conftest import eager
from tests.engine.diffusion.painting import brief, paint, run, start
from tests.engine.pictures.files import noise

SHA = "a" * 64
INPUTS = {SHA: noise(32, 32)}
UNETS = {"sd": diffusers.StableDiffusionPipeline, "sdxl": diffusers.StableDiffusionXLPipeline}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("led")


@pytest.fixture(scope="module")
def led(folders, data):
    """Return a family of an architecture in whose data folder a ControlNet of that name lies."""
    made = {}

    def family(architecture: str) -> Diffusion:
        if architecture not in made:
            if architecture in UNETS:
                make_control(folders(architecture), architecture, data / "controls" / architecture)
            made[architecture] = Diffusion(eager(folders(architecture), data))
        return made[architecture]

    return family


def make_control(model, architecture, folder):
    unet = UNETS[architecture].from_pretrained(model).unet
    torch.manual_seed(5)
    control = diffusers.ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=(4, 8))
    for block in (
        *control.controlnet_down_blocks,
        control.controlnet_mid_block,
        control.controlnet_cond_embedding.conv_out,
    ):
        torch.nn.init.normal_(block.weight, std=0.2)
    control.save_pretrained(folder, safe_serialization=True)


def follow(name: str, weight: float = 1.0, **more):
    return brief(control=Control(name=name, picture=SHA, weight=weight), **({"steps": 2} | more))


def latents(family, one):
    (state,), _ = paint(family, one, inputs=INPUTS)
    return state.latents


def test_it_leads_as_in_diffusers_own_pipeline(led, folders, data):
    family = led("sd")
    control = diffusers.ControlNetModel.from_pretrained(data / "controls" / "sd")
    pipeline = diffusers.StableDiffusionControlNetPipeline.from_pretrained(
        folders("sd"), controlnet=control, safety_checker=None
    )
    wanted = pipeline(
        "a red fox",
        image=INPUTS[SHA],
        num_inference_steps=2,
        guidance_scale=4.0,
        controlnet_conditioning_scale=0.8,
        generator=torch.Generator().manual_seed(7),
        output_type="latent",
    ).images
    torch.testing.assert_close(latents(family, follow("sd", 0.8, scheduler="ddim")), wanted, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("architecture", UNETS)
def test_off_is_the_plain_picture(led, architecture):
    family = led(architecture)
    before = latents(family, brief(steps=2))
    followed = latents(family, follow(architecture))
    assert followed.isfinite().all() and not followed.equal(before)
    assert latents(family, brief(steps=2)).equal(before)
    torch.testing.assert_close(latents(family, follow(architecture, 0.0)), before, rtol=1e-5, atol=1e-5)


def test_weights_and_pictures_are_of_each_row(led):
    family = led("sd")
    asked = [follow("sd"), follow("sd", 0.3, seed=9)]
    states = start(family, *asked, brief(steps=2), inputs=INPUTS)
    assert family.lane(states[0]) == family.lane(states[1]) != family.lane(states[2])
    run(family, states)
    for state, one in zip(states, asked, strict=False):
        torch.testing.assert_close(state.latents, latents(family, one), rtol=1e-4, atol=1e-4)
    assert family.recipe(states[0]).control == asked[0].control


@pytest.mark.parametrize(
    ("architecture", "asked", "error", "said"),
    [
        ("sd", follow("sdd"), UnknownName, "did you mean sd"),
        ("sd", follow("sdxl"), InvalidBrief, "another model"),
        ("sd3", follow("sd"), InvalidBrief, "another model"),
        ("sd", follow("damaged"), InvalidBrief, "cannot be read"),
        ("sd", follow("sd", references=(Reference(picture=SHA),)), InvalidBrief, "words and a start alone"),
    ],
)
def test_what_cannot_lead_is_refused(led, data, architecture, asked, error, said):
    for name in UNETS:
        led(name)
    (data / "controls" / "damaged").mkdir(exist_ok=True)
    (data / "controls" / "damaged" / "config.json").write_text("{")
    with pytest.raises(error, match=said):
        start(led(architecture), asked, inputs=INPUTS)
