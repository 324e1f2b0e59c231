"""The compiled network paints what the eager one paints."""

import gc
import math
import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
import torch

from engine.diffusion.executors import openvino
from engine.diffusion.executors.compiled import _twin
from engine.diffusion.executors.preparation import Preparation
from engine.families.diffusion import Diffusion
from engine.settings import EngineSettings
from tests.engine.diffusion.painting import brief, paint, start

PROMPTS = ("a red fox", "an owl at night", "", "(red:1.4) snow")


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture(scope="session")
def fast(folders, data):
    def family(architecture: str) -> Diffusion:
        model = str(folders(architecture))
        return Diffusion(EngineSettings(model=model, device="cpu", executor="auto", data_dir=data))

    return family


@pytest.fixture(scope="session")
def warm(fast):
    """One family that has loaded its compiled networks, for the tests that are not about loading them."""
    return fast("sd")


def psnr(one, other) -> float:
    error = float(np.mean((np.asarray(one, dtype=float) - np.asarray(other, dtype=float)) ** 2))
    return math.inf if error == 0 else 10 * math.log10(255**2 / error)


@pytest.mark.parametrize("architecture", ["sd", "sdxl", "sd3", "flux"])
def test_fast_is_close_to_full(fast, architecture):
    family = fast(architecture)
    found = []
    for seed, prompt in enumerate(PROMPTS):
        wanted = brief(prompt, seed=seed, steps=8, width=32, height=32)
        (state,), (full,) = paint(family, brief(prompt, seed=seed, steps=8, width=32, height=32, executor="full"))
        assert state.executor.name == "full"
        (state,), (quick,) = paint(family, brief(**_asked(wanted, executor="fast")))
        assert state.executor.name == "fast"
        assert family.recipe(state).backend.executor == "fast"
        found.append(psnr(full, quick))
    assert np.median(found) >= 30
    assert min(found) >= 25


def _asked(wanted, **more) -> dict:
    return {"prompt": wanted.prompt, "seed": wanted.seed, "steps": 8, "width": 32, "height": 32, **more}


@pytest.mark.parametrize(("count", "width", "height"), [(1, 32, 32), (3, 64, 32), (5, 48, 64)])
def test_one_trace_serves_every_size_and_batch(warm, count, width, height):
    settings = {"count": count, "width": width, "height": height}
    _, full = paint(warm, brief(executor="full", **settings))
    states = start(warm, brief(executor="fast", **settings))
    while warm.steps_left(states[0]):
        warm.step(states)
    for one, other in zip(full, warm.finish(states), strict=True):
        assert other.size == (width, height)
        assert psnr(one, other) >= 25


def test_long_prompts_have_a_lane_of_their_own(warm):
    short, long = start(warm, brief(executor="fast"), brief("a red fox and an owl, " * 8, executor="fast"))
    assert warm.lane(short) != warm.lane(long)
    warm.step([long])


def test_a_second_process_needs_no_eager_network(fast):
    paint(fast("sd"), brief(executor="fast"))
    family = fast("sd")
    states = start(family, brief())
    family.step(states)
    family.preview(states[0])

    model = states[0].adapter.model
    assert states[0].executor.name == "fast"
    assert not model.loaded("unet")
    assert not model.loaded("text_encoder")


def test_a_picture_keeps_the_executor_it_started_with(fast, monkeypatch):
    paint(fast("sd"), brief(executor="fast"))
    may_go = threading.Event()
    honest = Preparation._build

    def patient(self, width, height):
        may_go.wait()
        return honest(self, width, height)

    monkeypatch.setattr(Preparation, "_build", patient)
    monkeypatch.setattr(Preparation, "_on_disk", lambda *size: False)
    family = fast("sd")
    (early,) = start(family, brief())
    assert early.executor.name == "full"
    family.step([early])
    may_go.set()
    (late,) = start(family, brief(executor="fast"))

    assert late.executor.name == "fast"
    assert early.executor.name == "full"
    assert family.lane(early) != family.lane(late)


def test_where_compiling_fails_eager_serves(folders, tmp_path, monkeypatch, caplog):
    def fail(*args):
        raise RuntimeError("no such operation")

    monkeypatch.setattr(openvino, "convert", fail)
    family = Diffusion(EngineSettings(model=str(folders("sd")), device="cpu", data_dir=tmp_path, executor="fast"))
    (state,) = start(family, brief())
    assert state.executor.name == "full"
    assert "paints eagerly" in caplog.text


def test_an_odd_size_is_painted_eagerly(warm):
    (state,) = start(warm, brief(executor="fast", width=34, height=32))
    assert state.executor.name == "full"


def test_a_conversion_leaves_nothing_half_done(folders, tmp_path, monkeypatch):
    family = Diffusion(EngineSettings(model=str(folders("sd")), device="cpu", data_dir=tmp_path, executor="full"))
    (state,) = start(family, brief())

    def interrupted(module, inputs, path):
        if path.stem == "decoder":
            raise OSError("disk full")
        path.write_text("half of it")

    monkeypatch.setattr(openvino, "_convert_one", interrupted)
    folder = openvino.folder_for(state.adapter, tmp_path, 32, 32)
    with pytest.raises(OSError, match="disk full"):
        openvino.convert(state.adapter, folder, 32, 32)
    assert list(folder.parent.iterdir()) == []


def test_a_compiled_twin_shares_the_weights_but_not_the_modules(folders, families):
    network = start(families("sd"), brief())[0].adapter.model.part("unet")
    twin = _twin(network)
    assert twin is not network
    assert twin.conv_in is not network.conv_in
    assert twin.conv_in.weight is network.conv_in.weight
    assert torch.equal(twin.conv_out.bias, network.conv_out.bias)


@pytest.mark.parametrize("pressure", [1, 2])
def test_relief_keeps_what_is_being_painted(warm, pressure):
    _, (wanted,) = paint(warm, brief(executor="fast"))
    (state,) = start(warm, brief(executor="fast"))
    warm.step([state])
    assert warm.relieve(pressure)
    while warm.steps_left(state):
        warm.step([state])
    assert psnr(warm.finish([state])[0], wanted) >= 25
    assert warm.relieve(pressure)


def test_a_preparation_under_way_is_told(folders, tmp_path, monkeypatch):
    go = threading.Event()
    monkeypatch.setattr(openvino, "convert", lambda *args: go.wait(60))
    monkeypatch.setattr(openvino, "OpenVino", lambda *args: None)
    family = Diffusion(EngineSettings(model=str(folders("sd")), device="cpu", data_dir=tmp_path))
    start(family, brief())
    (info,) = family.models()
    assert info.preparing
    go.set()
    start(family, brief(executor="fast"))
    (info,) = family.models()
    assert not info.preparing


def test_what_dead_processes_left_is_swept(tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead, alive, old = (tmp_path / f"unfinished-{name}" for name in (f"{ended.pid}-x", f"{os.getpid()}-x", "1-x"))
    for folder in (dead, alive, old, tmp_path / "done"):
        folder.mkdir()
    two_days_ago = time.time() - 2 * 24 * 60 * 60
    os.utime(old, (two_days_ago, two_days_ago))
    openvino.sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {alive.name, "done"}


def test_a_preparation_that_finds_its_folder_sweeps_too(fast, data):
    paint(fast("sd"), brief(executor="fast"))
    left = data / "cache" / "openvino" / "unfinished-nobody-x"
    left.mkdir()
    start(fast("sd"), brief())
    assert not left.exists()


def test_a_process_that_ends_removes_what_it_was_writing(tmp_path):
    script = """
import sys, threading
from pathlib import Path
from engine.diffusion.executors import openvino

begun = threading.Event()

def wait_for_ever():
    begun.set()
    threading.Event().wait()

openvino._jobs = lambda *args: {"network": wait_for_ever}
asked = (None, Path(sys.argv[1]) / "done", 32, 32)
threading.Thread(target=openvino.convert, args=asked, daemon=True).start()
begun.wait()
assert list(Path(sys.argv[1]).iterdir())
"""
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, timeout=60)
    assert list(tmp_path.iterdir()) == []


def test_relief_keeps_a_model_that_is_being_prepared(folders, tmp_path, monkeypatch):
    go, begun = threading.Event(), []

    def convert(*args):
        begun.append(args)
        go.wait(60)

    monkeypatch.setattr(openvino, "convert", convert)
    monkeypatch.setattr(openvino, "OpenVino", lambda *args: None)
    family = Diffusion(EngineSettings(model=str(folders("sd")), device="cpu", data_dir=tmp_path))
    start(family, brief())
    gc.collect()
    family.relieve(1)
    start(family, brief())
    go.set()
    start(family, brief(executor="fast"))
    assert len(begun) == 1
