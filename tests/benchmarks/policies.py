"""Four ways to serve the same requests with the same network, so that nothing but the policy differs.

`serial` is first come, first served. `whole requests` is what Ray's `@serve.batch` does: whatever waits is taken
together and answered together when the longest is done. `whole, equal` is SGLang-Diffusion's dynamic batching, which
joins only requests with equal parameters. `steps` is Salon's batcher.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.api import EngineError, Recipe
from engine.batcher import Batcher
from engine.families.base import Family, State
from engine.settings import EngineSettings
from engine.steptimes import StepTimes
from tests.benchmarks.requests import Request


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run of one policy measured."""

    latencies_s: tuple[float, ...]
    """From a request's arrival to its picture, in order of arrival."""
    seconds: float
    """From the first arrival to the last picture."""

    @property
    def per_second(self) -> float:
        """Pictures a second."""
        return len(self.latencies_s) / self.seconds


class Stopwatch:
    """Real time since a run began, and a sleep until the next request."""

    def __init__(self) -> None:
        self._zero = time.perf_counter()

    def now(self) -> float:
        return time.perf_counter() - self._zero

    def sleep_until(self, moment: float) -> None:
        time.sleep(max(0.0, moment - self.now()))


def _start(family: Family, request: Request, executor: str) -> State:
    (group,) = family.start(request.brief(f"r{request.seed}", executor=executor), {})
    (state,) = group
    return state


def _by_lane(family: Family, states: Sequence[State]) -> list[list[State]]:
    lanes: dict[object, list[State]] = {}
    for state in states:
        lanes.setdefault(family.lane(state), []).append(state)
    return list(lanes.values())


def _run_whole(
    family: Family, requests: Sequence[Request], executor: str, pick: Callable[[list[int]], list[int]]
) -> Outcome:
    """Serve whole requests: `pick` takes from the numbers that wait those that are painted together next."""
    watch = Stopwatch()
    done: dict[int, float] = {}
    waiting: list[int] = []
    arrived = 0
    while len(done) < len(requests):
        while arrived < len(requests) and requests[arrived].at_s <= watch.now():
            waiting.append(arrived)
            arrived += 1
        if not waiting:
            watch.sleep_until(requests[arrived].at_s)
            continue
        batch = pick(waiting)
        waiting = [number for number in waiting if number not in batch]
        states = {number: _start(family, requests[number], executor) for number in batch}
        while running := [state for state in states.values() if family.steps_left(state)]:
            for together in _by_lane(family, running):
                family.step(together)
        for together in _by_lane(family, list(states.values())):
            family.finish(together)
        family.drop(list(states.values()))
        done.update(dict.fromkeys(batch, watch.now()))
    latencies = tuple(done[number] - request.at_s for number, request in enumerate(requests))
    return Outcome(latencies, watch.now() - requests[0].at_s)


def serial(family: Family, requests: Sequence[Request], executor: str, cap: int) -> Outcome:
    """Paint one request after the other, first come, first served."""
    return _run_whole(family, requests, executor, lambda waiting: waiting[:1])


def whole(family: Family, requests: Sequence[Request], executor: str, cap: int) -> Outcome:
    """Paint what waits together, whatever its length, and answer together."""
    return _run_whole(family, requests, executor, lambda waiting: waiting[: max(1, cap // 2)])


def whole_equal(family: Family, requests: Sequence[Request], executor: str, cap: int) -> Outcome:
    """Paint together what waits and wants as many steps as the first in line."""

    def pick(waiting: list[int]) -> list[int]:
        same = [number for number in waiting if requests[number].steps == requests[waiting[0]].steps]
        return same[: max(1, cap // 2)]

    return _run_whole(family, requests, executor, pick)


class _Done:
    """A sink that notes when the picture came."""

    def __init__(self, watch: Stopwatch) -> None:
        self._watch = watch
        self.at_s: float | None = None

    def progress(self, step: int, steps: int, eta_s: float | None) -> None:
        pass

    def preview(self, index: int, step: int, image: Any) -> None:
        pass

    def picture(self, index: int, image: Any, recipe: Recipe) -> None:
        self.at_s = self._watch.now()

    def finished(self, seconds: float, notices: tuple[str, ...]) -> None:
        pass

    def failed(self, error: EngineError) -> None:
        raise error


def steps(
    family: Family, requests: Sequence[Request], executor: str, cap: int, times: StepTimes | None = None
) -> Outcome:
    """Let Salon's batcher serve."""
    batcher = Batcher({family.name: family}, EngineSettings(row_cap=cap, max_briefs=10_000), times=times)
    watch = Stopwatch()
    sinks: list[_Done] = []
    while any(sink.at_s is None for sink in sinks) or len(sinks) < len(requests):
        while len(sinks) < len(requests) and requests[len(sinks)].at_s <= watch.now():
            sinks.append(_Done(watch))
            batcher.submit(requests[len(sinks) - 1].brief(f"r{len(sinks)}", executor=executor), {}, sinks[-1])
        if not batcher.tick() and len(sinks) < len(requests):
            watch.sleep_until(requests[len(sinks)].at_s)
    moments = [sink.at_s or 0.0 for sink in sinks]
    latencies = tuple(moment - request.at_s for moment, request in zip(moments, requests, strict=True))
    return Outcome(latencies, watch.now() - requests[0].at_s)


POLICIES = {"serial": serial, "whole requests": whole, "whole, equal": whole_equal, "steps": steps}
