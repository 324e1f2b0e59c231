"""Pictures as an autoencoder gives them back: made once for a bank and an autoencoder."""

import numpy as np
import pytest
import torch
from diffusers import AutoencoderKL

from engine.corpus.bank import open_bank, render_bank
from engine.evaluation.rebuilt import rebuild, rebuilt_of


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    render_bank(folder, 6, workers=1)
    return folder


def autoencoder(folder, seed):
    torch.manual_seed(seed)
    made = AutoencoderKL(block_out_channels=(4,), norm_num_groups=2, latent_channels=3)
    made.save_pretrained(folder)
    return made.eval()


def test_they_are_what_the_autoencoder_leaves_and_made_once(bank, tmp_path):
    said = []
    made = autoencoder(tmp_path, 0)
    found = rebuilt_of(bank, tmp_path, said.append)
    assert np.array_equal(found, rebuild(made, open_bank(bank).pictures))
    assert np.array_equal(found, rebuilt_of(bank, tmp_path, said.append))
    assert len(said) == 1


def test_another_autoencoder_makes_its_own(bank, tmp_path):
    autoencoder(tmp_path / "one", 1)
    autoencoder(tmp_path / "two", 2)
    assert not np.array_equal(*(rebuilt_of(bank, tmp_path / name) for name in ("one", "two")))


def test_without_an_autoencoder_there_are_none(bank, tmp_path):
    assert rebuilt_of(bank, tmp_path) is None
