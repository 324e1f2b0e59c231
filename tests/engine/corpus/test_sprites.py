from engine.corpus.lexicon import values
from engine.corpus.sprites import SHEET, sprites


def test_every_subject_has_a_sprite():
    found = sprites()
    assert set(found) == set(values("subject"))
    for name, sprite in found.items():
        assert sprite.mode == "RGBA", name
        assert max(sprite.size) > 100, name


def test_sheet_is_small_and_its_licence_lies_beside_it():
    assert SHEET.stat().st_size < 1 << 20
    assert "SIL OPEN FONT LICENSE" in SHEET.with_name("OFL.txt").read_text().upper()
