"""Reference pictures, palettes and LoRAs as they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.api.errors import EngineError, InvalidBrief, UnreadablePicture
from engine.api.guides import Layout, Lora, Palette, colours
from engine.cli.crafting import orders_of
from engine.cli.guiding import Guides, guided
from engine.cli.request import Wish, brief_of
from engine.pictures.provenance import read_recipe
from tests.engine.cli.conftest import Salon
from tests.engine.cli.test_crafting import DESCRIPTION
from tests.engine.pictures.files import saved


@pytest.fixture
def owl(tmp_path):
    path = tmp_path / "owl:0.7.png"
    path.write_bytes(saved(Image.new("RGB", (8, 8), "red")))
    return str(path)


def read(**typed):
    guides = Guides(**typed)
    return brief_of(guided(Wish(prompt="a fox"), guides), None), guides


def test_pictures_with_weights(owl):
    brief, guides = read(like=[owl, f"{owl}:0.5"], style_like=[f"{owl}:2"])
    assert [(one.role, one.weight) for one in brief.references] == [("content", 1), ("content", 0.5), ("style", 2)]
    assert {one.picture for one in brief.references} == set(guides.files) == set(brief.pictures)


@pytest.mark.parametrize(
    ("typed", "palette"),
    [
        ("autumn", Palette(name="autumn")),
        ("autumn:0.5", Palette(name="autumn", strength=0.5)),
        ("#102040, #FFF", Palette(colours=("#102040", "#ffffff"))),
        ("abc,123456:1", Palette(colours=("#aabbcc", "#123456"), strength=1.0)),
    ],
)
def test_palettes(typed, palette):
    assert read(palette=typed)[0].palette == palette


def test_a_palette_of_a_picture(owl):
    brief, guides = read(palette=f"{owl}:0.3")
    assert (brief.palette.strength, [brief.palette.picture]) == (0.3, list(guides.files))


def test_loras():
    assert read(lora=["riso", "foxes:-0.5"])[0].loras == (Lora(name="riso"), Lora(name="foxes", weight=-0.5))


def test_layouts(owl):
    assert read(layout="red fox Left")[0].layout == Layout(words="red fox", place="left")
    assert read(layout="fox:right")[0].layout == Layout(words="fox", place="right")
    brief, guides = read(layout=f"fox:{owl}")
    assert (brief.layout.words, [brief.layout.mask], brief.pictures) == ("fox", list(guides.files), tuple(guides.files))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"like": ["nowhere.png"]}, "cannot be read"),
        ({"palette": "nowhere.png"}, "cannot be read"),
        ({"palette": "#12345"}, "is no colour"),
        ({"palette": "red, green"}, "is no colour"),
        ({"palette": ",".join(["#000000"] * 17)}, "up to 16"),
        ({"palette": "ice:7"}, "from 0 to 1"),
        ({"layout": "left"}, "is no layout"),
        ({"layout": ":mask.png"}, "is no layout"),
        ({"layout": "fox:nowhere.png"}, "cannot be read"),
        ({"lora": ["../secret"]}, "no name of a LoRA"),
        ({"lora": ["riso:3"]}, "from -2 to 2"),
        ({"lora": ["riso"] * 5}, "Up to 4"),
    ],
)
def test_what_cannot_be_meant_gets_one_sentence(typed, said):
    with pytest.raises((InvalidBrief, UnreadablePicture), match=said):
        read(**typed)


def test_too_many_or_too_heavy_pictures(owl):
    with pytest.raises(InvalidBrief, match="Up to 5"):
        read(like=[owl] * 3, style_like=[owl] * 3)
    with pytest.raises(InvalidBrief, match="from 0 to 2"):
        read(like=[f"{owl}:-1"])


@given(st.text(max_size=60))
def test_any_text_is_a_palette_or_a_sentence(text):
    try:
        read(palette=text)
    except EngineError as error:
        assert error.message.endswith(".")


@given(st.lists(st.integers(0, 2**24 - 1), min_size=1, max_size=16), st.sampled_from([",", " ", ", ", ";"]))
def test_colours_however_they_are_parted(numbers, between):
    written = [f"#{number:06x}" for number in numbers]
    assert colours(between.join(written)) == tuple(written)


def test_the_command_sends_all_of_it(served: Salon, owl) -> None:
    result = served(
        "imagine", "a fox", "-n", "1", "--seed", "3", "--palette", "ice", "--like", owl, "--lora", "riso:0.5"
    )
    assert result.exit_code == 0, result.stderr
    (name,) = served.pictures()
    recipe = read_recipe((served.folder / "pictures" / name).read_bytes())
    assert recipe.seed == 3


@pytest.mark.parametrize(("size", "sides"), [("3:2", (160, 104)), ("1:4", (64, 256)), ("48x64", (48, 64))])
def test_a_size_may_be_a_shape(size, sides):
    (order,) = orders_of(Wish(prompt="a fox", size=size), None, 1)
    brief = order.fitted(DESCRIPTION)
    assert (brief.width, brief.height) == sides


def test_shapes_that_are_none_or_said_twice():
    with pytest.raises(InvalidBrief, match="is no shape"):
        orders_of(Wish(prompt="a fox", size="0:3"), None, 1)
    with pytest.raises(EngineError):
        orders_of(Wish(prompt="a fox --ar 2:1", size="3:2"), None, 1)
