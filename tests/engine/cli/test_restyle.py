"""`salon restyle`: from what was typed to a picture."""

import pytest

from engine.cli.request import Wish
from engine.cli.restyle import restyling_brief
from tests.engine.cli.conftest import Salon
from tests.engine.pictures.files import noise, saved

SHA, LOOK = "0f" * 32, "1e" * 32


def test_a_restyling_starts_from_the_picture_alone():
    brief = restyling_brief(Wish(style="ink", strength=0.7, seed=4, steps=9), SHA)
    assert (brief.family, brief.source, brief.parents, brief.style) == ("patches", SHA, (SHA,), "ink")
    assert (brief.strength, brief.seed, brief.steps, brief.prompt) == (0.7, 4, 9, "")


def test_pictures_of_a_look_travel_as_a_style_of_their_own():
    brief = restyling_brief(Wish(strength=0.7, model="network"), SHA, [LOOK], keep_colours=True)
    assert brief.styles[0].references == (LOOK,) and brief.style == brief.styles[0].name
    assert brief.keep_colours and brief.model == "network"
    assert set(brief.pictures) == {SHA, LOOK}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--style", "nowhere-at-all"], "nowhere-at-all"),
        ([], "--style-picture"),
        (["--style", "oil", "--style-picture", "one.png"], "--style-picture"),
        (["--style-picture", "one.png"] * 4, "you gave 4"),
        (["--style-picture", "none.png"], "none.png"),
        (["--style", "oil", "--by", "magic"], "magic"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(salon: Salon, arguments, sentence):
    (salon.folder / "one.png").write_bytes(saved(noise(24, 24), "PNG"))
    result = salon("restyle", "one.png", *arguments)
    assert result.exit_code in (64, 65)
    assert sentence in result.output
