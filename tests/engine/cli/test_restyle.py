"""`salon restyle`: from what was typed to a picture."""

from engine.cli.request import Wish
from engine.cli.restyle import restyling_brief
from tests.engine.cli.conftest import Salon
from tests.engine.pictures.files import noise, saved

SHA = "0f" * 32


def test_a_restyling_starts_from_the_picture_alone():
    brief = restyling_brief(Wish(style="ink", strength=0.7, seed=4, steps=9), SHA)
    assert (brief.family, brief.source, brief.parents, brief.style) == ("patches", SHA, (SHA,), "ink")
    assert (brief.strength, brief.seed, brief.steps, brief.prompt) == (0.7, 4, 9, "")


def test_a_style_that_nobody_knows_is_named(salon: Salon):
    (salon.folder / "one.png").write_bytes(saved(noise(24, 24), "PNG"))
    result = salon("restyle", "one.png", "--style", "nowhere-at-all")
    assert result.exit_code == 64
    assert "nowhere-at-all" in result.output
