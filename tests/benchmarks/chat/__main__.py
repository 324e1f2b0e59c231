"""`python -m tests.benchmarks.chat`: is everybody answered in time, and does a long queue slow anybody down?

python -m tests.benchmarks.chat                              both, about four minutes
python -m tests.benchmarks.chat acknowledgement --seconds 10
python -m tests.benchmarks.chat queue

What else runs on the machine makes acknowledgements late; run it on a quiet one. Exits with 1 where a figure is missed.
"""

import argparse
import asyncio
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.benchmarks.chat import acknowledgement, queue_length, tables
from tests.benchmarks.keeping import conditions, keep

PARTS = ("acknowledgement", "queue")
LIBRARIES = ("discord.py", "aiohttp", "SQLAlchemy", "aiosqlite")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.chat",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{' or '.join(PARTS)}; default: both")
    parser.add_argument("--seconds", type=float, default=60.0, help="of each arm of the acknowledgements (60)")
    parser.add_argument("--per-second", type=float, default=20.0, help="interactions (20)")
    parser.add_argument("--rounds", type=int, default=200, help="of the queue's operations (200)")
    parser.add_argument("--json", type=Path, default=Path(".salon/chat-benchmarks.json"))
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {' and '.join(PARTS)}")
    return arguments


async def _acknowledgement(arguments: argparse.Namespace, folder: Path) -> tuple[Any, list[tuple[str, bool]]]:
    arms = [
        await acknowledgement.measure(arm, folder / name, arguments.seconds, arguments.per_second, _say)
        for name, arm in (("idle", acknowledgement.IDLE), ("busy", acknowledgement.BUSY))
    ]
    print("\n" + tables.acknowledgements(arms) + "\n")
    return [asdict(arm) for arm in arms], acknowledgement.verdicts(*arms)


async def _queue(arguments: argparse.Namespace, folder: Path) -> tuple[Any, list[tuple[str, bool]]]:
    costs = await queue_length.measure(folder / "queue", arguments.rounds, _say)
    print("\n" + tables.costs(costs) + "\n")
    return [asdict(cost) for cost in costs], queue_length.verdicts(costs)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    """Measure, print tables and verdicts, and keep the JSON."""
    arguments = _arguments()
    results: dict[str, Any] = {"machine": conditions(LIBRARIES)}
    said: list[tuple[str, bool]] = []
    with tempfile.TemporaryDirectory(prefix="salon-benchmark-") as folder:
        for part, run in (("queue", _queue), ("acknowledgement", _acknowledgement)):
            if part in (arguments.parts or PARTS):
                results[part], verdicts = asyncio.run(run(arguments, Path(folder)))
                said += verdicts
    print("\n".join(f"{'yes' if reached else 'NO '}  {words}" for words, reached in said))
    results["verdicts"] = [{"asked": words, "reached": reached} for words, reached in said]
    keep(arguments.json, results)
    _say(f"kept in {arguments.json}")
    sys.exit(not all(reached for _, reached in said))


if __name__ == "__main__":
    main()
