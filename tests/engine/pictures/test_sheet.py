import numpy as np
import pytest
from PIL import Image

from engine.pictures.sheet import PAPER, contact_sheet

COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 255, 255)]


def grid_of(count: int, size: tuple[int, int] = (64, 64)) -> tuple[int, int]:
    """Columns and rows of the sheet, counted by the pictures' own pixels."""
    sheet = np.asarray(contact_sheet([Image.new("RGB", size, "white")] * count))
    lit = (sheet == 255).all(axis=2)
    return tuple(int((np.diff(lit.any(axis=axis).astype(int)) == 1).sum()) for axis in (0, 1))


@pytest.mark.parametrize(
    ("count", "grid"), [(1, (1, 1)), (2, (2, 1)), (3, (3, 1)), (4, (2, 2)), (6, (3, 2)), (16, (4, 4))]
)
def test_the_grid_suits_the_count(count: int, grid: tuple[int, int]) -> None:
    assert grid_of(count) == grid


def test_every_picture_is_there_once_and_in_order() -> None:
    sheet = contact_sheet([Image.new("RGB", (64, 48), colour) for colour in COLOURS])
    found = [colour for _, colour in sheet.getcolors(maxcolors=100_000) or [] if colour in COLOURS]
    assert sorted(found) == sorted(COLOURS)
    first_row = [sheet.getpixel((x, 100)) for x in range(sheet.width)]
    assert [colour for colour in dict.fromkeys(first_row) if colour != PAPER][:2] == COLOURS[:2]


def test_pixel_art_is_enlarged_without_new_colours() -> None:
    checks = Image.fromarray(np.indices((60, 60)).sum(axis=0).astype(np.uint8) % 2 * 255).convert("RGB")
    crisp = contact_sheet([checks], pixelated=True)
    assert {colour for _, colour in crisp.getcolors(100_000) or []} == {PAPER, (0, 0, 0), (255, 255, 255)}
    assert (crisp.width - contact_sheet([checks]).width) == 360 - 384


def test_a_large_picture_is_made_smaller() -> None:
    assert contact_sheet([Image.new("RGB", (2000, 1000))]).size == (384 + 64, 192 + 64)


@pytest.mark.parametrize("caption", ["an owl", "owl " * 200, "W" * 4000])
def test_captions_stay_on_the_paper(caption: str) -> None:
    plain = contact_sheet([Image.new("RGB", (64, 64))])
    captioned = contact_sheet([Image.new("RGB", (64, 64))], caption, "mini")
    assert captioned.width == plain.width and captioned.height > plain.height
    right_margin = np.asarray(captioned)[:, -32:]
    assert (right_margin == PAPER).all()


@pytest.mark.parametrize("caption", ["", "🦉🦊", "\x1b[31m\x00", "بومة", "\ud800"])
def test_what_the_font_cannot_draw_leaves_no_boxes(caption: str) -> None:
    plain = contact_sheet([Image.new("RGB", (64, 64))])
    captioned = contact_sheet([Image.new("RGB", (64, 64))], caption.replace("[31m", ""))
    assert captioned.tobytes() == plain.tobytes()
