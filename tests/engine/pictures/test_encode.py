import io

import pytest
from PIL import Image

from engine.api.errors import InvalidBrief
from engine.pictures.encode import encode, thumbnail, webp
from engine.pictures.provenance import AI_MARK, read_recipe
from tests.engine.pictures.files import RECIPE, noise


def test_a_png_keeps_every_pixel_and_its_recipe() -> None:
    picture = noise()
    encoded = encode(picture, RECIPE, 2**20)
    assert encoded.mime == "image/png"
    with Image.open(io.BytesIO(encoded.data)) as again:
        assert again.tobytes() == picture.tobytes()
        assert again.info["parameters"].endswith("Version: Salon 0.1.0")
        assert f"Seed: {RECIPE.seed + RECIPE.index}," in again.info["parameters"]
        assert again.info["Software"] == "Salon 0.1.0"
        mark = again.getxmp()["xmpmeta"]["RDF"]["Description"]["DigitalSourceType"]
    assert mark == AI_MARK
    assert read_recipe(encoded.data) == RECIPE


@pytest.mark.parametrize("max_bytes", [120_000, 60_000, 20_000, 6_000])
def test_what_does_not_fit_as_png_becomes_a_smaller_webp_with_all_it_carries(max_bytes: int) -> None:
    picture = noise(256, 256)
    encoded = encode(picture, RECIPE, max_bytes)
    assert len(encoded.data) <= max_bytes
    assert encoded.mime == "image/webp"
    with Image.open(io.BytesIO(encoded.data)) as again:
        assert again.size == (encoded.width, encoded.height)
        assert AI_MARK.encode() in again.info["xmp"]
    assert read_recipe(encoded.data) == RECIPE


def test_quality_goes_before_size() -> None:
    picture = noise(256, 256)
    assert encode(picture, RECIPE, 100_000).width == 256
    assert encode(picture, RECIPE, 6_000).width < 256


def test_a_flat_picture_fits_without_loss() -> None:
    """A smooth ramp is where lossless WebP beats PNG."""
    ramp = Image.radial_gradient("L").convert("RGB")
    png = encode(ramp, RECIPE, 2**20)
    lossless = encode(ramp, RECIPE, len(png.data) - 1)
    assert lossless.mime == "image/webp"
    with Image.open(io.BytesIO(lossless.data)) as again:
        assert again.convert("RGB").tobytes() == ramp.tobytes()


def test_the_impossible_is_refused() -> None:
    with pytest.raises(InvalidBrief, match="1,024 bytes"):
        encode(noise(), RECIPE, 1024)


def test_a_sheet_carries_the_mark_without_a_recipe() -> None:
    with Image.open(io.BytesIO(encode(noise(), None, 2**20).data)) as sheet:
        assert AI_MARK.encode() in sheet.info["xmp"]
        assert "salon-recipe" not in sheet.info


@pytest.mark.parametrize(("size", "expected"), [((1024, 512), (512, 256)), ((40, 30), (40, 30)), ((2000, 1), (512, 1))])
def test_thumbnails_are_small_webp(size: tuple[int, int], expected: tuple[int, int]) -> None:
    original = Image.new("RGB", size, "teal")
    with Image.open(io.BytesIO(thumbnail(original))) as small:
        assert (small.format, small.size) == ("WEBP", expected)
    assert original.size == size


def test_previews_are_webp() -> None:
    with Image.open(io.BytesIO(webp(noise()))) as preview:
        assert (preview.format, preview.size) == ("WEBP", (64, 48))
