"""Progress on standard error: a moving bar on a terminal, a few plain lines elsewhere."""

from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from engine.cli.console import visible

_EVERY = 0.25
"""Share of the steps between two plain lines."""


class Report(Protocol):
    """What is told while a brief is painted. A context manager."""

    def __enter__(self) -> Self:
        """Begin."""
        ...

    def __exit__(self, *exception: object) -> None:
        """End, whatever happened."""
        ...

    def say(self, text: str) -> None:
        """Tell a sentence."""
        ...

    def queued(self, ahead: int) -> None:
        """Tell that the brief was accepted, behind so many."""
        ...

    def stepped(self, step: int, steps: int, eta_s: float | None) -> None:
        """Tell how far the brief is."""
        ...

    def finished(self, pictures: int) -> None:
        """Tell how many pictures are there."""
        ...


def report(console: Console, count: int) -> Report:
    """Return the report that suits the console, for a brief of so many pictures."""
    return LiveReport(console, count) if console.is_terminal else PlainReport(console, count)


class LiveReport:
    """A bar with steps, pictures and the time left."""

    def __init__(self, console: Console, count: int) -> None:
        """Show nothing yet."""
        self._count = count
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[steps]}", style="dim"),
            TextColumn("{task.fields[pictures]}", style="dim"),
            TextColumn("{task.fields[eta]}", style="dim"),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("Waiting for the engine", total=None, steps="", pictures="", eta="")

    def __enter__(self) -> Self:
        """Show the bar."""
        self._bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        """Remove the bar."""
        self._bar.stop()

    def say(self, text: str) -> None:
        """Print a sentence above the bar."""
        self._bar.console.print(visible(text))

    def queued(self, ahead: int) -> None:
        """Show the place in the queue."""
        waiting = f"Waiting behind {ahead}" if ahead else "Painting"
        self._bar.update(self._task, description=waiting, pictures=f"0/{self._count} pictures")

    def stepped(self, step: int, steps: int, eta_s: float | None) -> None:
        """Move the bar."""
        eta = "" if eta_s is None else f"{eta_s:.0f} s left"
        self._bar.update(
            self._task, description="Painting", completed=step, total=steps, steps=f"step {step}/{steps}", eta=eta
        )

    def finished(self, pictures: int) -> None:
        """Count the pictures."""
        self._bar.update(self._task, pictures=f"{pictures}/{self._count} pictures")


class PlainReport:
    """Lines for logs and pipes."""

    def __init__(self, console: Console, count: int) -> None:
        """Say nothing yet."""
        self._console = console
        self._count = count
        self._told = 0.0

    def __enter__(self) -> Self:
        """Say what takes the first seconds."""
        self.say("Waiting for the engine.")
        return self

    def __exit__(self, *exception: object) -> None:
        """Say nothing."""

    def say(self, text: str) -> None:
        """Print a sentence."""
        self._console.print(visible(text))

    def queued(self, ahead: int) -> None:
        """Print the place in the queue."""
        self._told = 0.0
        self.say(f"Waiting behind {ahead}." if ahead else "Painting.")

    def stepped(self, step: int, steps: int, eta_s: float | None) -> None:
        """Print how far it is, now and then."""
        share = step / max(1, steps)
        if share < self._told + _EVERY:
            return
        self._told = share
        self.say(f"Step {step} of {steps}" + ("." if eta_s is None else f", {eta_s:.0f} s left."))

    def finished(self, pictures: int) -> None:
        """Print how many pictures are there."""
        self.say(f"Picture {pictures} of {self._count}.")
