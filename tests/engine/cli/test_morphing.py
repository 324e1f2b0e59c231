"""From pictures and prompts that were named to a file that moves."""

import dataclasses
import json
from pathlib import Path

import pytest
from PIL import Image

from engine.api import Ingredient
from engine.api.errors import InvalidBrief
from engine.api.mixing import Thing
from engine.cli.blending import gathered_of
from engine.cli.morphing import frames_of, kind_of, morph_brief
from engine.cli.request import Wish, brief_again
from engine.pictures.animation import whole_recipe
from tests.engine.cli.conftest import Salon
from tests.engine.pictures.files import RECIPE, noise, saved

SHA = "0f" * 32


def test_a_morph_leads_through_things_in_their_order():
    things = [Thing(prompt="a fox"), Thing(picture=SHA), Thing(prompt="an owl")]
    found = gathered_of(things, Wish(), joined=" → ")
    brief = morph_brief(found, Wish(count=8, seed=4), kind="gif", loop=False)
    assert (brief.mode, brief.count, brief.animation, brief.loop) == ("morph", 8, "gif", False)
    assert [each.prompt or each.picture for each in brief.ingredients] == ["a fox", SHA, "an owl"]
    assert (brief.prompt, brief.pictures) == ("a fox → an owl", (SHA,))


@pytest.mark.parametrize(
    ("name", "kind"), [("x.webp", "webp"), ("x.PNG", "apng"), ("x.apng", "apng"), ("x.gif", "gif"), ("x.mp4", "mp4")]
)
def test_the_name_says_the_kind(name, kind):
    assert kind_of(Path(name)) == kind
    assert frames_of(Path("a") / name) == Path("a/x-frames")


def test_other_names_are_refused():
    with pytest.raises(InvalidBrief, match="can move"):
        kind_of(Path("x.jpg"))


def test_a_morph_is_painted_again_from_its_recipe():
    stops = (Ingredient(prompt="a fox"), Ingredient(prompt="an owl"))
    found = gathered_of([Thing(prompt="a fox"), Thing(prompt="an owl")], Wish(), joined=" ")
    asked = morph_brief(found, Wish(count=5, seed=4), kind="webp", loop=False)
    frame = dataclasses.replace(RECIPE, mode="blend", ingredients=stops, count=1, index=0, seed=4, timeline=())
    again = brief_again(whole_recipe(frame, asked), [])
    same = ("mode", "ingredients", "count", "seed", "strength", "loop")
    assert all(getattr(again, name) == getattr(asked, name) for name in same)


def test_a_morph_is_written_with_its_frames(served: Salon) -> None:
    (served.folder / "photo.png").write_bytes(saved(noise(16, 8)))
    result = served("morph", "photo.png", "an owl", "--frames", "3", "--out", "x.webp", "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert (told["moving"]["frames"], len(told["pictures"])) == (4, 3)
    with Image.open(served.folder / "x.webp") as image:
        assert image.format == "WEBP"
    assert len(list((served.folder / "x-frames").glob("*.png"))) == 4
    again = served("morph", "photo.png", "an owl", "--out", "x.webp")
    assert again.exit_code != 0 and "there already" in again.stderr
