"""Only models that can be trusted are loaded."""

import errno
import json
import pickle
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import diffusers
import pytest

from engine.api.errors import ModelRefused, UnknownName
from engine.diffusion import loading, manifest
from engine.diffusion.model import LOADING, read_defaults
from engine.families.diffusion import Diffusion
from engine.memory import is_out_of_memory
from engine.settings import EngineSettings
from tests.engine.diffusion.painting import brief, paint, start


class Canary:
    """Unpickling this leaves a file behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


@pytest.fixture
def folder(folders, tmp_path) -> Path:
    return Path(shutil.copytree(folders("sd"), tmp_path / "model"))


def family_of(folder, tmp_path, **more) -> Diffusion:
    return Diffusion(EngineSettings(model=str(folder), device="cpu", executor="full", data_dir=tmp_path, **more))


def test_a_pickle_beside_safetensors_is_never_opened(folder, tmp_path, caplog):
    canary = tmp_path / "opened"
    for place in ("unet/diffusion_pytorch_model.bin", "text_encoder/pytorch_model.bin", "vae/model.pt"):
        (folder / place).write_bytes(pickle.dumps(Canary(canary)))

    paint(family_of(folder, tmp_path), brief())

    assert not canary.exists()
    assert "never opened" in caplog.text


def test_only_pickles_are_refused(folder, tmp_path):
    weights = folder / "unet" / "diffusion_pytorch_model.safetensors"
    weights.rename(weights.with_suffix(".bin"))
    with pytest.raises(ModelRefused, match="only as a pickle"):
        family_of(folder, tmp_path).start(brief(), {})


@pytest.mark.parametrize(
    "missing",
    [
        "unet/diffusion_pytorch_model.safetensors",
        "unet/config.json",
        "vae/config.json",
        "scheduler/scheduler_config.json",
        "model_index.json",
    ],
)
def test_a_missing_file_is_named(folder, tmp_path, missing):
    (folder / missing).unlink()
    with pytest.raises(ModelRefused, match=Path(missing).parent.name or "model_index"):
        family_of(folder, tmp_path).start(brief(), {})


def test_a_missing_tokenizer_is_refused(folder, tmp_path):
    shutil.rmtree(folder / "tokenizer")
    with pytest.raises(ModelRefused, match="tokenizer"):
        family_of(folder, tmp_path).start(brief(), {})


@pytest.mark.parametrize(("architecture", "part"), [("sd", "tokenizer"), ("flux", "tokenizer_2")])
def test_a_missing_vocabulary_is_refused(folders, tmp_path, architecture, part):
    folder = Path(shutil.copytree(folders(architecture), tmp_path / "model"))
    (folder / part / "tokenizer.json").unlink()
    with pytest.raises(ModelRefused, match=f"lacks the vocabulary of its {part};"):
        loading.open_source(str(folder))


@pytest.mark.parametrize("part", ["unet/diffusion_pytorch_model", "text_encoder/model"])
def test_truncated_weights_are_refused(folder, tmp_path, part):
    weights = folder / f"{part}.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    family = family_of(folder, tmp_path)
    with pytest.raises(ModelRefused, match=part.split("/")[0]):
        family.step(start(family, brief()))


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: can't allocate memory"),
        ImportError("libtorch.so: failed to map segment from shared object"),
        RuntimeError("could not create a primitive"),
    ],
)
def test_short_memory_is_not_the_model_s_fault(folder, tmp_path, monkeypatch, error):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(diffusers.UNet2DConditionModel, "from_pretrained", fail)
    family = family_of(folder, tmp_path)
    with pytest.raises(type(error)) as caught:
        family.step(start(family, brief()))
    assert is_out_of_memory(caught.value)


class TestManifest:
    def test_a_kept_promise_loads(self, folder, tmp_path):
        manifest.write(folder)
        assert family_of(folder, tmp_path).start(brief(), {})

    def test_a_changed_file_is_named(self, folder):
        manifest.write(folder)
        config = folder / "unet" / "config.json"
        config.write_text(config.read_text() + " ")
        with pytest.raises(ModelRefused, match=r"unet/config\.json"):
            loading.open_source(str(folder))

    def test_a_file_that_is_missing_is_named(self, folder):
        manifest.write(folder)
        (folder / "tokenizer" / "tokenizer_config.json").unlink()
        with pytest.raises(ModelRefused, match="tokenizer_config"):
            loading.open_source(str(folder))

    def test_a_file_that_was_slipped_in_is_named(self, folder):
        manifest.write(folder)
        (folder / "unet" / "extra.safetensors").write_bytes(b"")
        with pytest.raises(ModelRefused, match="extra"):
            loading.open_source(str(folder))

    @pytest.mark.parametrize(
        "content", ["", "[]", '{"files": 3}', '{"files": {"../x.json": "00"}}', '{"files": {"a": 1}}']
    )
    def test_nonsense_is_refused(self, folder, content):
        (folder / manifest.NAME).write_text(content)
        with pytest.raises(ModelRefused, match="manifest"):
            loading.open_source(str(folder))

    def test_the_hash_covers_every_file(self, folder):
        before = loading.open_source(str(folder)).hash
        assert loading.open_source(str(folder)).hash == before
        config = folder / "scheduler" / "scheduler_config.json"
        config.write_text(config.read_text() + " ")
        assert loading.open_source(str(folder)).hash != before


def rewrite_index(folder: Path, **changes) -> None:
    index = json.loads((folder / "model_index.json").read_text())
    (folder / "model_index.json").write_text(json.dumps(index | changes))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"_class_name": "EvilPipeline"}, "EvilPipeline"),
        ({"_class_name": "os.system"}, "does not have"),
        ({"_class_name": None}, "does not have"),
        ({"_class_name": ["pipeline", "Custom"]}, "does not have"),
        ({"unet": ["unet", "CustomUNet"]}, "CustomUNet"),
        ({"unet": [None, None]}, "lacks its unet"),
        ({"_class_name": "SanaPipeline", "unet": ["my_code", "Net"]}, "code of its own"),
    ],
)
def test_foreign_classes_are_refused(folder, tmp_path, changes, said):
    rewrite_index(folder, **changes)
    with pytest.raises(ModelRefused, match=said):
        family_of(folder, tmp_path).start(brief(), {})


def test_code_in_the_folder_never_runs(folder, tmp_path):
    canary = tmp_path / "ran"
    for place in ("pipeline.py", "unet/modeling.py", "text_encoder/modeling_clip.py"):
        (folder / place).write_text(f"open({str(canary)!r}, 'w')")
    config = json.loads((folder / "text_encoder" / "config.json").read_text())
    config["auto_map"] = {"AutoModel": "modeling_clip.CLIPTextModel"}
    (folder / "text_encoder" / "config.json").write_text(json.dumps(config))
    paint(family_of(folder, tmp_path), brief())
    assert not canary.exists()


def test_a_brief_may_not_name_any_folder(folder, tmp_path):
    family = family_of(folder, tmp_path)
    with pytest.raises(UnknownName):
        family.start(brief(model="/etc"), {})
    with pytest.raises(UnknownName, match="did you mean"):
        family.start(brief(model=str(folder)[:-1]), {})


@pytest.mark.parametrize("name", ["", "nowhere", "./nowhere", "a/b/c"])
def test_a_model_that_is_not_there(tmp_path, name):
    with pytest.raises(ModelRefused, match="no model folder"):
        loading.open_source(name)


def test_a_hub_model_that_cannot_be_fetched(tmp_path, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelRefused, match="could not be fetched"):
        loading.open_source("nobody/nothing")
    family = family_of("nobody/nothing", tmp_path)
    assert family.models() == ()


def test_defaults_come_from_the_model_s_own_file(folder, tmp_path):
    (folder / "salon.toml").write_text(
        'title = "Tiny"\nsteps = 3\nguidance = 2.0\nscheduler = "euler"\nwidth = 32\nheight = 64\n'
        'lexicon = ["fox", "owl"]\n'
    )
    family = family_of(folder, tmp_path)
    (info,) = family.models()
    assert (info.title, info.steps, info.guidance, info.native) == ("Tiny", 3, 2.0, (32, 64))
    assert info.schedulers[0] == "euler"
    assert not info.loaded

    (state,) = start(family, brief(steps=None, guidance=None))
    assert (state.steps, state.scheduler_name, state.width, state.height) == (3, "euler", 32, 64)
    assert family.models()[0].loaded
    assert (info.hash, info.varies) == (family.recipe(state).model_hash, True)
    (said,) = family.notices(brief("foxes and an owl beside a zeppelin"))
    assert "zeppelin" in said
    assert "fox" not in said


@pytest.mark.parametrize("content", ["steps = [", 'steps = "many"', 'scheduler = "flow_euler"', "\x00"])
def test_a_broken_salon_toml_is_refused(folder, tmp_path, content):
    (folder / "salon.toml").write_text(content)
    with pytest.raises((ModelRefused, UnknownName)):
        family_of(folder, tmp_path).start(brief(), {})


@pytest.mark.parametrize(
    "content",
    [
        "steps = -3",
        "steps = 0",
        "steps = 201",
        "steps = 2.5",
        "steps = inf",
        "guidance = -1.0",
        "guidance = 51",
        "guidance = nan",
        "width = 0",
        "height = -64",
        "max_side = 0",
    ],
)
def test_a_default_that_no_brief_could_ask_for_is_refused(folder, content):
    (folder / "salon.toml").write_text(content)
    with pytest.raises(ModelRefused, match=f"cannot have {content}"):
        read_defaults(loading.open_source(str(folder)))


def test_two_threads_never_load_at_once(folder, tmp_path, monkeypatch):
    honest = diffusers.UNet2DConditionModel.from_pretrained
    taken = []

    def watched(*args, **kwargs):
        with ThreadPoolExecutor(1) as other:
            taken.append(other.submit(LOADING.acquire, blocking=False).result())
        return honest(*args, **kwargs)

    monkeypatch.setattr(diffusers.UNet2DConditionModel, "from_pretrained", watched)
    paint(family_of(folder, tmp_path), brief())
    assert taken == [False]


def test_recipes_do_not_tell_where_a_model_lies(folder, tmp_path):
    family = family_of(folder, tmp_path)
    by_path, by_name = (start(family, brief(model=name))[0] for name in (str(folder), folder.name))
    assert family.recipe(by_path).model == family.recipe(by_name).model == folder.name
