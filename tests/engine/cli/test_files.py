import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.errors import CannotWrite, UnreadablePicture
from engine.cli.files import MAX_FILE_BYTES, Names, check_folder, data_folder_complaint, read_bytes, slug, write_whole


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("An owl, at dawn!", "an-owl-at-dawn"),
        ("Café Übermut", "cafe-ubermut"),
        ("", "picture"),
        ("🦉", "picture"),
        ("../..", "picture"),
        ("word " * 100, "word-word-word-word-word-word-word-word-word"),
        ("x" * 100, "x" * 48),
    ],
)
def test_names_are_short_and_readable(text: str, expected: str) -> None:
    assert slug(text) == expected


@given(st.text())
def test_names_are_safe(text: str) -> None:
    name = slug(text)
    assert 1 <= len(name) <= 48
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not name.startswith("-")


def test_a_stem_is_numbered_when_taken(tmp_path: Path) -> None:
    def first(folder: Path, stem: str) -> str:
        return Names(folder, stem).write("1.png", b"").name

    assert first(tmp_path / "not yet", "owl-7") == "owl-7-1.png"
    (tmp_path / "owl-7-1.png").touch()
    assert first(tmp_path, "owl-7") == "owl-7-v2-1.png"
    (tmp_path / "owl-7-v3-sheet.png").touch()
    assert first(tmp_path, "owl-7") == "owl-7-v4-1.png"
    assert first(tmp_path, "owl") == "owl-v2-1.png"  # owl-7-1.png could be its own


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
def test_two_requests_at_once_keep_out_of_each_other_s_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    def none(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    if not links:
        monkeypatch.setattr(os, "link", none)
    ones, others = Names(tmp_path, "owl-7"), Names(tmp_path, "owl-7")
    paths = [names.write(ending, ending.encode()) for ending in ("1.png", "2.png") for names in (ones, others)]
    assert [path.name for path in paths] == ["owl-7-1.png", "owl-7-v2-1.png", "owl-7-2.png", "owl-7-v2-2.png"]
    assert sorted(tmp_path.iterdir()) == sorted(paths)
    assert [path.read_bytes() for path in paths] == [b"1.png", b"1.png", b"2.png", b"2.png"]


def test_a_folder_is_checked_before_it_is_needed(tmp_path: Path) -> None:
    check_folder(tmp_path / "not" / "yet")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    for folder in ("file", "file/below", "nowhere"):
        with pytest.raises(CannotWrite, match=folder.partition("/")[0]):
            check_folder(tmp_path / folder)
    with pytest.raises(CannotWrite, match="file name too long; choose another with --out"):
        check_folder(tmp_path / ("x" * 300))


def test_a_file_is_written_with_the_usual_rights(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "down" / "a.png"
    write_whole(target, b"abc")
    assert target.read_bytes() == b"abc"
    plain = tmp_path / "plain"
    plain.touch()
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    target = tmp_path / "a.png"
    target.write_bytes(b"old")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((os, "fsync") if call == "fsync" else (Path, "replace")), full)
    with pytest.raises(CannotWrite, match=r"a\.png cannot be written: no space left on device"):
        write_whole(target, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    assert target.read_bytes() == b"old"


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePicture, match="is not a file"):
        read_bytes(tmp_path)
    with pytest.raises(UnreadablePicture, match="null"):
        read_bytes(Path("a\0b"))
    huge = tmp_path / "huge.png"
    with huge.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(UnreadablePicture, match="256 MiB"):
        read_bytes(huge)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_never_ends_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(UnreadablePicture, match="is not a file"):
            read_bytes(path)


def test_a_data_folder_that_cannot_be_written_is_complained_of(tmp_path: Path) -> None:
    assert data_folder_complaint(tmp_path / "not" / "yet") is None
    assert list((tmp_path / "not" / "yet").iterdir()) == []
    (tmp_path / "file").touch()
    complaint = data_folder_complaint(tmp_path / "file" / "below")
    assert complaint and "(not a directory)" in complaint and "SALON_ENGINE__DATA_DIR" in complaint
