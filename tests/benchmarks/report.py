"""Tables for a terminal and for the README."""

from typing import Any

import torch

from tests.benchmarks.keeping import conditions, processor
from tests.benchmarks.measure import Latency, Row

LIBRARIES = ("torch", "diffusers", "transformers", "openvino")


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else processor()
    return {**conditions(LIBRARIES), "device": device, "threads": torch.get_num_threads()}


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
