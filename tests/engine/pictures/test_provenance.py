import dataclasses
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.api.errors import UnreadablePicture
from engine.pictures.provenance import parse_recipe, png_info, read_recipe, recipe_json, xmp_packet
from tests.engine.pictures.files import RECIPE, inflating_png, noise, saved


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
def test_every_format_gives_its_recipe_back(kind: str) -> None:
    carried = {"pnginfo": png_info(RECIPE)} if kind == "PNG" else {"xmp": xmp_packet(RECIPE)}
    assert read_recipe(saved(noise(), kind, **carried)) == RECIPE


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_prompt_survives_xml_and_png(prompt: str) -> None:
    recipe = dataclasses.replace(RECIPE, prompt=prompt, negative=prompt)
    image = Image.new("RGB", (1, 1))
    assert read_recipe(saved(image, pnginfo=png_info(recipe))) == recipe
    assert read_recipe(saved(image, "JPEG", xmp=xmp_packet(recipe))) == recipe


def test_the_png_chunk_is_plain_ascii_json() -> None:
    assert recipe_json(RECIPE).isascii()
    assert json.loads(recipe_json(RECIPE))["prompt"] == RECIPE.prompt


def test_a_foreign_picture_is_told_apart_from_no_picture() -> None:
    with pytest.raises(UnreadablePicture, match="no Salon recipe"):
        read_recipe(saved(noise()))
    with pytest.raises(UnreadablePicture, match="not a PNG, JPEG or WebP"):
        read_recipe(b"hello")
    with pytest.raises(UnreadablePicture, match="not a PNG, JPEG or WebP"):
        read_recipe(saved(noise(), "GIF"))


def test_a_newer_recipe_is_refused_kindly() -> None:
    newer = json.loads(recipe_json(RECIPE)) | {"version": 2, "brush": "hog"}
    with pytest.raises(UnreadablePicture, match="update Salon"):
        parse_recipe(json.dumps(newer))


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "7", "{", "[" * 100_000, '{"version": "1"}', '{"version": 1e999}', "x" * 2**21, "\ud800"],
)
def test_damaged_recipes_are_refused(text: str) -> None:
    with pytest.raises(UnreadablePicture, match="damaged"):
        parse_recipe(text)


@pytest.mark.parametrize("field", [{"steps": "many"}, {"surprise": 1}, {"backend": None}, {"rows": [[1]]}])
def test_wrong_fields_are_refused(field: dict[str, object]) -> None:
    with pytest.raises(UnreadablePicture, match="damaged"):
        parse_recipe(json.dumps(json.loads(recipe_json(RECIPE)) | field))


@pytest.mark.parametrize("key", [b"salon-recipe", b"Comment"])
def test_a_text_bomb_costs_little_memory(key: bytes) -> None:
    data = inflating_png(key, megabytes=64)
    tracemalloc.start()
    try:
        with pytest.raises(UnreadablePicture):
            read_recipe(data)
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()


def test_an_entity_bomb_in_xmp_is_refused() -> None:
    lol = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{lol}]><x>&l9;</x>'.encode()
    with pytest.raises(UnreadablePicture):
        read_recipe(saved(noise(), "WEBP", xmp=bomb))
