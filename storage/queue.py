"""The queue: who comes next is decided here and nowhere else.

Start-time fair queueing (Goyal, Vin and Cheng, 1996), counted in pictures: a job's `turn` is where its member's last
pending job ends, or the turn being served now if that is later. The lease query takes the lowest turns. A member who
asks for a hundred pictures therefore waits behind another's first one, whoever came first.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, TextClause, func, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import Job
from storage.rows import JOB, job
from storage.schema import ACTIVE, BLOCK, PENDING, QUEUED, jobs, outbox, queue_counts
from storage.types import Moment

LEASE = timedelta(seconds=30)
_MOST_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Place:
    """Where a queued job stands."""

    jobs: int
    """Jobs to be admitted before it."""
    work: float
    """Their work together."""


async def add(tx: AsyncConnection, values: dict[str, Any]) -> tuple[Job, bool]:
    """Queue a job, and return it and whether it is new: the same interaction gives the job that it gave before.

    Args:
        tx: a writing transaction.
        values: by column; `turn` and `state` are decided here.
    """
    found = await by_interaction(tx, values["interaction_id"])
    if found is not None:
        return found, False
    now_served = select(func.max(jobs.c.turn)).where(ACTIVE).scalar_subquery()
    first_queued = select(func.min(jobs.c.turn)).where(QUEUED).scalar_subquery()
    own_end = (
        select(func.max(jobs.c.turn + jobs.c.count))
        .where(PENDING, jobs.c.member_id == values["member_id"])
        .scalar_subquery()
    )
    turn = func.max(func.coalesce(now_served, first_queued, 0), func.coalesce(own_end, 0))
    row = (await tx.execute(insert(jobs).values(**values, turn=turn, state="queued").returning(*JOB))).mappings().one()
    return job(row), True


async def place(tx: AsyncConnection, queued: Job) -> Place:
    """Return where a queued job stands. This takes about as long whatever the length of the queue."""
    block = queued.id // BLOCK
    counted = select(func.sum(queue_counts.c.jobs), func.total(queue_counts.c.work)).where(
        tuple_(queue_counts.c.turn, queue_counts.c.block) < tuple_(literal(queued.turn), literal(block))
    )
    near = select(func.count(), func.total(jobs.c.work)).where(
        QUEUED, jobs.c.turn == queued.turn, jobs.c.id >= block * BLOCK, jobs.c.id < queued.id
    )
    rows = (await tx.execute(counted.union_all(near))).all()
    return Place(sum(row[0] or 0 for row in rows), sum(row[1] for row in rows))


async def length(tx: AsyncConnection) -> Place:
    """Return how many jobs are queued, and their work."""
    row = (await tx.execute(select(func.sum(queue_counts.c.jobs), func.total(queue_counts.c.work)))).one()
    return Place(row[0] or 0, row[1])


async def lease(tx: AsyncConnection, life: str, room: int, now: datetime) -> list[Job]:
    """Lease the next jobs for which there is room.

    A job that must be painted alone is leased only while nothing else is, and nothing else while it is.

    Args:
        tx: a writing transaction.
        life: who leases; the leases of other lives are not touched.
        room: pictures that the engine can take in; the job that crosses this is still leased.
        now: the moment.
    """
    active = (await tx.execute(select(jobs.c.alone).where(ACTIVE))).scalars().all()
    if room <= 0 or any(active):
        return []
    heads = await tx.execute(
        select(jobs.c.id, jobs.c.count, jobs.c.alone)
        .where(QUEUED)
        .order_by(jobs.c.turn, jobs.c.id)
        .limit(_MOST_AT_ONCE)
    )
    chosen: list[int] = []
    for job_id, count, alone in heads:
        if alone:
            if not active and not chosen:
                chosen.append(job_id)
            break
        if room <= 0:
            break
        chosen.append(job_id)
        room -= count
    if not chosen:
        return []
    leased = await tx.execute(
        update(jobs)
        .where(jobs.c.id.in_(chosen))
        .values(state="leased", leased_by=life, lease_until=now + LEASE)
        .returning(*JOB)
    )
    return sorted((job(row) for row in leased.mappings()), key=lambda each: (each.turn, each.id))


async def start(tx: AsyncConnection, job_id: int, life: str, now: datetime) -> bool:
    """Take note that a leased job is being painted; return false if the lease is no longer ours."""
    done = await tx.execute(
        update(jobs)
        .where(jobs.c.id == job_id, jobs.c.leased_by == life, ACTIVE)
        .values(state="running", started_at=func.coalesce(jobs.c.started_at, literal(now, Moment)))
    )
    return done.rowcount == 1


async def renew(tx: AsyncConnection, life: str, held: Collection[int], now: datetime) -> None:
    """Renew the leases on these jobs."""
    await tx.execute(
        update(jobs).where(jobs.c.id.in_(held), jobs.c.leased_by == life, ACTIVE).values(lease_until=now + LEASE)
    )


async def expire(tx: AsyncConnection, held: Collection[int], now: datetime) -> list[int]:
    """Requeue the jobs whose lease ran out, but for those that are held; return their ids."""
    return await _requeue(tx, (jobs.c.lease_until < now, jobs.c.id.not_in(held)))


async def release_all(tx: AsyncConnection) -> list[int]:
    """Requeue every leased job: for the start, when whoever leased them is dead. Return their ids."""
    return await _requeue(tx, ())


async def requeue(tx: AsyncConnection, job_ids: Collection[int]) -> None:
    """Give leased jobs back, in their old turn."""
    await _requeue(tx, (jobs.c.id.in_(job_ids),))


async def requeue_after_death(tx: AsyncConnection, job_ids: Sequence[int]) -> list[Job]:
    """Requeue the jobs that an engine took with it, each with one attempt more; return them.

    Where there were several, any of them may be the cause, so each is painted alone from now on. So is one that died by
    itself, which it may do again.
    """
    rows = await tx.execute(
        update(jobs)
        .where(jobs.c.id.in_(job_ids), ACTIVE)
        .values(state="queued", leased_by=None, lease_until=None, attempts=jobs.c.attempts + 1, alone=True)
        .returning(*JOB)
    )
    return [job(row) for row in rows.mappings()]


async def finish(
    tx: AsyncConnection,
    job_id: int,
    state: str,
    now: datetime,
    *,
    life: str | None = None,
    error: tuple[str, dict[str, Any]] | None = None,
    notices: Sequence[str] = (),
) -> Job | None:
    """End a pending job, and post the letter that says so; return it, or None if it has ended already.

    Args:
        tx: a writing transaction.
        job_id: which.
        state: done, failed or cancelled.
        now: the moment.
        life: only if this life has leased it.
        error: why it failed, as the key and the fields of a text.
        notices: of the engine, for the person.
    """
    key, values = error or (None, {})
    condition: list[ColumnElement[bool] | TextClause] = [jobs.c.id == job_id, PENDING]
    if life is not None:
        condition.append(jobs.c.leased_by == life)
    row = (
        (
            await tx.execute(
                update(jobs)
                .where(*condition)
                .values(
                    state=state,
                    finished_at=now,
                    leased_by=None,
                    lease_until=None,
                    error_key=key,
                    error_values=values,
                    notices=list(notices),
                )
                .returning(*JOB)
            )
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        return None
    ended = job(row)
    if state == "cancelled":
        await _close_gap(tx, ended)
    await tx.execute(insert(outbox).values(job_id=job_id, kind=state, new_message=True, due_at=now, created_at=now))
    return ended


async def _close_gap(tx: AsyncConnection, cancelled: Job) -> None:
    """Let the member's later jobs take the turn that is free."""
    await tx.execute(
        update(jobs)
        .where(QUEUED, jobs.c.member_id == cancelled.member_id, jobs.c.turn > cancelled.turn)
        .values(turn=jobs.c.turn - cancelled.count)
    )


async def _requeue(tx: AsyncConnection, condition: Sequence[Any]) -> list[int]:
    rows = await tx.execute(
        update(jobs)
        .where(ACTIVE, *condition)
        .values(state="queued", leased_by=None, lease_until=None)
        .returning(jobs.c.id)
    )
    return list(rows.scalars())


async def by_interaction(tx: AsyncConnection, interaction_id: int) -> Job | None:
    """Return the job that an interaction gave."""
    row = (await tx.execute(select(*JOB).where(jobs.c.interaction_id == interaction_id))).mappings().one_or_none()
    return None if row is None else job(row)
