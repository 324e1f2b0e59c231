"""The restyler's network, its reader and its waves."""

import json

import pytest
import torch

from engine.api.errors import ModelRefused
from engine.diffusion import manifest
from engine.evaluation.judge import Judge
from engine.restyle.carriers import CARRIERS, SHEET, carriers
from engine.restyle.network import CONFIG, WEIGHTS, Restyler, load_restyler, save_restyler
from engine.restyle.reader import CODE, Reader

torch.set_num_threads(1)


def pictures(count: int = 1, height: int = 32, width: int = 40) -> torch.Tensor:
    return torch.rand(count, 3, height, width, generator=torch.Generator().manual_seed(1)) * 2 - 1


def trained(widths=(4, 8, 8)) -> Restyler:
    torch.manual_seed(0)
    network = Restyler(widths)
    torch.nn.init.normal_(network.decoder.head.weight, std=0.1)
    return network.eval()


@torch.no_grad()
def test_as_it_is_built_it_adds_nothing():
    network = Restyler((4, 8, 8))
    assert not network(pictures(), network.reader(pictures()), at=[(0, 0)]).any()


@torch.no_grad()
def test_looks_and_places_on_the_sheet_matter_and_neighbours_in_the_batch_do_not():
    network = trained()
    codes = network.reader(torch.stack([pictures(1, 64, 64)[0], torch.zeros(3, 64, 64)]))
    both = network(pictures(2), codes, at=[(0, 0), (6, 2)])
    alone = network(pictures(2)[1:], codes[1:], at=[(6, 2)])
    assert torch.allclose(both[1:], alone, atol=1e-5)
    assert (network(pictures(2)[1:], codes[:1], at=[(6, 2)]) - alone).abs().max() > 1e-3
    assert (network(pictures(2)[1:], codes[1:], at=[(0, 2)]) - alone).abs().max() > 1e-3


def test_the_waves_repeat_after_a_sheet_and_go_on_where_a_crop_begins():
    whole = carriers(SHEET + 32, 32)
    assert whole.shape == (1, CARRIERS, SHEET // 2 + 16, 16)
    assert torch.allclose(whole[:, :, :16], whole[:, :, SHEET // 2 :], atol=1e-4)
    assert torch.allclose(carriers(32, 32, top=10), whole[:, :, 5:21], atol=1e-4)


@torch.no_grad()
def test_the_reader_sees_what_the_judge_sees():
    torch.manual_seed(3)
    judge = Judge().eval()
    for module in judge.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    reader = Reader()
    reader.take_over(judge)
    stem, norm, bend, block = list(judge.scene.trunk)[:4]
    coarse = bend(norm(stem(pictures(2, 64, 64))))
    wanted = [statistic for level in (coarse, block(coarse)) for statistic in (level.mean((2, 3)), spread(level))]
    found = reader(pictures(2, 64, 64))
    assert found.shape == (2, CODE)
    assert torch.allclose(found, torch.cat(wanted, 1), atol=1e-4)


def spread(level: torch.Tensor) -> torch.Tensor:
    return level.flatten(2).std(-1, correction=0)


@torch.no_grad()
def test_saved_and_loaded_it_does_the_same(tmp_path):
    network = trained()
    save_restyler(network, tmp_path)
    manifest.write(tmp_path)
    again, _ = load_restyler(tmp_path)
    one, other = (each(pictures(), each.reader(pictures()), at=[(0, 0)]) for each in (network, again))
    assert (one - other).abs().max() < 0.02


@pytest.mark.parametrize("spoil", ["weights", "config", "unpromised"])
def test_damaged_files_are_refused_in_a_sentence(tmp_path, spoil):
    save_restyler(trained(), tmp_path)
    if spoil == "unpromised":
        manifest.write(tmp_path)
    if spoil == "config":
        (tmp_path / CONFIG).write_text(json.dumps({"depths": [1]}))
    else:
        (tmp_path / WEIGHTS).write_bytes(b"nothing of the kind")
    with pytest.raises(ModelRefused, match="fetch it again"):
        load_restyler(tmp_path)
