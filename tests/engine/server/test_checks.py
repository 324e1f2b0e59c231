"""What is settled before a family sees a brief. The refusals are tested where people meet them: at the client."""

from engine.api import MAX_SEED, Brief
from engine.server.checks import DRAWN_SEEDS, MOST_BYTES, checked


def test_a_missing_seed_is_drawn_and_another_is_kept():
    drawn = {checked(Brief(id="b", prompt="x")).seed for _ in range(20)}
    assert len(drawn) > 1
    assert all(seed is not None and 0 <= seed < DRAWN_SEEDS for seed in drawn)
    assert checked(Brief(id="b", prompt="x", seed=0)).seed == 0
    assert DRAWN_SEEDS < MAX_SEED


def test_pictures_are_never_larger_than_a_message_carries():
    assert checked(Brief(id="b", prompt="x", max_bytes=2**40)).max_bytes == MOST_BYTES
    assert checked(Brief(id="b", prompt="x", max_bytes=5000)).max_bytes == 5000


def test_a_source_may_do_without_words():
    brief = Brief(id="b", prompt="", source="0" * 64, seed=1)
    assert checked(brief).prompt == ""
