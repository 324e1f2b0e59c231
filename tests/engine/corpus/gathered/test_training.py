"""`salon train mini --data FOLDER`: other people's pictures at toy size."""

import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from engine.api.errors import InvalidBrief
from engine.corpus.bank import BankRefused
from engine.corpus.gathered.banks import prepare_bank
from engine.corpus.gathered.errors import CorpusRefused
from engine.evaluation.training_pictures import from_bank
from engine.training import text_to_image
from engine.training.errors import CheckpointRefused
from engine.training.kinds import Kind, open_recipe
from engine.training.mini import HELD_OUT, load_trained, train_text_to_image
from tests.engine.corpus.gathered.pictures import folder_of, scene
from tests.engine.training.tiny import LINE, tiny_recipe


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def quiet(line):
    pass


def test_a_folder_of_pictures_trains_a_model(tmp_path, monkeypatch):
    folder, out = folder_of(tmp_path / "art", 45, (64, 64)), tmp_path / "run"
    out.mkdir()
    train_text_to_image(tiny_recipe(), 1e6, folder, out, quiet, workers=1)
    count = json.loads((out / "bank" / "bank.json").read_text())["count"]
    assert count == 3 * 45
    assert len(load_file(out / "latents.safetensors")["latents"]) == count - HELD_OUT
    assert not (out / "wording").exists()
    tokenizer = load_trained(tiny_recipe(), out).tokenizer
    assert len(tokenizer("scene of discs").input_ids) == 5, "the words of the captions are whole pieces"
    monkeypatch.setattr(text_to_image, "PICTURE", 32)
    monkeypatch.setattr(text_to_image, "share_wrong", lambda *_: pytest.fail("a judge cannot read these"))
    assert 0 < text_to_image.score(tiny_recipe(), folder, out) < 2
    before = len(list(folder.iterdir()))
    train_text_to_image(tiny_recipe(steps=3), 1e6, folder, out, quiet, workers=1)
    assert len(list(folder.iterdir())) == before
    other = tmp_path / "other"
    prepare_bank(folder_of(tmp_path / "more", 46, (64, 64)), other, 32, quiet)
    with pytest.raises(CheckpointRefused, match="other pictures"):
        train_text_to_image(tiny_recipe(), 1e6, other, out, quiet, workers=1)


def test_an_evaluation_looks_for_copies_in_the_corpus_alone(tmp_path):
    bank = tmp_path / "bank"
    prepare_bank(folder_of(tmp_path / "art", 2), bank, 128, quiet)
    with pytest.raises(BankRefused, match="leave --reference out"):
        from_bank(bank)


def test_three_pictures_are_too_few(tmp_path):
    folder = folder_of(tmp_path / "art", 3, (64, 64))
    with pytest.raises(CorpusRefused, match=r"9 prepared pictures.*at least 128"):
        train_text_to_image(tiny_recipe(), 1e6, folder, tmp_path / "run", quiet, workers=1)


def test_kinds_take_the_pictures_that_teach_them(tmp_path):
    folder = folder_of(tmp_path / "art", 1)
    kind, _ = open_recipe("mini")
    kind.check_bank(folder)
    with pytest.raises(InvalidBrief, match="scene-000"):
        LINE.check_bank(folder)
    bank = tmp_path / "bank"
    prepare_bank(folder, bank, 32, quiet)
    kind.check_bank(bank)
    for other in (LINE, replace(LINE, renders=False)):
        assert isinstance(other, Kind)
        with pytest.raises(InvalidBrief, match="other people's pictures"):
            other.check_bank(bank)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "diary.txt").write_text("mine")
    with pytest.raises(InvalidBrief, match=r"diary\.txt"):
        kind.check_bank(tmp_path / "notes")
    scene().save(tmp_path / "notes" / "owl.png")
    kind.check_bank(tmp_path / "notes")
