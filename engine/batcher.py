"""The one loop that drives every family: continuous batching at step boundaries.

At each boundary new briefs join, finished and cancelled ones leave, running ones are adjusted; then one batch of one
lane takes one step (`engine.policy` says which). Fair share between people is not decided here but by whoever submits.
"""

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from typing import ParamSpec, TypeVar, cast

from PIL.Image import Image

from engine.api import Adjustment, Brief, EngineError, Queued, Recipe
from engine.api.errors import Cancelled, EngineBusy, EngineLost, InternalError, InvalidBrief, OutOfMemory
from engine.families.base import Family, Inputs, State
from engine.jobs import Entry, Job, Sink
from engine.limits import RowLimits
from engine.memory import is_fatal, is_out_of_memory
from engine.policy import by_urgency, choose, eta_s
from engine.settings import EngineSettings
from engine.steptimes import TRIAL_LIMIT_S, StepTimes

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

PREVIEW_EVERY_S = 1.0
TRIALS = 3
"""Trial steps of each number of rows."""
RELIEFS = 2
"""Ways a family has to free memory (see `Family.relieve`), tried before the batch is halved and the brief refused."""


class Batcher:
    """Paints briefs by batches of steps.

    `submit`, `cancel`, `adjust`, `between`, `running`, `busy_s` and `stop` may be called from any thread; `run` (or
    `tick`) owns everything else and must stay in one.
    """

    def __init__(
        self,
        families: Mapping[str, Family],
        settings: EngineSettings,
        *,
        times: StepTimes | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the families by name; `times` are step times known already, `clock` gives monotonic seconds."""
        self.times = times or StepTimes()
        self._families = families
        self._settings = settings
        self._clock = clock
        self._commands: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._waiting: deque[Job] = deque()
        self._active: list[Job] = []
        self._limits = RowLimits(self.times, settings.row_cap)
        self._trials: dict[tuple[object, int], list[float]] = {}
        self._unmeasurable: set[str] = set()
        self._stopping = False
        self._busy_since: float | None = None

    # Called from any thread.

    def submit(self, brief: Brief, inputs: Inputs, sink: Sink) -> Queued:
        """Accept a brief whose seed is set; everything further is told to the sink.

        Raises:
            EngineBusy: too many briefs are held already.
            InvalidBrief: unknown family, no seed, or a second brief under the same id.
        """
        family = self._families.get(brief.family)
        if family is None:
            known = ", ".join(sorted(self._families))
            raise InvalidBrief(f"There is no family called {brief.family!r}; known are {known}.")
        if brief.seed is None:
            raise InvalidBrief("A brief without a seed cannot be painted; set one.")
        job = Job(brief, inputs, sink, family, self._clock())
        with self._lock:
            if brief.id in self._jobs:
                raise InvalidBrief(f"A request with the id {brief.id!r} is being painted already; use another id.")
            if len(self._jobs) >= self._settings.max_briefs:
                raise EngineBusy
            ahead = len(self._jobs)
            self._jobs[brief.id] = job
        self._commands.put(lambda: self._waiting.append(job))
        return Queued(ahead=ahead, eta_s=None)

    def cancel(self, brief_id: str) -> bool:
        """Stop a brief at the next boundary; False if it is not here (any more)."""
        with self._lock:
            job = self._jobs.get(brief_id)
        if job is None:
            return False
        job.cancelled = True
        self._wake()
        return True

    def adjust(self, brief_id: str, change: Adjustment) -> "Future[None]":
        """Change a running brief at the next boundary; the future tells when it was done, or why not."""
        outcome: Future[None] = Future()
        with self._lock:
            job = self._jobs.get(brief_id)
            if job is not None:
                job.changes.append((change, outcome))
        if job is None:
            outcome.set_exception(_not_here())
        self._wake()
        return outcome

    def between(self, work: Callable[[], T]) -> "Future[T]":
        """Do a short piece of work at the next boundary, when no step is running; the future tells what came of it.

        It fails with `OutOfMemory` where memory runs short, and with `EngineLost` where the batcher is stopping.
        """
        outcome: Future[T] = Future()
        self._commands.put(lambda: self._do(work, outcome))
        return outcome

    def running(self) -> int:
        """Return how many briefs are held."""
        with self._lock:
            return len(self._jobs)

    def busy_s(self) -> float:
        """Return for how many seconds the current piece of work has been going on; 0.0 when idle."""
        since = self._busy_since
        return 0.0 if since is None else self._clock() - since

    def step_times(self, family: str, model: str | None = None) -> tuple[dict[int, float], int | None]:
        """Return a model's seconds by rows at its native size, and its cap: empty and None until measured."""
        probe = self._families[family].probe(model)
        lane = (family, probe.lane) if probe else None
        curve = self.times.curve(lane)
        return curve, (self._limits.cap(lane) if len(curve) > 1 else None)

    def stop(self) -> None:
        """Make `run` return after the current step; what is unfinished then fails as cancelled."""
        self._stopping = True
        self._wake()

    # The loop.

    def run(self) -> None:
        """Paint until `stop`.

        Raises:
            RuntimeError: the device is unusable; every brief was failed, and the process must start anew.
        """
        try:
            while not self._stopping:
                if not self.tick() and not self._measure():
                    self._commands.get()()
            self._abandon(Cancelled)
        except Exception:
            self._abandon(EngineLost)
            raise
        finally:
            self.times.save()

    def tick(self) -> bool:
        """Handle one boundary and take one step; False when nothing is left to do."""
        self._drain()
        self._leave()
        self._join()
        self._adjust()
        ordered = by_urgency(self._active, self.times, self._clock())
        batch = choose(ordered, self._limits.next_batch)
        if batch:
            self._step(batch)
            self._tell(batch, ordered)
        self._finish()
        return bool(self._active or self._waiting)

    def calibrate(self) -> None:
        """Take every trial step that is worth taking now; `run` does so by itself whenever it is idle."""
        while self._measure():
            pass

    def _do(self, work: Callable[[], T], outcome: "Future[T]") -> None:
        if not outcome.set_running_or_notify_cancel():
            return
        if self._stopping:
            outcome.set_exception(EngineLost())
            return
        found, error = self._attempt(work)
        if error is None:
            outcome.set_result(cast(T, found))
        else:
            outcome.set_exception(OutOfMemory() if is_out_of_memory(error) else _explain(error))
            if is_fatal(error):
                raise error

    def _wake(self) -> None:
        self._commands.put(lambda: None)

    def _drain(self) -> None:
        while not self._commands.empty():
            self._commands.get()()

    def _leave(self) -> None:
        for job in [*self._active, *self._waiting]:
            if job.cancelled:
                self._fail(job, Cancelled())

    def _join(self) -> None:
        while self._waiting:
            job = self._waiting[0]
            held = sum(len(entry.group) for other in self._active for entry in other.entries)
            if self._active and held + job.brief.count > self._settings.max_states:
                return
            lane = (job.family.name, "start")
            groups, error = self._try(job.family.start, job.brief, job.inputs)  # it may fetch a model for minutes
            if error is not None:
                self._struggle([job], lane, error)
            else:
                self._limits.went_well(lane)
                self._waiting.popleft()
                job.entries = [Entry(job, group) for group in groups or ()]
                self._active.append(job)

    def _adjust(self) -> None:
        for job in list(self._active):
            with self._lock:
                changes, job.changes = job.changes, []
            for change, outcome in changes:
                _, error = self._attempt(_change, job, change)
                if error is None:
                    outcome.set_result(None)
                else:
                    outcome.set_exception(_explain(error))
                    if not isinstance(error, EngineError):  # its pictures may now differ in what they were told
                        self._fail(job, _explain(error))
            _, error = self._attempt(_replay, job)
            if error is not None:
                self._fail(job, _explain(error))

    def _step(self, batch: Sequence[Entry]) -> None:
        lane, family = batch[0].timing, batch[0].job.family
        rows = sum(entry.rows for entry in batch)
        began = self._clock()
        _, error = self._attempt(family.step, [state for entry in batch for state in entry.group])
        if error is not None:
            self._struggle(list(dict.fromkeys(entry.job for entry in batch)), lane, error, rows=rows)
            return
        self.times.observe(batch[0].timing, rows, self._clock() - began)
        self._limits.went_well(batch[0].timing)
        for entry in batch:
            entry.taken += 1

    def _finish(self) -> None:
        ready: dict[object, list[Entry]] = {}
        for job in self._active:
            for entry in job.entries:
                if entry.left == 0:
                    ready.setdefault((entry.lane, job if job.alone else None), []).append(entry)
        for entries in ready.values():
            family = entries[0].job.family.name
            size = self._limits.fits((family, "finish"), self._limits.cap(entries[0].timing))
            for at in range(0, len(entries), size):
                self._decode([entry for entry in entries[at : at + size] if entry.job in self._active])
        for job in [job for job in self._active if not job.entries]:
            notices, _ = self._try(job.family.notices, job.brief)
            self._close(job)
            job.sink.finished(self._clock() - job.submitted_at, notices or ())

    def _decode(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        family = entries[0].job.family
        states = [state for entry in entries for state in entry.group]
        images, error = self._attempt(_painted, family, states)
        if error is not None:
            jobs = list(dict.fromkeys(entry.job for entry in entries))
            self._struggle(jobs, (family.name, "finish"), error, rows=len(states))
            return
        self._limits.went_well((family.name, "finish"))
        owners = [entry.job for entry in entries for _ in entry.group]
        for job, (index, image, recipe) in zip(owners, images or (), strict=True):
            job.sink.picture(index, image, recipe)
        for entry in entries:
            entry.job.entries.remove(entry)
            entry.job.finished_steps += entry.taken
        family.drop(states)

    def _tell(self, batch: Sequence[Entry], ordered: Sequence[Job]) -> None:
        now = self._clock()
        for job in dict.fromkeys(entry.job for entry in batch):
            if job not in self._active:
                continue
            job.sink.progress(*job.progress, eta_s(job, ordered, self.times))
            if job.brief.previews and now - job.previewed_at >= PREVIEW_EVERY_S:
                job.previewed_at = now
                for entry in (entry for entry in job.entries if entry.left):
                    for state in entry.group:
                        image, error = self._attempt(job.family.preview, state)
                        if image is not None and error is None:
                            job.sink.preview(job.family.index(state), entry.taken, image)

    # When something goes wrong.

    def _attempt(self, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> tuple[T | None, Exception | None]:
        """Do a piece of work that counts as hung if it takes too long."""
        with self._working():
            return self._try(work, *args, **named)

    @staticmethod
    def _try(work: Callable[P, T], *args: P.args, **named: P.kwargs) -> tuple[T | None, Exception | None]:
        """Do a piece of work; an exception is returned, for while it is handled it pins the tensors of its frames."""
        try:
            return work(*args, **named), None
        except Exception as error:
            return None, MemoryError(str(error)) if is_out_of_memory(error) else error

    @contextmanager
    def _working(self) -> Iterator[None]:
        self._busy_since = self._clock()
        try:
            yield
        finally:
            self._busy_since = None

    def _struggle(self, jobs: Sequence[Job], lane: tuple[str, object], error: Exception, rows: int = 1) -> None:
        """Decide what becomes of jobs whose common piece of work failed; those that stay are tried again."""
        if is_fatal(error):
            raise error
        if not is_out_of_memory(error):
            if len(jobs) > 1:
                for job in jobs:
                    job.alone = True
            else:
                self._fail(jobs[0], _explain(error))
            return
        rung = self._limits.ran_short(lane)
        log.warning("out of memory in %s with %d rows, rung %d", lane, rows, rung)
        if rung <= RELIEFS:
            self._try(jobs[0].family.relieve, rung)  # which may itself lack the memory
        elif not self._limits.halve(lane, rows):
            self._limits.forget(lane)
            self._fail(jobs[0], OutOfMemory())

    def _abandon(self, error: type[EngineError]) -> None:
        self._drain()
        for job in [*self._active, *self._waiting]:
            self._fail(job, error())

    def _fail(self, job: Job, error: EngineError) -> None:
        job.family.drop([state for entry in job.entries for state in entry.group])
        job.entries = []
        self._close(job)
        job.sink.failed(error)

    def _close(self, job: Job) -> None:
        if job in self._active:
            self._active.remove(job)
        if job in self._waiting:
            self._waiting.remove(job)
        with self._lock:
            self._jobs.pop(job.brief.id, None)
            changes, job.changes = job.changes, []
        for _, outcome in changes:
            outcome.set_exception(_not_here())

    # Trial steps, while there is nothing else to do.

    def _measure(self) -> bool:
        """Take one run of one trial step of a lane that was never measured; False when there is none."""
        for family in self._families.values():
            if family.name in self._unmeasurable:
                continue
            probe, error = self._try(family.probe)
            if error is not None:  # a model that cannot be opened; whoever asks for it will hear why
                log.warning("the family %s takes no trial steps: %s", family.name, error)
                self._unmeasurable.add(family.name)
            rows = self.times.next_trial((family.name, probe.lane)) if probe else None
            if probe is not None and rows is not None:
                self._trial((family.name, probe.lane), probe.run, rows)
                return True
        return False

    def _trial(self, lane: tuple[str, object], run: Callable[[int], None], rows: int) -> None:
        """Time one run; the first warms up, and the least of the others is believed, for noise only adds."""
        began = self._clock()
        _, error = self._attempt(run, rows)
        seconds = self._clock() - began
        if error is not None:
            log.warning("no trial step of %d rows: %s", rows, error)
            self.times.give_up(lane)
            return
        runs = self._trials.setdefault((lane, rows), [])
        runs.append(seconds)
        if len(runs) > TRIALS or (len(runs) > 1 and seconds > TRIAL_LIMIT_S / TRIALS):
            self.times.believe(lane, rows, min(runs[1:]))
            del self._trials[lane, rows]


def _painted(family: Family, states: Sequence[State]) -> list[tuple[int, Image, Recipe]]:
    images = family.finish(states)
    return [(family.index(state), image, family.recipe(state)) for state, image in zip(states, images, strict=True)]


def _change(job: Job, change: Adjustment) -> None:
    for entry in job.entries:
        for state in entry.group:
            job.family.adjust(state, replace(change, step=entry.taken))


def _replay(job: Job) -> None:
    """Apply what the brief's own timeline holds for the steps reached."""
    plan = job.brief.timeline
    for entry in job.entries:
        while entry.replayed < len(plan) and plan[entry.replayed].step <= entry.taken:
            change = replace(plan[entry.replayed], step=entry.taken)
            entry.replayed += 1
            for state in entry.group:
                job.family.adjust(state, change)


def _not_here() -> InvalidBrief:
    return InvalidBrief("That request is not being painted (any more), so it cannot be changed.")


def _explain(error: Exception) -> EngineError:
    if isinstance(error, EngineError):
        return error
    log.error("a brief failed", exc_info=error)
    return InternalError()
