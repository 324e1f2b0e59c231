"""How large a batch may be."""

from engine.limits import LOOK_EVERY, RECOVERY, RowLimits
from engine.steptimes import DEFAULT_CAP, TRIAL_ROWS, StepTimes


def flat_from(rows: int) -> StepTimes:
    """Return a complete curve whose throughput grows up to so many rows."""
    times = StepTimes()
    for tried in TRIAL_ROWS:
        times.believe("lane", tried, max(tried, rows) / rows)
    return times


def test_the_cap_is_where_throughput_flattens():
    assert RowLimits(flat_from(4)).cap("lane") == 4
    assert RowLimits(flat_from(16)).cap("lane") == 16


def test_a_fixed_cap_wins():
    limits = RowLimits(flat_from(4), fixed=6)
    assert {limits.next_batch("lane") for _ in range(2 * LOOK_EVERY)} == {6}


def test_nothing_is_concluded_from_a_few_steps():
    times = StepTimes()
    times.observe("lane", 8, 9.0)
    times.observe("lane", 8, 9.0)
    times.observe("lane", 2, 0.1)
    times.observe("lane", 2, 0.1)
    assert RowLimits(times).cap("lane") == DEFAULT_CAP


def test_another_resolution_is_learnt_from_real_steps():
    times = StepTimes()
    for rows in (2, 4, 8):
        for _ in range(3):
            times.observe("large", rows, rows / 2)
    assert RowLimits(times).cap("large") == 2, "twice the rows take twice the time"


def test_the_first_step_of_a_kind_warms_up_and_is_not_believed():
    times = StepTimes()
    times.observe("lane", 8, 30.0)
    assert times.curve("lane") == {}
    times.observe("lane", 8, 1.0)
    assert times.curve("lane") == {8: 1.0}


def test_a_cap_that_was_measured_wrongly_mends():
    times = StepTimes()
    for rows in TRIAL_ROWS:
        times.believe("lane", rows, 0.0005 if rows == 1 else 1.0)
    limits = RowLimits(times)
    assert limits.cap("lane") == 1
    for _ in range(60 * LOOK_EVERY):
        rows = min(limits.next_batch("lane"), 16)
        times.observe("lane", rows, 1.0)
        limits.went_well("lane")
    assert limits.cap("lane") > 1


def test_memory_halves_a_batch_and_lets_it_grow_again():
    limits = RowLimits(flat_from(16))
    assert limits.ran_short("lane") == 1
    assert limits.halve("lane", 16) and limits.cap("lane") == 8
    assert limits.halve("lane", 8) and limits.cap("lane") == 4
    for _ in range(RECOVERY):
        limits.went_well("lane")
    assert limits.cap("lane") == 8
    assert limits.ran_short("lane") == 1, "work that went well in between ends a row of hardships"


def test_one_row_cannot_be_halved():
    limits = RowLimits(flat_from(16))
    assert not limits.halve("lane", 1)
    assert limits.halve("lane", 2)
    assert not limits.halve("lane", 2)
