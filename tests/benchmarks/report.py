"""Tables for a terminal and for the README, and JSON for whoever compares runs."""

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from tests.benchmarks.measure import Latency, Row

LIBRARIES = ("torch", "diffusers", "transformers", "openvino")


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else _processor()
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "device": device,
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "versions": {name: version(name) for name in LIBRARIES},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def speeds(title: str, rows: list[Row]) -> str:
    """Return a Markdown table of arms against the first."""
    lines = [f"| {title} | seconds | pictures a second | against {rows[0].arm} |", "|---|---|---|---|"]
    lines += [f"| {row.arm} | {row.seconds:.2f} | {row.per_second:.2f} | {row.against:.2f}x |" for row in rows]
    return "\n".join(lines)


def waits(title: str, rows: list[Latency]) -> str:
    """Return a Markdown table of policies under load."""
    lines = [
        f"| {title} | load | mean s | median s | P99 s | pictures a second | mean against steps |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.policy} | {row.load} | {row.mean_s:.2f} | {row.p50_s:.2f} | {row.p99_s:.2f} "
        f"| {row.per_second:.2f} | {row.mean_against_steps:.2f}x |"
        for row in rows
    ]
    return "\n".join(lines)


def keep(path: Path, results: dict[str, Any]) -> None:
    """Write the results as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
