"""The batcher: joining, leaving, adjusting, ageing, and what becomes of briefs when something fails."""

import threading
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.api import Adjustment, Brief, EngineError, Recipe
from engine.api.errors import Cancelled, EngineBusy, EngineLost, InternalError, InvalidBrief, ModelRefused, OutOfMemory
from engine.batcher import Batcher
from engine.families.base import Probe
from engine.settings import EngineSettings
from engine.steptimes import StepTimes
from tests.engine.counting_family import Count, Counting


class Hearer:
    """Remembers everything a sink is told."""

    def __init__(self) -> None:
        self.pictures: dict[int, Recipe] = {}
        self.steps: list[tuple[int, int]] = []
        self.previews: list[int] = []
        self.outcome: str | EngineError | None = None
        self.over = threading.Event()

    def progress(self, step, steps, eta_s):
        assert self.outcome is None
        self.steps.append((step, steps))

    def preview(self, index, step, image):
        self.previews.append(index)

    def picture(self, index, image, recipe):
        assert index not in self.pictures
        self.pictures[index] = recipe

    def finished(self, seconds, notices):
        assert self.outcome is None
        self.outcome = "finished"
        self.over.set()

    def failed(self, error):
        assert self.outcome is None
        self.outcome = error
        self.over.set()


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """A batcher over the counting family with a clock of its own."""

    def __init__(self, times: StepTimes | None = None, **overrides) -> None:
        self.family = Counting()
        self.clock = Clock()
        settings = EngineSettings(**{"row_cap": 8, **overrides})
        self.batcher = Batcher({"counting": self.family}, settings, times=times, clock=self.clock)

    def submit(self, name: str, **fields) -> Hearer:
        hearer = Hearer()
        brief = Brief(**{"id": name, "prompt": "", "family": "counting", "seed": 7, "count": 1, **fields})
        self.batcher.submit(brief, {}, hearer)
        return hearer

    def drain(self, limit: int = 200) -> None:
        for _ in range(limit):
            if not self.batcher.tick():
                assert self.batcher.running() == 0
                assert not self.family.live, "states that nobody dropped"
                return
        raise AssertionError("the batcher never came to rest")


def test_a_brief_is_painted_and_told_about():
    bench = Bench()
    hearer = bench.submit("a", count=3, steps=5)
    bench.drain()
    assert hearer.outcome == "finished"
    assert sorted(hearer.pictures) == [0, 1, 2]
    assert hearer.steps[-1] == (15, 15)
    assert len(bench.family.batches) == 5, "three pictures share each step"


def test_briefs_join_and_leave_at_step_boundaries():
    bench = Bench()
    first = bench.submit("a", steps=4)
    bench.batcher.tick()
    second = bench.submit("b", steps=2)
    bench.drain()
    assert [sorted(name for name, _ in batch) for batch in bench.family.batches] == [
        ["a"],
        ["a", "b"],
        ["a", "b"],
        ["a"],
    ]
    assert first.outcome == second.outcome == "finished"


def test_lanes_never_share_a_step():
    bench = Bench()
    bench.submit("a", model="x")
    bench.submit("b", model="y")
    bench.drain()
    assert all(len({name for name, _ in batch}) == 1 for batch in bench.family.batches)


def test_the_cap_counts_rows_and_the_shortest_goes_first():
    bench = Bench(row_cap=4)
    bench.submit("long", count=2, steps=10, guidance=5.0)
    bench.batcher.tick()
    bench.submit("short", count=2, steps=2, guidance=5.0)
    bench.drain()
    names = [{name for name, _ in batch} for batch in bench.family.batches]
    assert names[:4] == [{"long"}, {"short"}, {"short"}, {"long"}], "two guided pictures are four rows"


def test_ageing_lets_a_long_brief_through_a_stream_of_short_ones():
    bench = Bench(row_cap=1)
    long = bench.submit("long", steps=30)
    for turn in range(400):
        bench.submit(f"short{turn}", steps=2)
        bench.batcher.tick()
        bench.batcher.tick()
        bench.clock.now += 0.1
        if long.outcome:
            break
    assert long.outcome == "finished"
    assert turn > 10, "short ones went first for a while"


def test_a_coupled_group_steps_as_a_whole_even_beyond_the_cap():
    bench = Bench(row_cap=2)
    bench.submit("a", count=5, steps=3, style="coupled")
    bench.drain()
    assert [len(batch) for batch in bench.family.batches] == [5, 5, 5]


def test_cancel_acts_within_one_step():
    bench = Bench()
    hearer = bench.submit("a", steps=50)
    other = bench.submit("b", steps=3)
    bench.batcher.tick()
    assert bench.batcher.cancel("a")
    taken = len(bench.family.batches)
    bench.drain()
    assert isinstance(hearer.outcome, Cancelled)
    assert all(name == "b" for batch in bench.family.batches[taken:] for name, _ in batch)
    assert other.outcome == "finished"
    assert not bench.batcher.cancel("a")


def test_adjusting_takes_effect_at_the_next_boundary_and_is_recorded():
    bench = Bench()
    hearer = bench.submit("a", steps=5, count=2)
    bench.batcher.tick()
    bench.batcher.tick()
    done = bench.batcher.adjust("a", Adjustment(guidance=3.0))
    bench.drain()
    assert done.result(timeout=0) is None
    for recipe in hearer.pictures.values():
        assert recipe.timeline == (Adjustment(step=2, guidance=3.0),)


def test_a_recorded_timeline_is_replayed_at_the_same_steps():
    bench = Bench()
    timeline = (Adjustment(step=0, guidance=2.0), Adjustment(step=3, guidance=4.0))
    hearer = bench.submit("a", steps=5, timeline=timeline)
    bench.drain()
    assert hearer.pictures[0].timeline == timeline


def test_an_adjustment_that_makes_no_sense_is_refused_and_the_brief_lives():
    bench = Bench()
    hearer = bench.submit("a")
    refused = bench.batcher.adjust("a", Adjustment(strength=0.5))
    unknown = bench.batcher.adjust("nobody", Adjustment(guidance=1.0))
    bench.drain()
    assert isinstance(refused.exception(timeout=0), InvalidBrief)
    assert isinstance(unknown.exception(timeout=0), InvalidBrief)
    assert hearer.outcome == "finished"


def test_an_adjustment_that_comes_too_late_is_answered():
    bench = Bench()
    bench.submit("a", steps=1)
    bench.batcher.cancel("a")
    late = bench.batcher.adjust("a", Adjustment(guidance=1.0))
    bench.drain()
    assert isinstance(late.exception(timeout=0), InvalidBrief)


def test_previews_come_at_most_once_a_second():
    bench = Bench()
    hearer = bench.submit("a", steps=10, previews=True)
    for _ in range(10):
        bench.clock.now += 0.4
        bench.batcher.tick()
    assert hearer.outcome == "finished"
    assert 2 <= len(hearer.previews) <= 4


def test_pictures_without_steps_are_finished_at_once():
    bench = Bench()
    hearer = bench.submit("a", strength=0.0)
    bench.drain()
    assert hearer.outcome == "finished"
    assert not bench.family.batches


def test_a_poisonous_brief_fails_alone():
    bench = Bench()

    def mishap(place: str, states: Sequence[Count]) -> None:
        if place == "step" and any(state.brief.id == "poison" for state in states):
            raise ValueError("poison")

    bench.family.mishap = mishap
    poison = bench.submit("poison")
    strangers = [bench.submit(f"s{i}") for i in range(3)]
    bench.drain()
    assert isinstance(poison.outcome, InternalError)
    assert all(stranger.outcome == "finished" for stranger in strangers)


def test_a_brief_that_cannot_start_says_why():
    bench = Bench()

    def mishap(place: str, states: Sequence[Count]) -> None:
        if place == "start":
            raise InvalidBrief("No such size.")

    bench.family.mishap = mishap
    hearer = bench.submit("a")
    bench.drain()
    assert isinstance(hearer.outcome, InvalidBrief)
    assert hearer.outcome.message == "No such size."


@pytest.mark.parametrize("place", ["step", "finish"])
def test_the_memory_ladder_releases_tiles_halves_then_refuses(place):
    bench = Bench()
    room = 2

    def mishap(where: str, states: Sequence[Count]) -> None:
        if where == place and len(states) > room:
            raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried")

    bench.family.mishap = mishap
    hearers = [bench.submit(f"b{i}", count=2) for i in range(4)]
    bench.drain()
    assert bench.family.relieved == [1, 2]
    assert all(hearer.outcome == "finished" for hearer in hearers), "the halved batch fits"

    room = 0
    refused = bench.submit("late")
    bench.drain()
    assert isinstance(refused.outcome, OutOfMemory)


def test_memory_that_is_short_at_the_start_refuses_only_that_brief():
    bench = Bench()
    starts = iter([MemoryError(), MemoryError(), MemoryError(), None])

    def mishap(place: str, states: Sequence[Count]) -> None:
        error = next(starts) if place == "start" else None
        if error:
            raise error

    bench.family.mishap = mishap
    first, second = bench.submit("a"), bench.submit("b")
    bench.drain()
    assert isinstance(first.outcome, OutOfMemory)
    assert second.outcome == "finished"


def test_errors_that_are_not_about_memory_climb_no_ladder():
    bench = Bench()

    def mishap(place: str, states: Sequence[Count]) -> None:
        if place == "step":
            raise RuntimeError("shape mismatch")

    bench.family.mishap = mishap
    bench.submit("a")
    bench.drain()
    assert bench.family.relieved == []


def test_a_broken_device_fails_every_brief_and_ends_the_loop():
    bench = Bench()

    def mishap(place: str, states: Sequence[Count]) -> None:
        if place == "step":
            raise RuntimeError("CUDA error: an illegal memory access was encountered")

    bench.family.mishap = mishap
    hearers = [bench.submit("a"), bench.submit("b", model="other")]
    with pytest.raises(RuntimeError, match="CUDA"):
        bench.batcher.run()
    assert all(isinstance(hearer.outcome, EngineLost) for hearer in hearers), "they may ask the next engine"
    assert not bench.family.live


def test_relief_that_lacks_memory_itself_is_survived():
    bench = Bench()

    def relieve(pressure: int) -> bool:
        raise MemoryError

    def mishap(place: str, states: Sequence[Count]) -> None:
        if place == "finish" and states[0].brief.id == "large":
            raise MemoryError

    bench.family.relieve, bench.family.mishap = relieve, mishap
    large = bench.submit("large")
    bench.drain()
    small = bench.submit("small")
    bench.drain()
    assert isinstance(large.outcome, OutOfMemory)
    assert small.outcome == "finished"


def test_too_many_and_doubled_briefs_are_refused():
    bench = Bench(max_briefs=2)
    bench.submit("a")
    with pytest.raises(InvalidBrief):
        bench.submit("a")
    bench.submit("b")
    with pytest.raises(EngineBusy):
        bench.submit("c")
    with pytest.raises(InvalidBrief, match="counting"):
        bench.submit("d", family="nobody")
    bench.drain()
    assert bench.submit("c").outcome is None
    bench.drain()


def test_states_beyond_the_limit_wait_outside():
    bench = Bench(max_states=4)
    hearers = [bench.submit(f"b{i}", count=3) for i in range(4)]
    widest = 0
    while bench.batcher.tick():
        widest = max(widest, len(bench.family.live))
    assert widest <= 4
    assert all(hearer.outcome == "finished" for hearer in hearers)


def test_the_loop_runs_in_a_thread_and_stop_fails_what_is_left():
    bench = Bench()
    thread = threading.Thread(target=bench.batcher.run)
    thread.start()
    done = bench.submit("a")
    assert done.over.wait(10)
    endless = bench.submit("b", steps=200, count=16)
    bench.batcher.stop()
    thread.join(10)
    assert not thread.is_alive()
    assert endless.over.is_set()
    assert not bench.family.live


@settings(max_examples=60, deadline=None)
@given(
    briefs=st.lists(
        st.fixed_dictionaries(
            {
                "count": st.integers(1, 5),
                "steps": st.integers(1, 6),
                "guidance": st.sampled_from([1.0, 4.0]),
                "model": st.sampled_from(["x", "y"]),
                "style": st.sampled_from([None, "coupled"]),
                "after": st.integers(0, 4),
                "cancel_after": st.none() | st.integers(0, 6),
            }
        ),
        max_size=8,
    ),
    cap=st.integers(1, 12),
)
def test_every_brief_gets_exactly_one_outcome(briefs, cap):
    bench = Bench(row_cap=cap)
    hearers, cancels = [], []
    for number, fields in enumerate(briefs):
        for _ in range(fields.pop("after")):
            bench.batcher.tick()
        cancels.append(fields.pop("cancel_after"))
        hearers.append((fields, bench.submit(f"b{number}", **fields)))
        if cancels[-1] is not None and cancels[-1] < 2:
            bench.batcher.cancel(f"b{number}")
    bench.drain(1000)
    for (fields, hearer), cancel in zip(hearers, cancels, strict=True):
        assert hearer.outcome is not None
        if cancel is None or cancel >= 2:
            assert hearer.outcome == "finished"
            assert sorted(hearer.pictures) == list(range(fields["count"]))


def test_the_batcher_measures_when_idle_and_remembers(tmp_path):
    bench = Bench(row_cap=0, times=StepTimes(tmp_path / "times.json", "me"))
    clock = bench.clock

    def run(rows: int) -> None:
        clock.now += 0.1 + 0.05 * max(0, rows - 4)

    bench.family.probe = lambda model=None: Probe(lane="main", pixels=64, run=run)
    bench.batcher.calibrate()
    curve, cap = bench.batcher.step_times("counting")
    assert list(curve) == [1, 2, 4, 8, 16]
    assert cap == 4
    bench.batcher.times.save()
    assert StepTimes(tmp_path / "times.json", "me").cap(("counting", "main")) == 4
    assert StepTimes(tmp_path / "times.json", "another machine").curve(("counting", "main")) == {}


def test_a_trial_that_something_disturbed_is_not_believed():
    bench = Bench(row_cap=0)
    runs = iter(range(1000))

    def run(rows: int) -> None:
        disturbed = next(runs) % 3 == 0
        bench.clock.now += (0.1 + 0.05 * max(0, rows - 4)) * (5 if disturbed else 1)

    bench.family.probe = lambda model=None: Probe(lane="main", pixels=64, run=run)
    bench.batcher.calibrate()
    assert bench.batcher.step_times("counting")[1] == 4


def test_fetching_a_model_does_not_count_as_hanging():
    bench = Bench()
    seen = {}

    def mishap(place: str, states: Sequence[Count]) -> None:
        bench.clock.now += 500
        seen[place] = bench.batcher.busy_s()

    bench.family.mishap = mishap
    bench.submit("a", steps=1)
    bench.drain()
    assert seen["start"] == 0.0
    assert seen["step"] == 500


def test_a_model_that_cannot_be_opened_does_not_end_the_loop():
    bench = Bench(row_cap=0)

    def probe(model: str | None = None) -> Probe:
        raise ModelRefused("The model's folder is missing.")

    bench.family.probe = probe
    thread = threading.Thread(target=bench.batcher.run)
    thread.start()
    hearer = bench.submit("a")
    assert hearer.over.wait(10)
    bench.batcher.stop()
    thread.join(10)
    assert hearer.outcome == "finished"


def test_a_family_that_cannot_say_how_a_picture_came_about_fails_only_that_brief():
    bench = Bench()
    recipe = bench.family.recipe

    def forgetful(state: Count) -> Recipe:
        if state.brief.id == "a":
            raise KeyError("gone")
        return recipe(state)

    bench.family.recipe = forgetful
    first, second = bench.submit("a"), bench.submit("b")
    bench.drain()
    assert isinstance(first.outcome, InternalError)
    assert second.outcome == "finished"


def test_notices_that_cannot_be_had_do_not_spoil_the_pictures():
    bench = Bench()

    def notices(brief: Brief) -> tuple[str, ...]:
        raise MemoryError

    bench.family.notices = notices
    hearer = bench.submit("a")
    bench.drain()
    assert hearer.outcome == "finished"


def test_a_change_that_breaks_half_way_fails_the_brief():
    bench = Bench()
    adjust = bench.family.adjust

    def breaking(state: Count, change: Adjustment) -> None:
        if state.index == 1:
            raise RuntimeError("half way")
        adjust(state, change)

    bench.family.adjust = breaking
    hearer = bench.submit("a", count=2)
    told = bench.batcher.adjust("a", Adjustment(guidance=2.0))
    bench.drain()
    assert isinstance(told.exception(timeout=0), InternalError)
    assert isinstance(hearer.outcome, InternalError)


def test_work_between_steps_is_done_while_others_are_painted_and_alone():
    bench = Bench()
    hearer = bench.submit("a")
    bench.batcher.tick()
    done = bench.batcher.between(lambda: bench.batcher.busy_s() + 1)
    assert not done.done() and hearer.outcome is None
    bench.drain()
    assert done.result(timeout=0) == 1.0 and hearer.outcome == "finished"


@pytest.mark.parametrize(
    ("failure", "told"),
    [(MemoryError(), OutOfMemory), (KeyError("x"), InternalError), (InvalidBrief("No."), InvalidBrief)],
)
def test_work_between_steps_that_fails_harms_nobody(failure: Exception, told: type[EngineError]):
    bench = Bench()
    hearer = bench.submit("a")

    def failing() -> None:
        raise failure

    outcome = bench.batcher.between(failing)
    bench.drain()
    assert isinstance(outcome.exception(timeout=0), told)
    assert hearer.outcome == "finished"


def test_work_between_steps_is_lost_when_the_batcher_stops():
    bench = Bench()
    bench.batcher.stop()
    outcome = bench.batcher.between(lambda: 1)
    bench.batcher.run()
    assert isinstance(outcome.exception(timeout=0), EngineLost)
