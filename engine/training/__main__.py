"""``python -m engine.training``: train a model by name, or export what was trained."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main() -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m engine.training", description=__doc__)
    parser.add_argument("words", nargs="+", metavar="NAME | export NAME", help="e.g. mini")
    parser.add_argument("--minutes", type=float, default=100.0)
    parser.add_argument("--data", type=Path, help="a bank of pictures; rendered when missing")
    parser.add_argument("--out", type=Path, help="where checkpoints live")
    parser.add_argument("--to", type=Path, help="export: the model folder to write")
    arguments = parser.parse_args()
    from engine.api.errors import EngineError
    from engine.training import export_model, train

    try:
        match arguments.words:
            case ["export", name]:
                export_model(name, out=arguments.out, to=arguments.to)
            case [name]:
                train(name, arguments.minutes, arguments.data, arguments.out)
            case _:
                parser.error("give one model name, or: export NAME")
    except EngineError as error:
        sys.stderr.write(f"{error.message}\n")
        return error.exit_code
    except (ValueError, FileNotFoundError, RuntimeError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped; what was learnt is saved. Train again to go on.\n")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
