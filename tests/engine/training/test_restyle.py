"""The restyler's training: lessons that fit, learning, and shipping."""

import json
from dataclasses import asdict, replace
from math import inf

import numpy as np
import pytest
import torch

from engine.corpus.bank import ABOUT, PICTURES, Identity
from engine.corpus.looks import LOOKS
from engine.corpus.painter import paint_indexed
from engine.restyle.network import WEIGHTS, Restyler, load_restyler
from engine.training.kinds import open_recipe
from engine.training.loop import Schedule, run
from engine.training.restyle import (
    RestyleTask,
    export_restyle,
    load_trained_restyler,
    rows_by_look,
    train_restyle,
)


@pytest.fixture(scope="module")
def bank():
    drawn = [paint_indexed(0, index, 64) for index in range(40)]
    return np.stack([picture for picture, _ in drawn]), [factors for _, factors in drawn]


@pytest.fixture
def recipe():
    schedule = Schedule(rate=4e-3, warmup=2, ema=0.8, steps=25, save_every=inf)
    house = open_recipe("restyle")[1]
    return replace(house, widths=(8, 8, 8), batch=4, crop=32, schedule=schedule)


def test_the_shipped_size_is_kept():
    network = Restyler(open_recipe("restyle")[1].widths)
    assert 2 * sum(value.numel() for value in network.state_dict().values()) < 2 * 2**20


def test_what_is_restyled_and_what_it_should_become_show_the_same_place(recipe, bank):
    lesson = RestyleTask(replace(recipe, recoloured=0.0, batch=12), *bank).lesson(0)
    assert lesson.pictures.shape == lesson.targets.shape == (12, 3, 32, 32)
    apart = [(lesson.targets - lesson.pictures.roll(shift, dim)).abs().mean() for dim in (2, 3) for shift in (-6, 6)]
    assert (lesson.targets - lesson.pictures).abs().mean() < min(apart)
    assert all(top % 2 == left % 2 == 0 and 8 <= top <= 24 and 8 <= left <= 24 for top, left in lesson.at)


def test_a_draw_alone_decides_its_lesson(recipe, bank):
    first, again = (RestyleTask(recipe, *bank).lesson(5) for _ in range(2))
    assert torch.equal(first.pictures, again.pictures) and torch.equal(first.targets, again.targets)
    assert not torch.equal(first.pictures, RestyleTask(recipe, *bank).lesson(6).pictures)


def test_a_picture_that_is_held_out_is_never_drawn(recipe, bank):
    task = RestyleTask(recipe, *bank)
    for look, rows in rows_by_look(bank[1]).items():
        assert set(task.rows[look]) | set(task.held_out[look]) == set(rows)
        assert len(rows) == 1 or not set(task.rows[look]) & set(task.held_out[look])


def test_a_bank_without_plain_pictures_is_refused(bank):
    dressed = [one for one in bank[1] if one.style != "plain"]
    with pytest.raises(ValueError, match="larger one"):
        rows_by_look(dressed)


def test_it_learns_one_batch_by_heart(recipe, bank):
    task = RestyleTask(recipe, *bank)
    optimizer = torch.optim.AdamW([one for one in task.model.parameters() if one.requires_grad], lr=4e-3)
    found = []
    for _ in range(40):
        losses = task.losses(0)
        optimizer.zero_grad()
        losses["loss"].backward()
        optimizer.step()
        found.append(float(losses["loss"].detach()))
    assert np.mean(found[-3:]) < 0.8 * np.mean(found[:3])


def test_it_ships(recipe, bank, tmp_path):
    task = RestyleTask(recipe, *bank)
    assert task.sheet().width == 64 * len(task.rows)
    run(task, replace(recipe.schedule, steps=2), tmp_path, say=lambda line: None)
    task.model.load_state_dict(load_trained_restyler(recipe, tmp_path).state_dict())
    found = export_restyle(recipe, tmp_path, tmp_path / "restyle", count=1)
    card = (tmp_path / "restyle" / "README.md").read_text()
    assert "{" not in card and f"{found.psnr:.1f} dB" in card
    assert found.psnr_before > 5 and 0 <= found.read_before <= 2 / len(LOOKS)
    assert (tmp_path / "restyle" / WEIGHTS).stat().st_size < 2 * 2**20
    network, _ = load_restyler(tmp_path / "restyle")
    for key, value in network.state_dict().items():
        assert torch.equal(value, task.model.state_dict()[key].half().float())


def test_a_bank_of_another_size_is_refused(recipe, bank, tmp_path):
    bank[0].tofile(tmp_path / PICTURES)
    (tmp_path / ABOUT).write_text(json.dumps({**asdict(Identity(0, 64)), "count": len(bank[0])}))
    with pytest.raises(ValueError, match="128 pixels"):
        train_restyle(recipe, 1.0, tmp_path, tmp_path / "out", print)
