"""Trainings that die for real, in processes forked off one that has loaded torch; prints what was found as JSON.

Run as ``python -m tests.engine.training.deaths FOLDER``. Every file-system operation of a training is one
moment to die at: Python's audit events tell of them just before they happen.
"""

import json
import os
import resource
import signal
import sys
from dataclasses import replace
from pathlib import Path

import torch

from engine.training.checkpoint import load_average, load_progress
from engine.training.loop import Schedule, run
from tests.engine.training.tiny import LineTask

SCHEDULE = Schedule(rate=0.05, warmup=3, ema=0.9, save_every=0.0, sheet_every=1e9)
STEPS = 3
OPERATIONS = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "open", "shutil.rmtree")


def train(out: Path, steps: int) -> None:
    run(LineTask(), replace(SCHEDULE, steps=steps), out, say=lambda line: None)


def forked(work) -> int:
    """Run work in a child and return its exit status, negative for a signal."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        work()
        os._exit(0)
    except BaseException as error:
        sys.stdout.write(f"{type(error).__name__}: {error}\n")
        sys.stdout.flush()
        os._exit(1)


def die_at(moment: int, out: Path) -> None:
    """Train from one saved step to the last, and be killed at the given file-system operation in ``out``."""
    seen = 0

    def count(event: str, arguments: tuple) -> None:
        nonlocal seen
        if event in OPERATIONS and str(out) in str(arguments[0]):
            seen += 1
            if seen == moment:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    train(out, STEPS)


def kill_everywhere(folder: Path) -> dict:
    """Kill a training at every operation in turn; compare what is gone on from with what was never killed."""
    train(folder / "straight", STEPS)
    whole = contents(folder / "straight")
    kills, lost, different = 0, [], []
    for moment in range(1, 1000):
        out = folder / f"at-{moment}"
        train(out, 1)
        if forked(lambda moment=moment, out=out: die_at(moment, out)) != -signal.SIGKILL:
            break
        kills += 1
        found = load_progress(out)
        if not found or not all(value.isfinite().all() for value in load_average(out).values()):
            lost.append(moment)
        train(out, STEPS)
        if contents(out) != whole:
            different.append(moment)
    return {"kills": kills, "lost": lost, "different": different}


def kill_again_and_again(folder: Path) -> dict:
    """Kill the same training at one operation after the other, every run going on from what is left."""
    out, steps = folder / "again", []
    train(out, 1)
    for moment in range(1, 40):
        forked(lambda moment=moment: die_at(moment, out))
        steps.append((load_progress(out) or {"step": -1})["step"])
    train(out, STEPS)
    return {"steps": steps, "same": contents(out) == contents(folder / "straight")}


def fill_the_disk(folder: Path) -> dict:
    """Train on where files may not grow."""
    out = folder / "full"
    train(out, 2)
    before = contents(out)

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
        train(out, 4)

    status = forked(work)
    return {"status": status, "kept": contents(out) == before, "left": sorted(path.name for path in out.glob("check*"))}


def contents(out: Path) -> dict[str, bytes]:
    """Return the checkpoint's arrays as they lie on the disk, and its step."""
    files = {path.name: path.read_bytes() for path in (out / "checkpoint").glob("*.safetensors")}
    return files | {"step": str((load_progress(out) or {}).get("step")).encode()}


if __name__ == "__main__":
    torch.set_num_threads(1)
    place = Path(sys.argv[1])
    found = {work.__name__: work(place) for work in (kill_everywhere, kill_again_and_again, fill_the_disk)}
    print(json.dumps(found), flush=True)
