"""Who steps next: shortest remaining work first, with ageing, in batches no larger than pays."""

from collections.abc import Callable, Sequence

from engine.jobs import Entry, Job
from engine.steptimes import StepTimes

AGEING = 0.1
"""Seconds of remaining work that one second of waiting outweighs; the larger, the nearer to first come first served."""
UNKNOWN_ROW_S = 0.05
"""Seconds a row's step is taken to cost while none was timed."""


def remaining_s(job: Job, times: StepTimes) -> float:
    """Estimate the seconds of well-batched work until the job's last picture."""
    if not job.entries:
        return 0.0
    per_row = times.seconds_per_row(job.entries[0].timing)
    return job.work * (UNKNOWN_ROW_S if per_row is None else per_row)


def by_urgency(jobs: Sequence[Job], times: StepTimes, now: float) -> list[Job]:
    """Sort jobs, the one that should lead the next batch first."""
    return sorted(jobs, key=lambda job: remaining_s(job, times) - AGEING * (now - job.submitted_at))


def eta_s(job: Job, ordered: Sequence[Job], times: StepTimes) -> float:
    """Estimate the seconds until the job is finished, if those before it in `ordered` go first."""
    ahead = ordered[: ordered.index(job) + 1]
    return sum(remaining_s(other, times) for other in ahead)


def choose(ordered: Sequence[Job], cap: Callable[[object], int]) -> list[Entry]:
    """Pick the next batch: the first job's lane, filled in order of urgency up to the lane's cap in rows.

    The first entry is taken even if it alone exceeds the cap. A job marked `alone` shares with nobody.
    """
    steppable = [job for job in ordered if any(entry.left for entry in job.entries)]
    if not steppable:
        return []
    lead = steppable[0]
    first = next(entry for entry in lead.entries if entry.left)
    lane, limit = first.lane, cap(first.timing)
    batch: list[Entry] = []
    rows = 0
    for job in [lead] if lead.alone else [job for job in steppable if not job.alone]:
        for entry in job.entries:
            if entry.left and entry.lane == lane and (not batch or rows + entry.rows <= limit):
                batch.append(entry)
                rows += entry.rows
    return batch
