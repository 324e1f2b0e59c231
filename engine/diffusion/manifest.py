"""Hashes of a model's files: what was promised in its `manifest.json`, and what one number stands for all of them."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

from engine.api.errors import ModelRefused

NAME = "manifest.json"
LOADED = (".safetensors", ".json", ".txt", ".model", ".toml")
"""Endings of the files that are ever read from a model folder. Pickles are not among them."""

_remembered: dict[tuple[str, int, int], str] = {}


def files(folder: Path) -> list[str]:
    """Return the paths, relative to the folder and with forward slashes, of all files that loading could read."""
    found = (path for path in folder.rglob("*") if path.suffix in LOADED and path.is_file())
    names = (path.relative_to(folder) for path in found)
    return sorted(name.as_posix() for name in names if name.as_posix() != NAME and not _hidden(name))


def verify(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a model, compared with its manifest if it has one.

    Raises:
        ModelRefused: a file is missing, changed, or not in the manifest.
    """
    present = files(folder)
    promised = _promised(folder)
    if promised is None:
        return _hashes(folder, present)
    missing = sorted(promised.keys() - set(present))
    if missing:
        raise ModelRefused(f"The model in {folder} lacks {missing[0]}, which its manifest lists; fetch it again.")
    extra = sorted(set(present) - promised.keys())
    if extra:
        raise ModelRefused(f"The model in {folder} holds {extra[0]}, which is not in its manifest; remove that file.")
    actual = _hashes(folder, present)
    changed = sorted(name for name, digest in actual.items() if promised[name] != digest)
    if changed:
        raise ModelRefused(f"The file {changed[0]} of the model in {folder} is not the one promised; fetch it again.")
    return actual


def model_hash(hashes: dict[str, str]) -> str:
    """Return one SHA-256 for the whole model, over its sorted (path, SHA-256) pairs."""
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(hashes.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def write(folder: Path) -> Path:
    """Write the manifest of a folder as it is now, and return its path."""
    path = folder / NAME
    path.write_text(json.dumps({"files": _hashes(folder, files(folder))}, indent=1, sort_keys=True) + "\n")
    return path


def _promised(folder: Path) -> dict[str, str] | None:
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        promised = json.loads(path.read_text(encoding="utf-8"))["files"]
        if not all(isinstance(digest, str) and _inside(name) for name, digest in promised.items()):
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelRefused(f"The manifest {path} cannot be read; fetch the model again.") from error
    return {name: digest for name, digest in promised.items() if name.endswith(LOADED)}


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _hidden(name: Path) -> bool:
    return any(part.startswith(".") for part in name.parts)


def _hashes(folder: Path, names: list[str]) -> dict[str, str]:
    with ThreadPoolExecutor() as pool:
        return dict(zip(names, pool.map(lambda name: _hash(folder / name), names), strict=True))


def _hash(path: Path) -> str:
    """Hash a file, once for each time it changes while the process lives."""
    stat = path.stat()
    key = (str(path.resolve()), stat.st_size, stat.st_mtime_ns)
    if key not in _remembered:
        with path.open("rb") as file:
            _remembered[key] = hashlib.file_digest(file, "sha256").hexdigest()
    return _remembered[key]
