import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.studio import eta
from bot.studio.sizes import NAMES, sides
from engine.prompting import shaped
from tests.bot.studio.test_checks import model

SIDE = st.integers(1, 5000)


def test_work_goes_with_pictures_steps_guidance_and_area():
    plain = model(guidance=1.0)
    assert eta.work(plain, 1, None) == 4.0
    assert eta.work(plain, 3, None) == 12.0
    assert eta.work(model(), 3, None) == 24.0
    assert eta.work(model(), 3, (256, 128)) == 48.0


def test_time_is_told_only_where_steps_were_measured():
    assert eta.seconds(None, 10, 10, 1) is None
    assert eta.seconds(model(step_seconds={}), 10, 10, 1) is None


def test_a_full_batch_shares_its_steps():
    # 8 rows take 0.4 s: 0.05 s a row. One picture with guidance, 4 steps, is 8 row-steps.
    assert eta.seconds(model(), 800, 8, 1) == pytest.approx(808 * 0.05)


def test_an_empty_engine_still_takes_its_steps_one_after_the_other():
    assert eta.seconds(model(), 0, 8, 1) == pytest.approx(4 * 0.1)


def test_what_comes_before_counts_where_batches_hardly_share_their_steps():
    slow = model(step_seconds={2: 1.0, 8: 1.2})
    own = eta.work(slow, 1, None)
    told = [eta.seconds(slow, place * own, own, 1) for place in range(4)]
    assert told == pytest.approx([4.0, 5.2, 6.4, 7.6])


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.integers(1, 4))
def test_more_before_one_never_takes_less(before, more, count):
    own = eta.work(model(), count, None)
    assert eta.seconds(model(), before + more, own, count) >= eta.seconds(model(), before, own, count) > 0


@pytest.mark.parametrize(
    ("fields", "room"), [({}, 4), ({"guidance": 1.0}, 8), ({"row_cap": 1}, 1), ({"row_cap": None}, 4)]
)
def test_the_engine_is_given_as_much_as_fills_a_batch(fields, room):
    assert eta.room(model(**fields)) == room


@pytest.mark.parametrize("name", NAMES)
def test_named_shapes_have_the_models_area_and_their_ratio(name):
    width, height = sides(name, (1024, 1024), 8)
    assert width * height == pytest.approx(1024 * 1024, rel=0.03)
    assert width / height == pytest.approx(NAMES[name][0] / NAMES[name][1], rel=0.03)


@given(SIDE, SIDE, st.sampled_from(["x", " x ", "X", "×", "*"]), st.sampled_from([8, 16, 64]))
def test_typed_sides_are_rounded_to_what_can_be_painted(width, height, sign, multiple):
    for typed, given_side in zip(sides(f"{width}{sign}{height}", (8, 8), multiple), (width, height), strict=True):
        assert typed % multiple == 0 and abs(typed - given_side) < multiple


@given(st.text(max_size=30))
def test_nothing_else_is_a_size(text):
    found = sides(text, (512, 512), 8)
    assert (
        found is None
        or (all(side > 0 for side in found) and any(char.isdigit() for char in text))
        or (text.strip().casefold() in NAMES)
    )


@given(SIDE, SIDE, st.sampled_from([":", " : ", "："]))
def test_a_ratio_is_a_shape(width, height, sign):
    assert sides(f"{width}{sign}{height}", (512, 512), 8) == shaped((width, height), (512, 512), 8)
