import json

import numpy as np
import pytest

from engine.corpus.bank import open_bank, render_bank
from engine.corpus.painter import paint_indexed


def test_bank_holds_the_pictures_of_its_seed(tmp_path):
    render_bank(tmp_path, count=5, seed=3, size=32, workers=1)
    bank = open_bank(tmp_path)
    assert bank.pictures.shape == (5, 32, 32, 3)
    for index in range(5):
        picture, factors = paint_indexed(3, index, 32)
        assert np.array_equal(bank.pictures[index], picture)
        assert bank.factors[index] == factors
    lines = [json.loads(line) for line in (tmp_path / "pictures.jsonl").read_text().splitlines()]
    assert [line["subject"] for line in lines] == [f.subject for f in bank.factors]
    assert all(line["caption"] for line in lines)


def test_unfinished_bank_is_refused(tmp_path):
    render_bank(tmp_path, count=1, size=32, workers=1)
    (tmp_path / "bank.json").unlink()
    with pytest.raises(FileNotFoundError, match="render one with"):
        open_bank(tmp_path)
