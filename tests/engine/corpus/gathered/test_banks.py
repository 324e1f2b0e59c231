import json

import numpy as np
import pytest
from PIL import ImageOps

from engine.api.errors import CannotWrite, InvalidBrief, UnknownName
from engine.corpus.bank import BankRefused, is_gathered, open_bank, render_bank
from engine.corpus.captions import caption
from engine.corpus.factors import generator
from engine.corpus.gathered.banks import prepare_bank, prepared
from engine.corpus.gathered.errors import CorpusRefused
from engine.corpus.gathered.prepare.pipeline import DEFAULT, Pipeline, named
from engine.corpus.gathered.sheets import grid_sheet, prepared_rows
from tests.engine.corpus.gathered.pictures import folder_of, scene

PLAIN = ("normalise", "caption")


def quiet(line):
    pass


@pytest.fixture
def folder(tmp_path):
    """Three good pictures, a copy, a tiny one, a broken one, a mislabelled one, one of no telling name."""
    path = folder_of(tmp_path / "art", 3)
    scene(0).save(path / "scene-copied.jpg", quality=70)
    scene(4, (20, 20)).save(path / "tiny.png")
    (path / "broken.png").write_bytes((path / "scene-001-of-discs.png").read_bytes()[:200])
    (path / "mislabelled.png").write_text("not a picture")
    scene(5).save(path / "IMG_0001.png")
    return path


def test_a_folder_becomes_a_bank_with_a_record(folder, tmp_path):
    bank = tmp_path / "deep" / "bank"
    assert prepare_bank(folder, bank, 32, quiet) == 9
    opened = open_bank(bank)
    assert is_gathered(bank) and opened.pictures.shape == (9, 32, 32, 3)
    said = [caption(factors, generator(0, row)) for row, factors in enumerate(opened.factors)]
    assert said == ["scene of discs"] * 9
    record = json.loads((bank / "preparation.json").read_text())
    assert [step["step"] for step in record["steps"]] == ["decode", *DEFAULT] and record["pictures"] == 9
    dropped = {step["step"]: {drop["name"]: drop["reason"] for drop in step["dropped"]} for step in record["steps"]}
    assert set(dropped["decode"]) == {"broken.png", "mislabelled.png"}
    assert set(dropped["filter"]) == {"tiny.png"} and set(dropped["caption"]) == {"IMG_0001.png"}
    assert dropped["deduplicate"] == {"scene-copied.jpg": "shows the same as scene-000-of-discs.png"}
    for before, after in zip(record["steps"], record["steps"][1:], strict=False):
        assert after["seen"] == before["kept"] + before["added"]
    assert all(step["does"].endswith(".") for step in record["steps"])
    assert not [path for path in bank.parent.iterdir() if path != bank]


def test_pixels_arrive_as_they_are(tmp_path):
    folder = folder_of(tmp_path / "art", 2, (32, 32))
    prepare_bank(folder, tmp_path / "bank", 32, quiet, PLAIN)
    kept = open_bank(tmp_path / "bank").pictures
    assert np.abs(kept[1].astype(int) - np.asarray(scene(1, (32, 32)))).mean() < 40
    assert not np.array_equal(kept[0], kept[1])


@pytest.mark.parametrize(
    ("names", "size", "error", "said"),
    [
        (("trim",), 32, InvalidBrief, "normalise"),
        (("normalise", "sharpen"), 32, UnknownName, "sharpen"),
        (DEFAULT, 0, InvalidBrief, "--size"),
        (DEFAULT, 10**6, InvalidBrief, "--size"),
    ],
)
def test_senseless_preparations_write_nothing(folder, tmp_path, names, size, error, said):
    with pytest.raises(error, match=said):
        prepare_bank(folder, tmp_path / "bank", size, quiet, names)
    assert not (tmp_path / "bank").exists()


def test_steps_in_a_senseless_order_write_nothing(tmp_path):
    folder = folder_of(tmp_path / "art", 0)
    ImageOps.expand(scene(), 30, "white").save(folder / "framed discs.png")
    with pytest.raises(InvalidBrief, match="after those that crop"):
        prepare_bank(folder, tmp_path / "bank", 128, quiet, ("normalise", "caption", "trim"))
    assert [path.name for path in tmp_path.iterdir()] == ["art"]


def test_what_lies_there_is_not_written_over(folder, tmp_path):
    bank = tmp_path / "bank"
    bank.mkdir()
    (bank / "mine.txt").write_text("mine")
    with pytest.raises(BankRefused, match="already"):
        prepare_bank(folder, bank, 32, quiet)
    assert (bank / "mine.txt").read_text() == "mine"


def test_nothing_left_is_said(tmp_path):
    folder = tmp_path / "art"
    folder.mkdir()
    scene(0, (30, 30)).save(folder / "tiny.png")
    with pytest.raises(CorpusRefused, match="No picture"):
        prepare_bank(folder, tmp_path / "bank", 32, quiet)
    assert [path.name for path in tmp_path.iterdir()] == ["art"]


def test_a_full_disk_leaves_nothing_behind(folder, tmp_path, monkeypatch):
    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(tmp_path), "rename", full)
    with pytest.raises(CannotWrite, match="disk is full"):
        prepare_bank(folder, tmp_path / "bank", 32, quiet)
    assert [path.name for path in tmp_path.iterdir()] == ["art"]


def test_a_bank_for_a_training_is_prepared_once(tmp_path):
    folder, bank = folder_of(tmp_path / "art", 2), tmp_path / "run" / "bank"
    prepared(folder, bank, 32, 5, quiet)
    before = (bank / "pictures.u8").stat().st_mtime_ns
    prepared(folder, bank, 32, 5, quiet)
    assert (bank / "pictures.u8").stat().st_mtime_ns == before
    scene(9).save(folder / "scene-new.png")
    with pytest.raises(BankRefused, match="other pictures"):
        prepared(folder, bank, 32, 5, quiet)


def test_too_few_pictures_are_refused_until_there_are_more(tmp_path):
    folder, bank = folder_of(tmp_path / "art", 3), tmp_path / "run" / "bank"
    with pytest.raises(CorpusRefused, match="at least 12") as caught:
        prepared(folder, bank, 32, 12, quiet)
    assert caught.value.exit_code == 65
    folder_of(folder, 4)
    assert prepared(folder, bank, 32, 12, quiet) == bank


def test_the_corpus_is_never_rendered_into_a_gathered_bank(tmp_path):
    folder = folder_of(tmp_path / "art", 1)
    prepare_bank(folder, tmp_path / "bank", 32, quiet)
    with pytest.raises(BankRefused, match="another corpus"):
        render_bank(tmp_path / "bank", 10, 0, 32, 1)


def test_steps_are_named_on_a_line_or_in_a_file(tmp_path):
    assert named("trim, filter ,normalise") == ("trim", "filter", "normalise")
    path = tmp_path / "steps.toml"
    path.write_text('steps = ["trim", "normalise"]')
    assert named(str(path)) == ("trim", "normalise")
    for text in ("steps = 7", "steps = [1]", "other = 1", "= ["):
        path.write_text(text)
        with pytest.raises(InvalidBrief):
            named(str(path))
    for text in ("", " , ", str(tmp_path / "none.toml"), ",".join(["trim"] * 40)):
        with pytest.raises(InvalidBrief):
            named(text)


def test_the_sheet_has_a_row_a_picture_and_a_cell_a_step(folder):
    pipeline = Pipeline(("filter", "normalise", "augment"), 64)
    rows = prepared_rows(pipeline, pipeline.entries(folder))
    cells = {row.heading: [cell.lines[0] for cell in row.cells] for row in rows}
    assert cells["scene-000-of-discs.png"] == ["decode", "filter", "normalise", "augment 1", "augment 2", "augment 3"]
    assert cells["tiny.png"] == ["decode", "filter"] and cells["broken.png"] == ["decode"]
    last = next(row for row in rows if row.heading == "tiny.png").cells[-1]
    assert last.picture is None and "too small" in last.lines[1]
    sheet = grid_sheet(rows)
    assert sheet.width > 6 * 128 and sheet.height > len(rows) * 128
    assert np.asarray(sheet).std() > 10
