"""Museums: real HTTP on this machine, answers written by hand in the documented shapes."""

import asyncio
import json
from dataclasses import replace

import pytest
from aiohttp import web

from engine.api.errors import CannotWrite, EngineError, InvalidBrief
from engine.corpus.gathered.errors import CorpusRefused, MuseumAnswerRefused, MuseumUnavailable
from engine.corpus.gathered.folders import read_folder
from engine.corpus.gathered.museums import MUSEUMS
from engine.corpus.gathered.museums.gathering import gather
from engine.corpus.gathered.museums.visitor import USER_AGENT, Manners
from tests.engine.corpus.gathered import hall as halls
from tests.engine.corpus.gathered.hall import QUICK, InTurn, open_hall
from tests.engine.pictures.files import claiming_png


@pytest.fixture
def hall():
    with open_hall() as found:
        yield found


@pytest.fixture
def fetch(tmp_path):
    """Fetch into a folder that stays the same."""

    def run(museum, count=10, manners=QUICK, query="quail"):
        return asyncio.run(gather(museum, query, tmp_path / "art", count, lambda line: None, manners))

    return run


def rows(tmp_path, name="metadata.jsonl"):
    path = tmp_path / "art" / name
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


MET_ROW = {
    "file_name": "met-100.jpg",
    "text": "Quail and Millet 100 by Kiyohara Yukinobu, hanging scroll; ink and colour on silk, late 17th century",
    "title": "Quail and Millet 100",
    "artist": "Kiyohara Yukinobu",
    "year": "late 17th century",
    "medium": "Hanging scroll; ink and colour on silk",
    "licence": "CC0-1.0",
    "source": "https://www.metmuseum.org/art/collection/search/100",
    "museum": "met",
    "key": "100",
}
ARTIC_ROW = {
    "file_name": "artic-0.jpg",
    "text": "The Bedroom 0 by Vincent van Gogh, oil on canvas, 1889",
    "title": "The Bedroom 0",
    "artist": "Vincent van Gogh",
    "year": "1889",
    "medium": "Oil on canvas",
    "licence": "CC0-1.0",
    "source": "https://www.artic.edu/artworks/0",
    "museum": "artic",
    "key": "0",
}
RIJKS_ROW = {
    "file_name": "rijksmuseum-20010.jpg",
    "text": "The Little Street 0 by Johannes Vermeer, oil on canvas, c. 1658",
    "title": "The Little Street 0",
    "artist": "Johannes Vermeer",
    "year": "c. 1658",
    "medium": "oil on canvas",
    "licence": "PDM-1.0",
    "source": "https://id.rijksmuseum.nl/20010",
    "museum": "rijksmuseum",
    "key": "20010",
}


@pytest.mark.parametrize(("name", "row"), [("met", MET_ROW), ("artic", ARTIC_ROW), ("rijksmuseum", RIJKS_ROW)])
def test_each_picture_comes_with_all_that_must_be_known_of_it(hall, fetch, tmp_path, name, row):
    result = fetch(getattr(halls, name)(hall))
    found = rows(tmp_path)
    assert found[0] == row
    assert (result.there, result.fetched, result.exhausted) == (len(found), len(found), True)
    entries, remarks = read_folder(tmp_path / "art")
    assert len(entries) == len(found) >= 2 and not remarks
    assert entries[0].facts["licence"] == row["licence"]
    assert all(request.headers["User-Agent"] == USER_AGENT for request in hall.asked)


def test_the_house_knows_these_museums_by_their_own_addresses():
    assert sorted(MUSEUMS) == ["artic", "met", "rijksmuseum"]
    for museum in MUSEUMS.values():
        assert museum.api.startswith("https://") and museum.interval_s > 0
        assert any(museum.api.split("/")[2].endswith(host) for host in museum.hosts)


def test_nothing_is_fetched_twice(hall, fetch, tmp_path):
    museum = halls.met(hall, 4)
    assert fetch(museum, 2).fetched == 2
    before = len(hall.asked)
    again = fetch(museum, 4)
    assert (again.there, again.fetched) == (4, 2)
    assert not {"/v1/objects/100", "/v1/objects/101"} & {request.path for request in hall.asked[before:]}
    assert [row["key"] for row in rows(tmp_path)] == ["100", "101", "102", "103"]
    before = len(hall.asked)
    assert fetch(museum, 4).fetched == 0 and len(hall.asked) == before


@pytest.mark.parametrize("changes", [{"isPublicDomain": False}, {"isPublicDomain": "true"}, {"isPublicDomain": None}])
def test_what_is_not_free_for_all_is_refused_and_not_asked_for_again(hall, fetch, tmp_path, changes):
    museum = halls.met(hall)
    hall.answers["/v1/objects/101"] = halls.met_object(hall, 101, **changes)
    assert fetch(museum).refused == 1
    assert [row["key"] for row in rows(tmp_path)] == ["100", "102"]
    assert rows(tmp_path, "refused.jsonl") == [{"museum": "met", "key": "101", "reason": "is not in the public domain"}]
    assert fetch(museum).refused == 0
    assert hall.paths().count("/v1/objects/101") == 1 and "/images/101.jpg" not in hall.paths()


@pytest.mark.parametrize(
    "rights",
    [
        [],
        [{"classified_as": [{"id": "https://creativecommons.org/licenses/by-nc/4.0/"}]}],
        [{"classified_as": [{"id": "http://rightsstatements.org/vocab/InC/1.0/"}]}],
        [{"classified_as": [{"id": halls.MARK}, {"id": "http://rightsstatements.org/vocab/InC/1.0/"}]}],
        [{"classified_as": [{"id": f"https://example.org/?{halls.MARK}"}]}],
        "public domain",
    ],
)
def test_the_rijksmuseum_must_say_that_a_picture_is_free(hall, fetch, tmp_path, rights):
    museum = halls.rijksmuseum(hall)
    hall.answers["/20210"]["subject_to"] = rights
    fetch(museum)
    assert [row["key"] for row in rows(tmp_path)] == ["20011"]


def test_a_museum_is_asked_again_when_it_is_busy(hall, fetch):
    museum = halls.met(hall)

    async def busy(request):
        return web.Response(status=429, headers={"Retry-After": "99999"})

    hall.answers["/v1/objects/100"] = InTurn([busy, 503, halls.met_object(hall, 100)])
    assert fetch(museum).there == 3
    assert hall.paths().count("/v1/objects/100") == 3


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (500, MuseumUnavailable, "asked 3 times"),
        (403, MuseumAnswerRefused, "Try again tomorrow"),
        (404, MuseumAnswerRefused, "as documented"),
        (b"<html>Sorry</html>", MuseumAnswerRefused, "no JSON"),
        (b"[" * 100_000, MuseumAnswerRefused, "no JSON"),
        (b'"' + b"x" * 300_000 + b'"', MuseumAnswerRefused, "more than"),
        ({"message": "moved"}, MuseumAnswerRefused, "as documented"),
        (["odd"], MuseumAnswerRefused, "as documented"),
    ],
)
@pytest.mark.parametrize("name", ["met", "artic", "rijksmuseum"])
def test_a_search_that_goes_wrong_ends_in_a_sentence(hall, fetch, tmp_path, name, answer, error, said):
    museum = getattr(halls, name)(hall)
    fetch(museum, 1)
    path = "/artworks/search" if name == "artic" else "/search/collection" if name == "rijksmuseum" else "/v1.1/search"
    hall.answers[path] = answer
    with pytest.raises(error, match=said) as caught:
        fetch(museum, 5)
    assert caught.value.message.startswith(museum.title) and caught.value.exit_code in (69, 76)
    assert len(rows(tmp_path)) == 1, "what was fetched is kept"


@pytest.mark.parametrize(
    "answer",
    [
        404,
        400,
        b"<html>",
        [],
        {"isPublicDomain": True, "title": 7, "primaryImageSmall": ["x"]},
        {"isPublicDomain": True, "primaryImageSmall": "http://[::1"},
        {"isPublicDomain": True, "primaryImageSmall": "file:///etc/passwd"},
        {"isPublicDomain": True, "primaryImageSmall": "http://169.254.169.254/latest/meta-data"},
        {"isPublicDomain": True, "primaryImageSmall": "https://127.0.0.1.example.org/x.jpg"},
    ],
)
def test_one_odd_work_spoils_no_others(hall, fetch, tmp_path, answer):
    museum = halls.met(hall)
    hall.answers["/v1/objects/101"] = answer
    assert fetch(museum).refused == 1
    assert [row["key"] for row in rows(tmp_path)] == ["100", "102"]


@pytest.mark.parametrize(
    "data", [b"", b"not a picture", halls.picture()[:500], claiming_png(60_000, 60_000), b"\xff\xd8" + b"x" * 300_000]
)
def test_a_picture_that_is_none_is_not_kept(hall, fetch, tmp_path, data):
    museum = halls.met(hall)
    hall.answers["/images/101.jpg"] = data
    assert fetch(museum).refused == 1
    assert sorted(path.name for path in (tmp_path / "art").glob("*.jpg")) == ["met-100.jpg", "met-102.jpg"]


def test_an_answer_without_end_is_cut_off(hall, fetch, tmp_path):
    museum = halls.met(hall)

    async def endless(request):
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b"x" * 65536)

    hall.answers["/images/100.jpg"] = endless
    assert fetch(museum).refused == 1
    assert [row["key"] for row in rows(tmp_path)] == ["101", "102"]


def test_a_museum_that_dawdles_is_left(hall, fetch, tmp_path):
    museum = halls.met(hall)
    fetch(museum, 1)

    async def drip(request):
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b" ")
            await asyncio.sleep(0.02)

    hall.answers["/v1/objects/101"] = drip
    with pytest.raises(MuseumUnavailable, match=r"no whole answer within 0\.5 s"):
        fetch(museum, 3, Manners(tries=2, answer_s=0.5, back_off_s=0.0))
    assert len(rows(tmp_path)) == 1
    hall.answers["/v1/objects/101"] = halls.met_object(hall, 101)
    assert fetch(museum).there == 3


def test_nobody_there_ends_in_a_sentence(hall, fetch):
    museum = replace(halls.met(hall), api="http://127.0.0.1:9")
    with pytest.raises(MuseumUnavailable, match="Look at your connection"):
        fetch(museum)


def test_redirects_are_followed_within_the_museum_alone(hall, fetch, tmp_path):
    museum = halls.met(hall)

    async def elsewhere(request):
        return web.Response(status=302, headers={"Location": "http://169.254.169.254/"})

    async def moved(request):
        return web.Response(status=301, headers={"Location": "/images/102.jpg"})

    async def circle(request):
        return web.Response(status=302, headers={"Location": request.path})

    for number, handler in ((100, elsewhere), (101, moved), (102, circle)):
        hall.answers[f"/images/{number}.jpg"] = handler
    hall.answers["/images/102.jpg"] = InTurn([halls.picture(), circle])
    assert fetch(museum).refused == 2
    assert [row["key"] for row in rows(tmp_path)] == ["101"]


def test_pages_are_turned(hall, fetch, tmp_path):
    museum = halls.artic(hall, 3)

    async def search(request):
        page = int(request.query["page"])
        answer = {
            "pagination": {"total_pages": 3, "current_page": page},
            "data": [halls.artic_row(page - 1)],
            "config": {"iiif_url": f"{hall.base}/iiif/2"},
        }
        return web.json_response(answer)

    hall.answers["/artworks/search"] = search
    assert fetch(museum).there == 3


def test_a_torn_line_is_mended_and_its_work_fetched_again(hall, fetch, tmp_path):
    museum = halls.met(hall)
    fetch(museum)
    path = tmp_path / "art" / "metadata.jsonl"
    path.write_bytes(path.read_bytes()[:-30])
    assert fetch(museum).fetched == 1
    assert [row["key"] for row in rows(tmp_path)] == ["100", "101", "102"]


def test_a_line_that_a_person_added_stays(hall, fetch, tmp_path):
    museum = halls.met(hall)
    fetch(museum, 2)
    path = tmp_path / "art" / "metadata.jsonl"
    path.write_text(path.read_text() + '{"file_name": "own.png", "text": "mine"}')
    fetch(museum)
    assert [row["file_name"] for row in rows(tmp_path)] == ["met-100.jpg", "met-101.jpg", "own.png", "met-102.jpg"]


def test_a_full_disk_keeps_what_is_there(hall, fetch, tmp_path, monkeypatch):
    import os

    museum = halls.met(hall)
    fetch(museum, 1)

    def full(descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(CannotWrite, match="disk is full"):
            fetch(museum)
    assert len(rows(tmp_path)) == 1 and not list((tmp_path / "art").glob(".*"))
    assert fetch(museum).there == 3


@pytest.mark.parametrize(
    ("query", "count"), [("", 1), ("  ", 1), ("x" * 300, 1), ("owl", 0), ("owl", -3), ("owl", 10**9)]
)
def test_senseless_wishes_ask_nobody(hall, fetch, query, count):
    with pytest.raises(InvalidBrief):
        fetch(halls.met(hall), count, query=query)
    assert not hall.asked


def test_other_folders_are_left_alone(hall, fetch, tmp_path):
    (tmp_path / "art").mkdir()
    (tmp_path / "art" / "diary.txt").write_text("mine")
    with pytest.raises(CorpusRefused, match="something else"):
        fetch(halls.met(hall))
    assert [path.name for path in (tmp_path / "art").iterdir()] == ["diary.txt"]
    (tmp_path / "art" / "diary.txt").unlink()
    (tmp_path / "art").rmdir()
    (tmp_path / "art").write_text("a file")
    with pytest.raises(EngineError, match="no folder"):
        fetch(halls.met(hall))
