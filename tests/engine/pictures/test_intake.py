import hashlib
import io
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from engine.api import Intake
from engine.api.errors import UnreadablePicture
from engine.pictures.intake import MAX_UPLOAD_BYTES, decode, intake
from tests.engine.pictures.files import claiming_png, noise, saved

SMALL_PNG = saved(noise(9, 7))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_good_picture_comes_back_clean(kind: str) -> None:
    metadata = PngImagePlugin.PngInfo()
    metadata.add_text("Author", "somebody")
    metadata.add_itxt("XML:com.adobe.xmp", "<secret/>")
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    options = {"pnginfo": metadata} if kind == "PNG" else {"xmp": b"<secret/>", "exif": exif}
    taken = intake(saved(noise(), kind, comment="secret", **options))
    assert (taken.width, taken.height) == (64, 48)
    assert taken.sha256 == hashlib.sha256(taken.image).hexdigest()
    assert b"secret" not in taken.image and b"somebody" not in taken.image
    with Image.open(io.BytesIO(taken.image)) as again:
        again.load()
        assert (again.format, again.mode, again.info) == ("PNG", "RGB", {})


def test_the_same_pixels_get_the_same_name() -> None:
    assert intake(saved(noise())).sha256 == intake(saved(noise(), "WEBP", lossless=True)).sha256


def test_what_intake_gives_can_be_taken_in_again() -> None:
    once = intake(SMALL_PNG)
    assert intake(once.image) == once


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied(orientation: int) -> None:
    upright = Image.new("RGB", (32, 16), "white")
    upright.paste("red", (0, 0, 16, 8))
    turns = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = upright.transpose(Image.Transpose(turns[orientation])) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = decode(saved(stored, "PNG", exif=exif))
    assert image.size == (32, 16)
    assert image.getpixel((2, 2)) == (255, 0, 0) and image.getpixel((30, 14)) == (255, 255, 255)


def test_transparent_parts_become_white() -> None:
    for mode in ("RGBA", "LA", "P"):
        image = Image.new("RGBA", (4, 4), (0, 0, 0, 0)).convert(mode)
        options = {"transparency": 0} if mode == "P" else {}
        assert decode(saved(image, "PNG", **options)).getpixel((1, 1)) == (255, 255, 255)


def test_sixteen_bit_greys_are_scaled() -> None:
    image = Image.fromarray(np.array([[0, 32768, 65535]], dtype=np.uint16))
    assert [decode(saved(image)).getpixel((x, 0))[0] for x in range(3)] == [0, 127, 255]


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK"])
def test_other_modes_become_rgb(mode: str) -> None:
    assert decode(saved(noise().convert(mode), "JPEG" if mode == "CMYK" else "PNG")).mode == "RGB"


def test_an_animation_gives_its_first_frame() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    for kind in ("PNG", "WEBP"):
        data = saved(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True)
        assert decode(data).getpixel((0, 0)) == (255, 0, 0)


def test_a_polyglot_loses_its_tail() -> None:
    tail = b"PK\x03\x04 <script>alert(1)</script>"
    for kind in ("PNG", "JPEG"):
        assert b"script" not in intake(saved(noise(), kind) + tail).image


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_file_cut_short_is_refused(kind: str, share: float) -> None:
    data = saved(noise(200, 200), kind)
    with pytest.raises(UnreadablePicture):
        intake(data[: int(len(data) * share)])


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"%!PS-Adobe-3.0 EPSF-3.0\n", saved(noise(), "TIFF"), saved(noise(), "BMP")]
)
def test_other_formats_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadablePicture, match="PNG, JPEG or WebP"):
        intake(data)


def test_a_heavy_file_is_refused_unread() -> None:
    with pytest.raises(UnreadablePicture, match="10"):
        intake(SMALL_PNG + b"\0" * MAX_UPLOAD_BYTES)


def test_a_header_that_claims_too_much_is_refused_by_one_sentence() -> None:
    data = claiming_png(10_000, 10_000)
    assert len(data) < 100
    with pytest.raises(UnreadablePicture, match="10,000 x 10,000 pixels") as refusal:
        intake(data)
    assert refusal.value.message.count(".") == 2  # the figure's own point and the full stop


def test_the_limit_is_sixteen_point_eight_million_pixels() -> None:
    with pytest.raises(UnreadablePicture, match="claims"):
        intake(claiming_png(4097, 4096))
    with pytest.raises(UnreadablePicture, match="damaged"):
        intake(claiming_png(16, 16))


def test_a_claiming_header_costs_no_memory() -> None:
    """Measured in a process of its own, for the peak is never given back."""
    script = """
import resource, sys
from engine.api.errors import UnreadablePicture
from engine.pictures.intake import intake
from tests.engine.pictures.files import claiming_png
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for side in (5_000, 10_000, 50_000):
    try:
        intake(claiming_png(side, side))
    except UnreadablePicture:
        continue
    sys.exit("accepted")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 20_000  # KiB; the pixels would take 300,000


@settings(max_examples=300, deadline=None)
@given(
    flips=st.lists(st.tuples(st.integers(0, len(SMALL_PNG) - 1), st.integers(0, 255)), max_size=12),
    cut=st.integers(0, len(SMALL_PNG)),
    tail=st.binary(max_size=20),
)
def test_mutated_bytes_are_a_picture_or_refused(flips: list[tuple[int, int]], cut: int, tail: bytes) -> None:
    data = bytearray(SMALL_PNG)
    for place, value in flips:
        data[place] = value
    for variant in (bytes(data), bytes(data[:cut]) + tail):
        try:
            taken = intake(variant)
        except UnreadablePicture as refusal:
            assert refusal.message.endswith(".")
        else:
            assert isinstance(taken, Intake)
