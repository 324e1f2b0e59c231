import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.corpus.gathered.errors import CorpusRefused
from engine.corpus.gathered.folders import read_folder
from tests.engine.corpus.gathered.pictures import scene


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "art" / "deep").mkdir(parents=True)
    for name in ("one.png", "two.png", "deep/three.png"):
        scene().save(tmp_path / "art" / name)
    return tmp_path / "art"


def captions(folder):
    return {entry.name: entry.caption for entry in read_folder(folder)[0]}


def reasons(folder):
    return {remark.name: remark.reason for remark in read_folder(folder)[1]}


def test_captions_lie_beside_the_pictures(folder):
    (folder / "one.txt").write_text("\ufeffan owl\r\nat dusk\n", encoding="utf-8")
    (folder / "deep" / "three.txt").write_text("黄昏的红船", encoding="utf-8")
    assert captions(folder) == {"one.png": "an owl at dusk", "two.png": "", "deep/three.png": "黄昏的红船"}
    assert not reasons(folder)


def test_captions_and_facts_lie_in_metadata(folder):
    above = [{"file_name": "one.png", "text": "an owl", "artist": "M", "year": 1831}, {"file_name": "deep/three.png"}]
    (folder / "metadata.jsonl").write_text("\n".join(json.dumps(row) for row in above))
    (folder / "deep" / "metadata.jsonl").write_text('{"file_name": "three.png", "text": "nearer"}\n')
    entries, remarks = read_folder(folder)
    assert {entry.name: entry.caption for entry in entries} == {
        "one.png": "an owl",
        "two.png": "",
        "deep/three.png": "nearer",
    }
    assert next(entry for entry in entries if entry.name == "one.png").facts == {"artist": "M", "year": "1831"}
    assert not remarks


def test_every_bad_line_is_named_and_the_others_count(folder):
    lines = [
        b'{"file_name": "one.png", "text": "an owl"}',
        b"{",
        b"[" * 5000,
        b'{"file_name": "caf\xe9.png"}',
        b'{"file_name": "../outside.png", "text": "x"}',
        b'{"file_name": "/etc/passwd"}',
        b'{"file_name": 7}',
        b'{"file_name": "one.png", "text": "a fox"}',
        b'{"file_name": "gone.png", "text": "x"}',
        b'{"text": "' + b"x" * 2_000_000 + b'"}',
        b"",
        b'{"file_name": "two.png", "text": "a fox"}',
    ]
    (folder / "metadata.jsonl").write_bytes(b"\n".join(lines))
    entries, remarks = read_folder(folder)
    assert {entry.name: entry.caption for entry in entries if entry.caption} == {
        "one.png": "an owl",
        "two.png": "a fox",
    }
    told = [remark.reason for remark in remarks]
    for number, words in (
        (2, "no JSON"),
        (3, "no JSON"),
        (4, "not UTF-8"),
        (5, "no file"),
        (6, "no file"),
        (7, "no file"),
    ):
        assert any(reason.startswith(f"line {number} ") and words in reason for reason in told), number
    assert any("line 8 tells of one.png again" in reason for reason in told)
    assert any(reason.startswith("line 10 is longer") for reason in told)
    assert any(remark.name == "gone.png" for remark in remarks)
    assert len(remarks) == 9


def test_odd_captions_leave_the_picture(folder):
    (folder / "one.txt").write_bytes(b"caf\xe9")
    (folder / "two.txt").write_text("word " * 1000)
    (folder / "deep" / "three.txt").write_text("x" * 100_000)
    found = captions(folder)
    assert found["one.png"] == "" and found["deep/three.png"] == ""
    assert found["two.png"].startswith("word word") and 900 < len(found["two.png"]) <= 1000
    assert "not UTF-8" in reasons(folder)["one.txt"] and "64 KiB" in reasons(folder)["three.txt"]
    assert "5,000" not in reasons(folder)["two.png"] and "4,999 characters" in reasons(folder)["two.png"]


def test_links_out_of_the_folder_are_left_alone(folder, tmp_path):
    scene(1).save(tmp_path / "secret.png")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    (folder / "one.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "metadata.jsonl").symlink_to(tmp_path / "secret.txt")
    (folder / "up").symlink_to(tmp_path)
    (folder / "broken.png").symlink_to("nowhere.png")
    (folder / "loop.png").symlink_to("loop.png")
    (folder / "within.png").symlink_to("one.png")
    assert captions(folder) == {"one.png": "", "two.png": "", "deep/three.png": "", "within.png": ""}
    assert {"link.png", "one.txt", "metadata.jsonl", "broken.png", "loop.png"} == set(reasons(folder))


def test_folders_without_pictures_are_refused(tmp_path):
    with pytest.raises(CorpusRefused, match="no folder"):
        read_folder(tmp_path / "none")
    (tmp_path / "art").mkdir()
    (tmp_path / "art" / "owl.gif").write_bytes(b"GIF89a")
    with pytest.raises(CorpusRefused, match=r"owl\.gif is not a PNG") as caught:
        read_folder(tmp_path / "art")
    assert caught.value.exit_code == 65


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=300))
def test_wild_metadata_never_ends_the_reading(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("wild")
    (folder / "one.png").touch()
    (folder / "metadata.jsonl").write_bytes(data)
    assert [entry.name for entry in read_folder(folder)[0]] == ["one.png"]
