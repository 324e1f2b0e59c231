"""Commands and options by the names that the reader's picker shows.

The catalogues write both in English, as code does: `/settings me style:` for a command with or without an option,
`style:` for an option alone. One function puts the reader's names there, so that the two cannot part.
"""

import re
from collections.abc import Iterable, Mapping

_NAME = ".name"
_ALONE = re.compile(r"`([a-z][a-z0-9_]*):(?=[ `])")
_ELSEWHERE = ("menu.", "choice.")


class Naming:
    """The names of one language."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """Take a catalogue of commands: `settings.me.style.name` is what `/settings me` calls its option `style`."""
        self._names = {
            tuple(key.removesuffix(_NAME).split(".")): name
            for key, name in names.items()
            if key.endswith(_NAME) and not key.startswith(_ELSEWHERE)
        }
        paths = sorted((" ".join(path) for path in self._names), key=len, reverse=True)
        self._spoken = re.compile(rf"(?<![\w/])/({'|'.join(paths) or '(?!)'})(?![\w-])(?: ([a-z][a-z0-9_]*):)?")
        self._options = _unambiguous(self._names.items())

    def __call__(self, sentence: str) -> str:
        """Return the sentence with these names in it."""
        return _ALONE.sub(self._alone, self._spoken.sub(self._command, sentence))

    def _command(self, found: re.Match[str]) -> str:
        path = tuple(found[1].split())
        words = [self._names.get(path[: depth + 1], path[depth]) for depth in range(len(path))]
        if found[2]:
            words.append(f"{self._names.get((*path, found[2]), found[2])}:")
        return f"/{' '.join(words)}"

    def _alone(self, found: re.Match[str]) -> str:
        return f"`{self._options.get(found[1], found[1])}:"


def _unambiguous(names: Iterable[tuple[tuple[str, ...], str]]) -> dict[str, str]:
    """Return the options that have one name wherever they are."""
    called: dict[str, set[str]] = {}
    for path, name in names:
        if len(path) > 1:
            called.setdefault(path[-1], set()).add(name)
    return {option: found.pop() for option, found in called.items() if len(found) == 1}
