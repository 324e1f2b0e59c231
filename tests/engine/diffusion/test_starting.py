"""What a brief may ask of a model, and what is said when it asks too much."""

import pytest
from PIL import Image

from engine.api import OwnStyle
from engine.api.errors import InvalidBrief, MissingInputs, UnknownName
from engine.diffusion import schedulers
from tests.engine.diffusion.painting import brief, start

SHA = "b" * 64


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ({"width": 33}, "not divisible by 2; take 32 or 34"),
        ({"height": 2}, "out of range"),
        ({"width": 100_000}, "out of range"),
        ({"height": 1}, "out of range"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(families, size, said):
    with pytest.raises(InvalidBrief, match=said):
        families("sd").start(brief(**size), {})


@pytest.mark.parametrize(
    ("architecture", "name", "said"),
    [
        ("sd", "eulr", "did you mean"),
        ("sd", "flow_euler", "no scheduler"),
        ("sd3", "ddim", "flow_euler"),
        ("flux", "", "flow_euler"),
    ],
)
def test_schedulers_that_do_not_fit_are_refused_by_name(families, architecture, name, said):
    with pytest.raises(UnknownName, match=said):
        schedulers.check(architecture, name)
    if name:
        with pytest.raises(UnknownName, match=said):
            families(architecture).start(brief(scheduler=name), {})


def test_more_steps_than_a_scheduler_takes_are_refused(families):
    with pytest.raises(InvalidBrief, match="cannot take 120 steps"):
        families("sd").start(brief(scheduler="lcm", steps=120), {})


def test_an_unknown_style_is_refused(families):
    with pytest.raises(UnknownName):
        families("sd").start(brief(style="watercolur"), {})


def test_a_style_changes_the_conditions_but_not_the_recipe(families):
    family = families("sd")
    (usual,) = start(family, brief())
    (styled,) = start(family, brief(style="watercolour"))
    hidden = [state.rows[-1]["encoder_hidden_states"] for state in (usual, styled)]
    assert hidden[0].shape != hidden[1].shape or not hidden[0].equal(hidden[1])
    assert family.recipe(styled).prompt == "a red fox"
    assert family.recipe(styled).style == "watercolour"


def test_a_source_that_was_not_sent_is_asked_for(families):
    with pytest.raises(MissingInputs):
        families("sd").start(brief(source=SHA), {})


@pytest.mark.parametrize(("size", "expected"), [((64, 64), (32, 32)), ((400, 100), (64, 16)), ((31, 57), (24, 44))])
def test_without_a_size_a_source_keeps_its_shape_at_the_native_area(families, size, expected):
    picture = Image.new("RGB", size, "teal")
    (state,) = start(families("sd"), brief(source=SHA), inputs={SHA: picture})
    assert (state.width, state.height) == expected


@pytest.mark.parametrize("architecture", ["sd", "sdxl", "sd3", "flux"])
def test_the_trial_step_is_of_the_lane_that_native_pictures_take(families, architecture):
    family = families(architecture)
    probe = family.probe()
    (state,) = start(family, brief())
    assert probe.lane == family.lane(state)
    assert probe.pixels == state.width * state.height
    probe.run(3)


def test_models_without_a_known_scheduler_take_the_default():
    assert schedulers.default("sd", {"_class_name": "PNDMScheduler"}) == "dpmpp_2m"
    assert schedulers.default("sd", {"_class_name": "EulerAncestralDiscreteScheduler"}) == "euler_a"


def test_a_guild_s_own_style_paints_and_is_in_the_recipe(families):
    family = families("sd")
    moss = OwnStyle(name="Moss", prompt="{prompt}, overgrown with moss")
    (own,) = start(family, brief(style="Moss", styles=(moss,)))
    (written,) = start(family, brief("a red fox, overgrown with moss"))
    assert own.rows[-1]["encoder_hidden_states"].equal(written.rows[-1]["encoder_hidden_states"])
    assert family.recipe(own).styles == (moss,)


def test_parameters_of_a_style_are_in_the_recipe(families):
    family = families("sd")
    (state,) = start(family, brief(style="photo", guidance=None, steps=None))
    plain = start(family, brief(guidance=None, steps=None))[0]
    assert family.recipe(state).guidance == pytest.approx(0.85 * family.recipe(plain).guidance)
    assert family.recipe(state).steps == round(1.2 * family.recipe(plain).steps)
