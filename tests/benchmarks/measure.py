"""The measurements: all arms of a comparison run in turn, several rounds, so that a noisy machine is noisy to all."""

import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from engine.batcher import Batcher
from engine.families.base import Family
from engine.settings import EngineSettings
from engine.steptimes import StepTimes
from tests.benchmarks.policies import POLICIES, Outcome, steps
from tests.benchmarks.requests import STEP_COUNTS, poisson, together
from tests.benchmarks.stock import stock_grid, stock_serial, timed

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    arm: str
    seconds: float
    """Median over the rounds."""
    per_second: float
    against: float
    """How many times faster than the first arm."""


@dataclass(frozen=True, slots=True)
class Latency:
    """One policy under one load."""

    policy: str
    load: float
    mean_s: float
    p50_s: float
    p99_s: float
    per_second: float
    mean_against_steps: float
    """How many times longer the mean wait is than with step batching."""


def table(arms: dict[str, Callable[[], float]], pictures: int, rounds: int, say: Say) -> list[Row]:
    """Run every arm once a round in a changing order; the first arm is what the others are measured against."""
    seconds: dict[str, list[float]] = {arm: [] for arm in arms}
    for number in range(rounds):
        order = list(arms)
        random.Random(number).shuffle(order)
        for arm in order:
            seconds[arm].append(arms[arm]())
            say(f"  {arm}: {seconds[arm][-1]:.2f} s")
    medians = {arm: statistics.median(values) for arm, values in seconds.items()}
    first = next(iter(medians.values()))
    return [Row(arm, median, pictures / median, first / median) for arm, median in medians.items()]


def grid(
    pipeline: Any, family: Family, executors: Sequence[str], shape: dict[str, Any], rounds: int, say: Say
) -> list[Row]:
    """Seconds for one grid of four pictures."""

    def ours(executor: str) -> float:
        return timed(lambda: _paint_grid(family, executor, shape["steps"]))

    arms: dict[str, Callable[[], float]] = {"stock diffusers": lambda: stock_grid(pipeline, 4, **shape)}
    arms |= {f"Salon, {executor}": lambda executor=executor: ours(executor) for executor in executors}  # type: ignore[misc]
    return table(arms, 4, rounds, say)


def _paint_grid(family: Family, executor: str, step_count: int) -> None:
    (request,) = together(1, step_count)
    groups = family.start(request.brief("grid", count=4, executor=executor), {})
    states = [state for group in groups for state in group]
    while family.steps_left(states[0]):
        family.step(states)
    family.finish(states)
    family.drop(states)


def members(
    pipeline: Any, family: Family, executors: Sequence[str], shape: dict[str, Any], rounds: int, say: Say
) -> list[Row]:
    """Seconds for eight members who ask at once."""
    crowd = together(8, shape["steps"])
    arms: dict[str, Callable[[], float]] = {"stock diffusers, serial": lambda: stock_serial(pipeline, 8, **shape)}
    arms |= {
        f"Salon, {executor}": lambda executor=executor: steps(family, crowd, executor, 16).seconds  # type: ignore[misc]
        for executor in executors
    }
    return table(arms, 8, rounds, say)


def calibrated(family: Family) -> tuple[StepTimes, int]:
    """Measure the step times as an idle engine does; returns them and the cap in rows."""
    batcher = Batcher({family.name: family}, EngineSettings())
    batcher.calibrate()
    _, cap = batcher.step_times(family.name)
    return batcher.times, cap or 8


def capacity(family: Family, executor: str, cap: int, rounds: int) -> float:
    """Return the requests a second that a full batcher serves."""
    draw = random.Random(0)
    crowd = [
        type(request)(0.0, draw.choice(STEP_COUNTS), request.seed) for request in together(max(12, cap) * rounds, 1)
    ]
    return steps(family, crowd, executor, cap).per_second


def latencies(
    family: Family, executor: str, cap: int, loads: Sequence[float], requests: int, rounds: int, say: Say
) -> list[Latency]:
    """Poisson arrivals of mixed step counts, at loads given as parts of the batcher's capacity."""
    most = capacity(family, executor, cap, 1)
    say(f"  capacity {most:.2f} requests a second, batches of up to {cap} rows")
    rows = []
    for load in loads:
        outcomes: dict[str, list[Outcome]] = {policy: [] for policy in POLICIES}
        for number in range(rounds):
            stream = poisson(requests, load * most, seed=number + 1)
            order = list(POLICIES)
            random.Random(number).shuffle(order)
            for policy in order:
                outcomes[policy].append(POLICIES[policy](family, stream, executor, cap))
                say(f"  load {load}, {policy}: mean {statistics.mean(outcomes[policy][-1].latencies_s):.2f} s")
        rows += _summaries(outcomes, load)
    return rows


def _summaries(outcomes: dict[str, list[Outcome]], load: float) -> list[Latency]:
    waits = {policy: [wait for run in runs for wait in run.latencies_s] for policy, runs in outcomes.items()}
    mean_of_steps = statistics.mean(waits["steps"])
    return [
        Latency(
            policy,
            load,
            statistics.mean(values),
            statistics.median(values),
            statistics.quantiles(values, n=100)[98],
            sum(len(run.latencies_s) for run in outcomes[policy]) / sum(run.seconds for run in outcomes[policy]),
            statistics.mean(values) / mean_of_steps,
        )
        for policy, values in waits.items()
    ]


def plain(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Return rows as plain values for JSON."""
    return [asdict(row) for row in rows]
