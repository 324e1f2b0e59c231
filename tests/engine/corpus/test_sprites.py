import numpy as np
import pytest
from PIL import Image

from engine.corpus.lexicon import values
from engine.corpus.sprites import FONT, SHEET, make_sheet, sprites


def test_every_subject_has_a_sprite():
    found = sprites()
    assert set(found) == set(values("subject"))
    for name, sprite in found.items():
        assert sprite.mode == "RGBA", name
        assert max(sprite.size) > 90, name
        covered = np.asarray(sprite.getchannel("A")) > 128
        assert covered.mean() > 0.2, name


def test_sheet_is_small_and_its_licence_lies_beside_it():
    assert SHEET.stat().st_size < 1 << 20
    assert "SIL OPEN FONT LICENSE" in SHEET.with_name("OFL.txt").read_text().upper()


@pytest.mark.skipif(not FONT.exists(), reason="needs the Debian package fonts-noto-color-emoji")
def test_sheet_is_what_the_script_makes(tmp_path):
    make_sheet(sheet=tmp_path / "again.png")
    with Image.open(tmp_path / "again.png") as again, Image.open(SHEET) as sheet:
        assert again.size == sheet.size
        # another version of the font may have touched up a glyph
        assert np.abs(np.asarray(again, float) - np.asarray(sheet, float)).mean() < 2
