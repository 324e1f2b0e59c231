"""Markdown tables of what was measured."""

from collections.abc import Sequence

from tests.benchmarks.chat.acknowledgement import Acknowledged
from tests.benchmarks.chat.queue_length import Cost


def acknowledgements(arms: Sequence[Acknowledged]) -> str:
    """Return a table of the arms."""
    lines = [
        "| acknowledgement | sent | lost | p50 ms | p99 ms | longest ms | slowest callback, CPU ms | memory MiB "
        "| engine's cores |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {arm.arm} | {arm.sent} | {arm.lost} | {arm.p50_s * 1000:.0f} | {arm.p99_s * 1000:.0f} "
        f"| {arm.longest_s * 1000:.0f} | {arm.slowest_callback_s * 1000:.0f} ({arm.slowest_callback}) "
        f"| {arm.memory_mib:.0f} | {arm.engine_cores:.2f} |"
        for arm in arms
    ]
    return "\n".join(lines)


def costs(rows: Sequence[Cost]) -> str:
    """Return a table of the operations at both lengths."""
    lines = ["| operation | queued jobs | median ms | p95 ms | against the short queue |", "|---|---|---|---|---|"]
    lines += [
        f"| {row.operation} | {row.queued} | {row.median_ms:.2f} | {row.p95_ms:.2f} | {row.against:.2f}x |"
        for row in rows
    ]
    return "\n".join(lines)
