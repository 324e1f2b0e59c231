from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.clock import Clock
from bot.sandbox.snowflakes import Snowflakes, created_at, snowflake


@given(st.lists(st.sampled_from(["freeze", "thaw", "advance"]), max_size=20))
def test_the_clock_never_goes_back_and_advances_exactly(actions: list[str]) -> None:
    clock = Clock()
    before = clock.now()
    for action in actions:
        if action == "advance":
            clock.freeze(True)
            stopped = clock.now()
            clock.advance(900)
            assert clock.now() - stopped == 900
        else:
            clock.freeze(action == "freeze")
        # A float of today's size is exact to a quarter of a microsecond.
        assert clock.now() >= before - 1e-5
        before = clock.now()


def test_ids_grow_while_the_clock_stands_still() -> None:
    clock = Clock()
    clock.freeze(True)
    ids = Snowflakes(clock)
    given_out = [ids.next() for _ in range(1000)]
    assert given_out == sorted(set(given_out))
    assert abs(created_at(given_out[0]) - clock.now()) < 0.001


@given(st.integers(1_420_070_400, 4_000_000_000), st.integers(0, 2**22 - 1))
def test_an_id_tells_when_it_was_made(seconds: int, low: int) -> None:
    assert created_at(snowflake(seconds, low)) == seconds
