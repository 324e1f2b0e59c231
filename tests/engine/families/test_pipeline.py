"""A model without an adapter paints through its own pipeline, step by step."""

from collections.abc import Iterator
from pathlib import Path

import diffusers
import numpy as np
import pytest
import torch
from transformers import UMT5Config, UMT5EncoderModel

from engine.api import Adjustment, Share
from engine.api.errors import InvalidBrief
from engine.families.diffusion import Diffusion
from engine.settings import EngineSettings
from tests.engine.diffusion import tiny
from tests.engine.diffusion.painting import brief, paint, run, start

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    torch.manual_seed(4)
    words = tiny.t5_tokenizer()
    sizes = {"vocab_size": len(words), "d_model": 32, "d_kv": 8, "d_ff": 37, "num_layers": 1, "num_heads": 4}
    pipe = diffusers.AuraFlowPipeline(
        tokenizer=words,
        text_encoder=UMT5EncoderModel(UMT5Config(**sizes)).eval(),
        vae=tiny.vae(),
        transformer=diffusers.AuraFlowTransformer2DModel(
            sample_size=16,
            patch_size=2,
            in_channels=4,
            num_mmdit_layers=1,
            num_single_dit_layers=1,
            attention_head_dim=8,
            num_attention_heads=4,
            caption_projection_dim=32,
            joint_attention_dim=32,
            out_channels=4,
            pos_embed_max_size=256,
        ).eval(),
        scheduler=diffusers.FlowMatchEulerDiscreteScheduler(),
    )
    path = tmp_path_factory.mktemp("models") / "aura"
    pipe.save_pretrained(path, safe_serialization=True)
    return path


@pytest.fixture
def family(folder, tmp_path) -> Iterator[Diffusion]:
    yield Diffusion(EngineSettings(model=str(folder), device="cpu", data_dir=tmp_path))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"tile": True}, "cannot paint seamless tiles"),
        ({"mode": "vary", "noise": (Share(1, 1.0),)}, "cannot vary"),
        ({"mode": "edit", "source": "a" * 64, "find": "it"}, "cannot edit"),
        ({"mode": "erase"}, "Send the picture"),
    ],
)
def test_what_only_adapters_can_do_is_refused(family, fields, said):
    with pytest.raises(InvalidBrief, match=said):
        family.start(brief(**fields), {})


def test_the_picture_is_the_pipeline_s_own(folder, family):
    pipe = diffusers.AuraFlowPipeline.from_pretrained(folder)
    pipe.set_progress_bar_config(disable=True)
    theirs = pipe(
        "a red fox",
        negative_prompt="grey",
        num_inference_steps=4,
        guidance_scale=4.0,
        width=32,
        height=32,
        generator=torch.Generator().manual_seed(7),
    ).images[0]

    (state,), (image,) = paint(family, brief(negative="grey", width=32, height=32))

    assert np.array_equal(np.asarray(image), np.asarray(theirs))
    assert family.recipe(state).scheduler == "own"
    family.drop([state])
    assert state.call is None


def test_it_steps_and_leaves_when_dropped(family):
    one, two = start(family, brief(count=2, width=32, height=32))
    family.step([one])
    family.step([two])
    family.step([one])
    thread = one.call._thread

    assert (family.steps_left(one), family.steps_left(two)) == (2, 3)
    assert family.lane(one) != family.lane(two)
    assert family.preview(one).size == (32, 32)
    family.drop([one])
    assert not thread.is_alive()
    assert two.call.alive
    family.drop([two])


def test_step_times_are_kept_by_model_and_size(family, folder):
    one, two, other = start(family, brief(count=2, width=32, height=32), brief(width=64, height=32))
    assert family.timing(one) == family.timing(two) != family.timing(other)
    assert family.timing(one) == (folder.name, one.source.hash, "pipeline", 32, 32)


def test_a_failed_step_can_be_taken_again(family, monkeypatch):
    _, (wanted,) = paint(family, brief(width=32, height=32))
    (state,) = start(family, brief(width=32, height=32))
    family.step([state])
    network = state.pipeline.transformer
    honest, failures = network.forward, iter([RuntimeError("DefaultCPUAllocator: can't allocate memory")])

    def forward(*args, **kwargs):
        for failure in failures:
            raise failure
        return honest(*args, **kwargs)

    monkeypatch.setattr(network, "forward", forward)
    with pytest.raises(RuntimeError, match="allocate"):
        family.step([state])
    assert family.steps_left(state) == 3
    while family.steps_left(state):
        family.step([state])

    assert np.array_equal(np.asarray(family.finish([state])[0]), np.asarray(wanted))
    family.drop([state])


def test_a_failed_decoding_can_be_tried_again(family, monkeypatch):
    _, (wanted,) = paint(family, brief(width=32, height=32))
    (state,) = start(family, brief(width=32, height=32))
    run(family, [state])
    decoder = state.pipeline.vae
    honest, failures = decoder.decode, iter([RuntimeError("DefaultCPUAllocator: can't allocate memory")])

    def decode(*args, **kwargs):
        for failure in failures:
            raise failure
        return honest(*args, **kwargs)

    monkeypatch.setattr(decoder, "decode", decode)
    with pytest.raises(RuntimeError, match="allocate"):
        family.finish([state])
    assert np.array_equal(np.asarray(family.finish([state])[0]), np.asarray(wanted))
    family.drop([state])


def test_what_a_pipeline_cannot_do_is_refused(family):
    (state,) = start(family, brief(width=32, height=32))
    with pytest.raises(InvalidBrief, match="while it paints"):
        family.adjust(state, Adjustment(guidance=2.0))
    with pytest.raises(InvalidBrief, match="own scheduler"):
        family.start(brief(scheduler="euler"), {})
    with pytest.raises(InvalidBrief, match="start from a picture"):
        family.start(brief(source="a" * 64), {})


def test_a_model_of_another_kind_is_described(family, folder):
    (info,) = family.models()
    assert info.name == folder.name
    assert info.schedulers == ("own",) and not info.varies
    assert family.probe() is None
