"""`python -m tests.benchmarks`: stock diffusers, whole requests and step batching in one run, as tables and JSON.

python -m tests.benchmarks                      the model that is configured (mini)
python -m tests.benchmarks --sdxl               SDXL with random weights, 1024 px, 20 Euler steps (needs a GPU)
"""

import argparse
import os
import sys
from pathlib import Path

# As in an engine process; both rivals gain by passive waiting on shared cores.
os.environ.update(OMP_WAIT_POLICY="PASSIVE", TRANSFORMERS_VERBOSITY="error", DIFFUSERS_VERBOSITY="error")

import torch

from engine.families.catalogue import build_families
from engine.settings import EngineSettings, load_settings
from tests.benchmarks import measure, report
from tests.benchmarks.keeping import keep
from tests.benchmarks.stock import stock_pipeline, warm


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "--executors",
        nargs="+",
        default=["full", "fast"],
        choices=["full", "fast"],
        help="the last one serves the Poisson arrivals",
    )
    parser.add_argument("--loads", nargs="+", type=float, default=[0.5, 0.8])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=40, help="requests of each Poisson stream")
    parser.add_argument("--sdxl", action="store_true", help="SDXL with random weights")
    parser.add_argument("--tiny", action="store_true", help="with --sdxl: at a size that a CPU paints")
    parser.add_argument("--json", type=Path, default=Path(".salon/benchmarks.json"))
    return parser.parse_args()


def _subject(arguments: argparse.Namespace) -> tuple[EngineSettings, str, dict[str, float]]:
    """Return the settings, the folder for stock diffusers, and the shape of a request."""
    if not arguments.sdxl:
        settings = load_settings()
        folder = str(Path(__file__).parents[2] / "engine/models/mini") if settings.model == "mini" else settings.model
        info = build_families(settings)["diffusion"].models()[0]
        return settings, folder, {"steps": info.steps, "guidance": info.guidance, "size": info.native[0]}
    from tests.benchmarks.sdxl import build

    base = load_settings()
    name = "tiny-sdxl" if arguments.tiny else "random-sdxl"
    base.data_dir.mkdir(parents=True, exist_ok=True)
    folder = build(base.data_dir / name, arguments.tiny)
    shape = {"steps": 20, "guidance": 8.0, "size": 16 if arguments.tiny else 1024}
    return load_settings(model=str(folder)), str(folder), shape


def main() -> None:
    """Measure, print the tables, and keep the JSON."""
    arguments = _arguments()
    settings, folder, shape = _subject(arguments)
    if settings.threads:
        torch.set_num_threads(settings.threads)
    family = build_families(settings)["diffusion"]
    device = "cuda" if torch.cuda.is_available() else "cpu"
    pipeline = stock_pipeline(folder, device, torch.bfloat16 if device == "cuda" else torch.float32)

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    for executor in arguments.executors:
        say(f"warming {executor}")
        warm(family, executor)
    results: dict[str, object] = {"machine": report.machine(), "model": settings.model, "shape": shape}
    rows = measure.grid(pipeline, family, arguments.executors, shape, arguments.rounds, say)
    print("\n" + report.speeds("one grid of four", rows) + "\n")
    results["grid"] = measure.plain(rows)
    rows = measure.members(pipeline, family, arguments.executors, shape, arguments.rounds, say)
    print("\n" + report.speeds("eight members at once", rows) + "\n")
    results["members"] = measure.plain(rows)
    del pipeline
    _, cap = measure.calibrated(family)
    results["row_cap"] = cap
    executor = arguments.executors[-1]
    say(f"Poisson arrivals, {executor}")
    table = measure.latencies(family, executor, cap, arguments.loads, arguments.requests, arguments.rounds, say)
    print("\n" + report.waits(f"Poisson arrivals, {executor}", table) + "\n")
    results["latency"] = measure.plain(table)
    keep(arguments.json, results)
    say(f"kept in {arguments.json}")


if __name__ == "__main__":
    main()
