"""`salon corpus`, on small folders and a museum on this machine."""

import pytest
from PIL import Image

from engine.corpus.gathered import museums
from tests.engine.cli.conftest import Salon
from tests.engine.corpus.gathered import hall as halls
from tests.engine.corpus.gathered.pictures import folder_of


def test_the_corpus_is_shown_with_captions_in_both_languages(salon: Salon) -> None:
    result = salon("corpus", "show", "--count", "2", "--out", "sheet.png")
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert len(lines) == 4 and lines[0].startswith("1  ") and lines[2].startswith("2  ")
    assert lines[0].isascii() and any("\u4e00" <= char <= "\u9fff" for char in lines[1])
    with Image.open(salon.folder / "sheet.png") as sheet:
        assert sheet.height > 10 * 160, "a row a factor"


def test_a_folder_is_shown_step_by_step(salon: Salon) -> None:
    folder = folder_of(salon.folder / "art", 2)
    (folder / "broken.png").write_text("no picture")
    result = salon("corpus", "show", str(folder), "--steps", "filter,normalise", "--out", "sheet.png")
    assert result.exit_code == 0, result.stderr
    assert "decode: of 3 pictures 1 dropped (such as broken.png" in result.stderr
    with Image.open(salon.folder / "sheet.png") as sheet:
        assert sheet.width > 3 * 160


def test_a_bank_is_prepared(salon: Salon) -> None:
    folder = folder_of(salon.folder / "art", 2)
    result = salon("corpus", "prepare", str(folder), "--out", "bank", "--size", "32")
    assert result.exit_code == 0, result.stderr
    assert "salon train mini --data bank" in result.stderr
    assert (salon.folder / "bank" / "preparation.json").exists()


def test_pictures_are_fetched(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    with halls.open_hall() as hall:
        monkeypatch.setitem(museums.MUSEUMS, "met", halls.met(hall))
        hall.answers["/v1/objects/101"] = halls.met_object(hall, 101, isPublicDomain=False)
        result = salon("corpus", "gather", "met", "quail", "--out", "art")
    assert result.exit_code == 0, result.stderr
    assert "2 pictures of The Metropolitan Museum of Art" in result.stderr
    assert "101 is not in the public domain" in result.stderr and "other words" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("show", "none"), 65, "no folder"),
        (("show", "--count", "0"), 64, "--count"),
        (("show", "--steps", "trim"), 64, "name a folder"),
        (("show", ".", "--steps", "sharpen"), 64, "sharpen"),
        (("show", ".", "--size", "1"), 64, "--size"),
        (("prepare", ".", "--out", "bank"), 65, "no PNG"),
        (("gather", "louvre", "owl", "--out", "art"), 64, "louvre"),
        (("gather", "met", "", "--out", "art"), 64, "what to look for"),
    ],
)
def test_mistakes_end_in_a_sentence(salon: Salon, arguments: tuple[str, ...], code: int, said: str) -> None:
    result = salon("corpus", *arguments)
    assert result.exit_code == code and said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
