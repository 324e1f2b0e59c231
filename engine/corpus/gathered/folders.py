"""Folders of pictures with captions, as people and tools leave them.

A caption is the text file beside a picture (``owl.png``, ``owl.txt``) or the ``text`` of its line in the
``metadata.jsonl`` of its folder or of one above, the layout of Hugging Face's ImageFolder
(https://huggingface.co/docs/datasets/image_dataset). Nothing outside the folder is ever opened.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from engine.corpus.gathered.errors import CorpusRefused
from engine.corpus.gathered.samples import FACTS, MAX_CAPTION, Entry, Remark

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
OTHER_PICTURES = frozenset({".gif", ".bmp", ".tif", ".tiff", ".heic", ".avif", ".svg", ".psd"})
METADATA = "metadata.jsonl"
MAX_TEXT_BYTES = 64 * 1024
MAX_LINE_BYTES = 1024 * 1024
_MAX_FACT = 500


def holds_pictures(folder: Path) -> bool:
    """Tell whether there is a picture file in the folder or below."""
    return folder.is_dir() and any(path.suffix.lower() in PICTURES for path in _files(folder))


def read_folder(folder: Path) -> tuple[list[Entry], list[Remark]]:
    """Return the pictures of a folder, sorted by name, and what was wrong with other files and with captions.

    Raises:
        CorpusRefused: it is no folder, cannot be read, or holds no picture.
    """
    if not folder.is_dir():
        raise CorpusRefused(f"{folder} is no folder; name one that holds pictures.")
    remarks: list[Remark] = []
    try:
        files = list(_files(folder))
        root = folder.resolve()
        rows = _all_rows(folder, root, files, remarks)
        entries = []
        for path in files:
            name = path.relative_to(folder).as_posix()
            if path.suffix.lower() in OTHER_PICTURES:
                remarks.append(Remark(name, "is not a PNG, JPEG or WebP picture; save it as one of these"))
            if path.suffix.lower() not in PICTURES:
                continue
            if not _inside(path, root):
                remarks.append(Remark(name, "is a link that leads out of the folder or nowhere; it is left alone"))
                continue
            row = rows.pop(name, {})
            caption = _shortened(name, _text_of(row) or _text_beside(path, root, remarks), remarks)
            entries.append(Entry(path, name, caption, _facts_of(row)))
    except OSError as error:
        raise CorpusRefused(f"{folder} cannot be read: {error.strerror or error}.") from error
    remarks += [Remark(name, f"is named in {METADATA}, but is no picture in this folder") for name in rows]
    if not entries:
        raise CorpusRefused(
            f"There is no PNG, JPEG or WebP picture in {folder}"
            + (f" ({remarks[0].name} {remarks[0].reason})" if remarks else "")
            + "; name a folder that holds some."
        )
    return entries, remarks


def _files(folder: Path) -> Iterator[Path]:
    """Yield all files below, sorted, hidden ones left out; links to folders are not followed."""
    for current, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(current) / name


def _inside(path: Path, root: Path) -> bool:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return False
    return target.is_file() and target.is_relative_to(root)


def _all_rows(folder: Path, root: Path, files: list[Path], remarks: list[Remark]) -> dict[str, Mapping[str, Any]]:
    """Return the rows of all metadata files by the picture's name; a row nearer to its picture wins."""
    rows: dict[str, Mapping[str, Any]] = {}
    for path in files:
        if path.name != METADATA:
            continue
        name = path.relative_to(folder).as_posix()
        if not _inside(path, root):
            remarks.append(Remark(name, "is a link that leads out of the folder or nowhere; it is left alone"))
            continue
        own: dict[str, Mapping[str, Any]] = {}
        for number, row in _rows(path, name, remarks):
            file_name = row.get("file_name")
            target = _within(path.relative_to(folder).parent.as_posix(), file_name)
            if target is None:
                remarks.append(Remark(name, f"line {number} names no file of this folder; it is left out"))
            elif target in own:
                remarks.append(Remark(name, f"line {number} tells of {target} again; the first line counts"))
            else:
                own[target] = row
        rows |= own
    return rows


def _rows(path: Path, name: str, remarks: list[Remark]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with path.open("rb") as lines:
        number = 0
        while line := lines.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > MAX_LINE_BYTES:
                while line and not line.endswith(b"\n"):
                    line = lines.readline(MAX_LINE_BYTES)
                remarks.append(Remark(name, f"line {number} is longer than a mebibyte; it is left out"))
                continue
            if not line.strip():
                continue
            try:
                row = json.loads(line.decode("utf-8-sig"))
            except UnicodeDecodeError:
                remarks.append(Remark(name, f"line {number} is not UTF-8; save the file as UTF-8"))
                continue
            except (ValueError, RecursionError):
                row = None
            if isinstance(row, dict):
                yield number, row
            else:
                remarks.append(Remark(name, f"line {number} is no JSON object; it is left out"))


def _within(parent: str, file_name: object) -> str | None:
    """Return the name in the folder that a row means; None for whatever leads out of it."""
    if not isinstance(file_name, str) or not file_name or "\0" in file_name:
        return None
    path = PurePosixPath(file_name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        return None
    return (PurePosixPath(parent) / path).as_posix()


def _text_of(row: Mapping[str, Any]) -> str:
    text = row.get("text")
    return text if isinstance(text, str) else ""


def _facts_of(row: Mapping[str, Any]) -> dict[str, str]:
    found = {name: row[name] for name in FACTS if isinstance(row.get(name), str | int)}
    return {name: str(value)[:_MAX_FACT] for name, value in found.items() if str(value).strip()}


def _text_beside(path: Path, root: Path, remarks: list[Remark]) -> str:
    beside = path.with_suffix(".txt")
    if not beside.is_symlink() and not beside.exists():
        return ""
    name = beside.name
    if not _inside(beside, root):
        remarks.append(Remark(name, "is a link that leads out of the folder or nowhere; it is left alone"))
        return ""
    with beside.open("rb") as file:
        data = file.read(MAX_TEXT_BYTES + 1)
    if len(data) > MAX_TEXT_BYTES:
        remarks.append(
            Remark(name, f"has more than {MAX_TEXT_BYTES // 1024} KiB, too much for a caption; it is left out")
        )
        return ""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        remarks.append(Remark(name, "is not UTF-8 text; save it as UTF-8"))
        return ""


def _shortened(name: str, text: str, remarks: list[Remark]) -> str:
    """Make one line of a caption, of a bearable length."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if len(line) <= MAX_CAPTION:
        return line
    remarks.append(Remark(name, f"has a caption of {len(line):,} characters; the first {MAX_CAPTION:,} are used"))
    return line[:MAX_CAPTION].rpartition(" ")[0] or line[:MAX_CAPTION]
