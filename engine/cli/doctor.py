"""`salon doctor`: looks at everything that painting needs and says what to do about what is missing."""

import asyncio
import dataclasses
import importlib.metadata
import importlib.util
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil
from packaging.requirements import Requirement
from rich.console import Console
from rich.table import Table
from rich.text import Text

from engine import __version__
from engine.api import Description
from engine.api.errors import EngineError, SettingsRefused
from engine.cli.console import console, print_json, results, shown_path, visible
from engine.cli.files import data_folder_complaint
from engine.cli.listings import describe
from engine.settings import EngineSettings, load_settings

State = Literal["good", "poor", "bad"]
"""All is well; it paints, but worse than it could; it cannot paint."""

_GIB = 2**30
_LEAST_MEMORY = 2 * _GIB
_LEAST_DISK = 1 * _GIB
_MARKS: dict[State, tuple[str, str]] = {"good": ("ok", "green"), "poor": ("note", "yellow"), "bad": ("MISSING", "red")}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    state: State
    finding: str
    advice: str = ""


def doctor(as_json: bool) -> int:
    """Print what was found; return 0, or 78 where something must change before Salon can paint."""
    with console().status("Looking around and starting an engine"):
        checks = list(examine())
    return report(checks, as_json)


def report(checks: list[Check], as_json: bool) -> int:
    """Print what was found; return 0, or 78 where something must change."""
    healthy = all(check.state != "bad" for check in checks)
    if as_json:
        print_json({"healthy": healthy, "checks": [dataclasses.asdict(check) for check in checks]})
    else:
        _show(checks, results())
    return 0 if healthy else SettingsRefused.exit_code


def examine(settings: EngineSettings | None = None) -> Iterator[Check]:
    """Look at the installation, the machine, and an engine: the one that listens, or one started for the purpose.

    Args:
        settings: the engine's; by default they are read from the environment.
    """
    yield Check("Salon", "good", f"{__version__}, Python {platform.python_version()} in {shown_path(Path(sys.prefix))}")
    try:
        settings = settings or load_settings()
    except EngineError as error:
        yield Check("settings", "bad", error.message, "Correct that environment variable or unset it.")
        return
    # What paints is needed only where it is started.
    yield _libraries("" if settings.listen else "engine")
    yield _memory()
    yield _disk(settings)
    yield from _engine(settings)


def _libraries(extra: str) -> Check:
    """Compare what is installed with what the package and this extra of it ask for."""
    try:
        listed = [Requirement(line) for line in importlib.metadata.requires("salon") or ()]
    except importlib.metadata.PackageNotFoundError:
        return Check("libraries", "poor", "Salon runs from its sources", "Run `make install`, which checks them all.")
    wanted = [one for one in listed if one.marker is None or one.marker.evaluate({"extra": extra})]
    lacking = []
    for requirement in wanted:
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            lacking.append(f"{requirement} is not installed")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            lacking.append(f"{requirement} is wanted and {version} installed")
    if lacking:
        return Check("libraries", "bad", "; ".join(lacking), "Run `make install`.")
    return Check("libraries", "good", f"all {len(wanted)} at the versions wanted")


def _memory() -> Check:
    memory = psutil.virtual_memory()
    finding = f"{memory.available / _GIB:.1f} of {memory.total / _GIB:.1f} GiB free"
    if memory.available < _LEAST_MEMORY:
        return Check(
            "memory", "poor", finding, "Close other programs: the shipped model needs 2 GiB, larger ones more."
        )
    return Check("memory", "good", finding)


def _disk(settings: EngineSettings) -> Check:
    folder = settings.data_dir
    complaint = data_folder_complaint(folder)
    if complaint:
        return Check("data folder", "bad", complaint)
    free = shutil.disk_usage(folder).free
    finding = f"{shown_path(folder)}, {free / _GIB:.1f} GiB free"
    if free < _LEAST_DISK:
        return Check("data folder", "poor", finding, "Free some space: compiled models and caches go there.")
    return Check("data folder", "good", finding)


def _engine(settings: EngineSettings) -> Iterator[Check]:
    where = f"listening at {settings.listen}" if settings.listen else "started for this check"
    try:
        description = asyncio.run(describe(settings))
    except EngineError as error:
        yield Check("engine", "bad", error.message, "See the sentence; the engine's log says more.")
        return
    memory = f"{description.memory_bytes / _GIB:.1f} GiB"
    yield Check("engine", "good", f"{visible(where)}, {description.threads} threads, {memory} in use")
    yield _device(description)
    yield _fast_executor(description)
    yield _model(description)


def _device(description: Description) -> Check:
    device = visible(description.device)
    if device == "cpu" and shutil.which("nvidia-smi"):
        advice = "There is an NVIDIA GPU, but this torch is built for CPUs: install the CUDA build of torch."
        return Check("device", "poor", device, advice)
    return Check("device", "good", device)


def _fast_executor(description: Description) -> Check:
    """See whether what the compiled network stands on is there: OpenVINO for CPUs, Triton for CUDA."""
    library = "triton" if description.device.startswith("cuda") else "openvino"
    if importlib.util.find_spec(library) is None:
        return Check("fast executor", "poor", f"{library} is not installed", f"Install it: pip install {library}.")
    return Check("fast executor", "good", f"{library} {importlib.metadata.version(library)}")


def _model(description: Description) -> Check:
    names = [model.name for model in description.models]
    if description.default_model not in names:
        finding = f"{description.default_model!r} is not among the engine's models"
        return Check("model", "bad", visible(finding), "Name one that exists with SALON_ENGINE__MODEL.")
    others = [name for name in names if name != description.default_model]
    also = f" (also {', '.join(others)})" if others else ""
    return Check("model", "good", visible(description.default_model + also))


def _show(checks: list[Check], out: Console) -> None:
    table = Table.grid(padding=(0, 3))
    for check in checks:
        mark, colour = _MARKS[check.state]
        finding = Text(check.finding)
        if check.advice:
            finding.append("\n" + check.advice, style="dim")
        table.add_row(Text(mark, style=colour), Text(check.name), finding)
    out.print(table)
