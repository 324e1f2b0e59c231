"""When the next engine may be started."""

import asyncio

import pytest

from engine.api.errors import EngineLost, EngineResting, EngineSilent
from engine.client.keeper import Keeper
from engine.client.timing import LONGEST_STRETCH, WATCH_S, Patience, Pulse, Restarts, Timing


def live(restarts: Restarts, now: float, lifetime: float) -> float:
    restarts.started(now)
    restarts.stopped(now + lifetime)
    return now + lifetime


def test_the_first_start_waits_for_nothing():
    restarts = Restarts(Timing())
    assert restarts.pause_s() == 0
    assert restarts.blocked_s(0.0) == 0


def test_the_pause_doubles_up_to_its_limit():
    restarts = Restarts(Timing(most_starts=None))
    pauses = []
    for now in range(10):
        live(restarts, float(now), 0.1)
        pauses.append(restarts.pause_s())
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30, 30]


def test_an_engine_that_lived_long_is_replaced_quickly():
    restarts = Restarts(Timing())
    now = live(restarts, 0.0, 1.0)
    now = live(restarts, now, 1.0)
    assert restarts.pause_s() == 1.0
    live(restarts, now, 3600.0)
    assert restarts.pause_s() == 0.5


def test_after_too_many_starts_none_is_tried_until_the_oldest_is_forgotten():
    restarts = Restarts(Timing(most_starts=5, window_s=600))
    for now in (0.0, 10.0, 20.0, 30.0):
        live(restarts, now, 1.0)
        assert restarts.blocked_s(now + 1) == 0
    live(restarts, 40.0, 1.0)
    assert restarts.blocked_s(41.0) == pytest.approx(559.0)
    assert restarts.blocked_s(600.0) == 0


def test_starts_far_apart_never_block():
    restarts = Restarts(Timing(most_starts=5, window_s=600))
    for day in range(100):
        assert restarts.blocked_s(day * 86400.0) == 0
        live(restarts, day * 86400.0, 5.0)


def test_a_listening_engine_may_be_tried_for_ever():
    restarts = Restarts(Timing(most_starts=None))
    for now in range(100):
        assert restarts.blocked_s(float(now)) == 0
        live(restarts, float(now), 0.0)


def test_silence_is_counted_from_the_last_sign_of_life():
    pulse = Pulse(0.0)
    looks = [n * WATCH_S for n in range(1, 9)]
    assert [pulse.silence_s(now) for now in looks] == looks
    pulse.beat(looks[-1])
    assert pulse.silence_s(looks[-1] + WATCH_S) == WATCH_S


def test_the_silence_of_a_process_that_slept_itself_proves_nothing():
    pulse = Pulse(0.0)
    assert pulse.silence_s(WATCH_S) == WATCH_S
    assert pulse.silence_s(3600.0) == 0
    assert pulse.silence_s(3600.0 + WATCH_S) == WATCH_S


def test_an_engine_that_was_too_slow_is_followed_by_one_with_more_time():
    patience = Patience(Timing())
    given = []
    for _ in range(5):
        given.append((patience.timing.start_s, patience.timing.silence_s))
        patience.ended(30.0, silent=True)
    assert given == [(60, 10), (120, 20), (240, 40), (480, 80), (480, 80)]
    assert LONGEST_STRETCH == 8


def test_more_time_is_kept_through_a_crash_and_over_once_an_engine_lived_long():
    patience = Patience(Timing(window_s=600))
    patience.ended(30.0, silent=True)
    patience.ended(30.0, silent=False)
    assert patience.timing.silence_s == 20
    patience.ended(3600.0, silent=True)
    assert patience.timing.silence_s == 20
    patience.ended(3600.0, silent=False)
    assert patience.timing == Timing(window_s=600)


class Slow:
    """An engine that needs half a second to start."""

    shared = False

    def __init__(self):
        self.given = []

    def __str__(self):
        return "the slow engine"

    async def open(self, timing):
        self.given.append(timing.start_s)
        if timing.start_s < 0.5:
            raise EngineSilent
        raise EngineLost

    async def close(self, *, kill):
        pass


def test_a_keeper_gives_an_engine_that_starts_slowly_the_time_it_needs_and_rests_it_when_it_keeps_stopping():
    timing = Timing(start_s=0.1, first_delay_s=0.0, most_starts=5)
    slow = Slow()

    async def story():
        keeper = Keeper(slow, timing)
        keeper.start()
        with pytest.raises(EngineResting, match="the slow engine"):
            await keeper.link()
        await keeper.stop()

    asyncio.run(story())
    assert slow.given == pytest.approx([0.1, 0.2, 0.4, 0.8, 0.8])
