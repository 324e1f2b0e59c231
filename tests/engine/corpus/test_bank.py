import json
import os
import signal
from itertools import islice

import numpy as np
import pytest

from engine.api.errors import CannotWrite
from engine.corpus import bank as banks
from engine.corpus import rendering
from engine.corpus.bank import BankRefused, open_bank, render_bank
from engine.corpus.factors import draw_factors
from engine.corpus.painter import paint_indexed
from engine.corpus.rendering import render_chunks, require_room
from tests.forks import forked

SIZE = 16
FEW = 32
"""Pictures in a chunk where many chunks are wanted."""


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    render_bank(folder, count=5, seed=3, size=SIZE, workers=1)
    return folder


def test_bank_holds_the_pictures_of_its_seed(rendered):
    bank = open_bank(rendered)
    assert bank.pictures.shape == (5, SIZE, SIZE, 3)
    assert bank.seed == 3
    for index in range(5):
        picture, factors = paint_indexed(3, index, SIZE)
        assert np.array_equal(bank.pictures[index], picture)
        assert bank.factors[index] == factors


def test_factors_are_a_sequence(rendered):
    factors = open_bank(rendered).factors
    wanted = [draw_factors(3, index) for index in range(5)]
    assert list(factors) == wanted
    assert factors[1:3] == wanted[1:3]
    assert factors[-1] == wanted[-1]
    with pytest.raises(IndexError):
        factors[5]


def test_lines_can_be_read_by_people(rendered):
    lines = [json.loads(line) for line in (rendered / "pictures.jsonl").read_text(encoding="utf-8").splitlines()]
    for index, line in enumerate(lines):
        factors = draw_factors(3, index)
        assert [figure["subject"] for figure in line["figures"]] == [figure.subject for figure in factors.figures]
        assert line["style"] == factors.style
        assert line["en"].isascii() and not line["zh"].isascii()
    assert len(lines) == 5


def test_a_bank_grows_and_keeps_what_it_has(rendered, tmp_path):
    for path in rendered.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    render_bank(tmp_path, count=2, seed=3, size=SIZE, workers=1)
    assert len(open_bank(tmp_path).pictures) == 5
    render_bank(tmp_path, count=7, seed=3, size=SIZE, workers=1)
    bank = open_bank(tmp_path)
    assert len(bank.pictures) == len(bank.factors) == 7
    assert np.array_equal(bank.pictures[6], paint_indexed(3, 6, SIZE)[0])


def killed_in_the_third_chunk(folder, count):
    def dying(*arguments):
        yield from islice(render_chunks(*arguments), 2)
        os.kill(os.getpid(), signal.SIGKILL)

    rendering.CHUNK, banks.render_chunks = FEW, dying
    render_bank(folder, count, size=8, workers=1)


def test_a_killed_rendering_goes_on_where_it_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(rendering, "CHUNK", FEW)
    count = 4 * FEW
    account = tmp_path / "rendered.jsonl"
    assert forked(killed_in_the_third_chunk, tmp_path, count) == -signal.SIGKILL
    kept = [json.loads(line) for line in account.read_text().splitlines()[1:]]
    assert len(kept) == 2
    with pytest.raises(BankRefused, match="no finished bank"):
        open_bank(tmp_path)
    # spoil one that is kept: it must not be rendered again
    with (tmp_path / "pictures.u8").open("r+b") as file:
        file.seek(kept[0][0] * 8 * 8 * 3)
        file.write(bytes(8 * 8 * 3))
    account.write_text(account.read_text() + "[12", encoding="utf-8")
    render_bank(tmp_path, count, size=8, workers=1)
    bank = open_bank(tmp_path)
    assert not account.exists()
    assert not bank.pictures[kept[0][0]].any()
    for index in (kept[0][0] + 1, count - 1):
        assert np.array_equal(bank.pictures[index], paint_indexed(0, index, 8)[0])


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [({"seed": 4}, "seed 3 instead of 4"), ({"size": 32}, "size 16 instead of 32"), ({}, "version 2 instead of 3")],
)
def test_another_corpus_is_refused(rendered, asked, complaint, monkeypatch):
    if not asked:
        monkeypatch.setattr(banks.Identity.__init__, "__defaults__", (3,))
    with pytest.raises(BankRefused, match=f"{complaint}.*another folder"):
        render_bank(rendered, 9, **{"seed": 3, "size": SIZE, **asked})


def test_a_bank_from_before_versions_were_counted_is_refused(rendered, tmp_path):
    about = json.loads((rendered / "bank.json").read_text())
    del about["version"]
    (tmp_path / "bank.json").write_text(json.dumps(about))
    with pytest.raises(BankRefused, match="version 1"):
        open_bank(tmp_path)


def test_an_unfinished_bank_of_another_seed_is_refused(tmp_path):
    (tmp_path / "rendered.jsonl").write_text('{"seed": 1, "size": 16, "version": 2}\n')
    with pytest.raises(BankRefused, match="seed 1 instead of 0"):
        render_bank(tmp_path, 1, size=SIZE)


def test_too_little_room_is_told_before_the_work(tmp_path):
    with pytest.raises(CannotWrite, match=r"GB free.*fewer pictures"):
        require_room(tmp_path, 1 << 60)


def test_a_disk_that_fills_up_ends_in_one_sentence(tmp_path):
    (tmp_path / "pictures.u8").symlink_to("/dev/full")
    with pytest.raises(CannotWrite, match=r"disk of .* is full; what was rendered is kept"):
        render_bank(tmp_path, 1, size=SIZE, workers=1)
    assert (tmp_path / "rendered.jsonl").exists()
