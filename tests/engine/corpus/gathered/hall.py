"""A museum's web server on this machine: answers by the book, written by hand, and whatever a test puts in its way.

Shapes after https://metmuseum.github.io, https://api.artic.edu/docs/ and https://data.rijksmuseum.nl/docs/.
"""

import asyncio
import json
import threading
from contextlib import contextmanager

from aiohttp import web

from engine.corpus.gathered.museums.artic import Artic
from engine.corpus.gathered.museums.met import Met
from engine.corpus.gathered.museums.rijksmuseum import Rijksmuseum
from engine.corpus.gathered.museums.visitor import Manners
from tests.engine.pictures.files import noise, saved

QUICK = Manners(tries=3, back_off_s=0.0, longest_wait_s=0.01, json_bytes=200_000, picture_bytes=200_000)
AAT = "http://vocab.getty.edu/aat"
RIJKS = "https://id.rijksmuseum.nl"
MARK = "https://creativecommons.org/publicdomain/mark/1.0/"


def picture(number=0):
    return saved(noise(96, 80, number), "JPEG", quality=60)


class Hall:
    """What is answered by path: a status, bytes, anything JSON can hold, a handler, or a list of these in turn."""

    def __init__(self):
        self.answers, self.asked, self.base = {}, [], ""

    async def answer(self, request):
        self.asked.append(request)
        found = self.answers.get(request.path, 404)
        if isinstance(found, list) and getattr(found, "in_turn", False):
            found = found.pop(0) if len(found) > 1 else found[0]
        if callable(found):
            return await found(request)
        if isinstance(found, int):
            return web.Response(status=found)
        if isinstance(found, bytes):
            return web.Response(body=found)
        return web.Response(body=json.dumps(found).encode(), content_type="application/json")

    def paths(self):
        return [request.path for request in self.asked]


class InTurn(list):
    in_turn = True


@contextmanager
def open_hall():
    """Serve from a thread of its own, so that commands with a loop of their own can ask."""
    hall, ready, loop = Hall(), threading.Event(), asyncio.new_event_loop()

    async def serve():
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", hall.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.01)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        hall.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        hall.done = asyncio.Event()
        ready.set()
        await hall.done.wait()
        await runner.cleanup()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    ready.wait(30)
    try:
        yield hall
    finally:
        loop.call_soon_threadsafe(hall.done.set)
        thread.join(30)
        loop.close()


def met(hall, works=3):
    """Put the Met's answers about some works into the hall."""
    numbers = [100 + i for i in range(works)]
    hall.answers["/v1.1/search"] = {"total": works, "objectIDs": numbers}
    for number in numbers:
        hall.answers[f"/v1/objects/{number}"] = met_object(hall, number)
        hall.answers[f"/images/{number}.jpg"] = picture(number)
    return Met(api=hall.base, hosts=("127.0.0.1",), interval_s=0.0)


def met_object(hall, number, **changes):
    return {
        "objectID": number,
        "isHighlight": False,
        "accessionNumber": "36.100.45",
        "isPublicDomain": True,
        "primaryImage": f"{hall.base}/images/{number}-original.jpg",
        "primaryImageSmall": f"{hall.base}/images/{number}.jpg",
        "additionalImages": [],
        "objectName": "Hanging scroll",
        "title": f"Quail and Millet {number}",
        "artistDisplayName": "Kiyohara Yukinobu",
        "objectDate": "late 17th century",
        "medium": "Hanging scroll; ink and colour on silk",
        "objectURL": f"https://www.metmuseum.org/art/collection/search/{number}",
    } | changes


def artic(hall, works=3):
    """Put the Art Institute's answers about some works into the hall."""
    hall.answers["/artworks/search"] = {
        "pagination": {"total": works, "limit": 100, "offset": 0, "total_pages": 1, "current_page": 1},
        "data": [artic_row(number) for number in range(works)],
        "info": {"license_text": "...", "version": "1.13"},
        "config": {"iiif_url": f"{hall.base}/iiif/2", "website_url": "https://www.artic.edu"},
    }
    for number in range(works):
        hall.answers[f"/iiif/2/image-{number}/full/843,/0/default.jpg"] = picture(number)
    return Artic(api=hall.base, hosts=("127.0.0.1",), interval_s=0.0)


def artic_row(number, **changes):
    return {
        "_score": 12.5,
        "id": number,
        "title": f"The Bedroom {number}",
        "artist_title": "Vincent van Gogh",
        "date_display": "1889",
        "medium_display": "Oil on canvas",
        "is_public_domain": True,
        "image_id": f"image-{number}",
    } | changes


def rijksmuseum(hall, works=2):
    """Put the Rijksmuseum's answers about some works into the hall; every second one is found by its description."""
    found = [{"id": f"{RIJKS}/2001{number}", "type": "HumanMadeObject"} for number in range(works)]

    async def search(request):
        items = found[::2] if "title" in request.query else found
        page = {"type": "OrderedCollectionPage", "partOf": {"totalItems": len(items)}, "orderedItems": items}
        return web.Response(body=json.dumps(page).encode(), content_type="application/ld+json")

    hall.answers["/search/collection"] = search
    for number in range(works):
        hall.answers[f"/2001{number}"] = rijks_object(number)
        hall.answers[f"/2021{number}"] = {
            "type": "VisualItem",
            "subject_to": [{"type": "Right", "classified_as": [{"id": MARK, "type": "Type"}]}],
            "digitally_shown_by": [{"id": f"{RIJKS}/5001{number}", "type": "DigitalObject"}],
        }
        hall.answers[f"/5001{number}"] = {
            "type": "DigitalObject",
            "access_point": [{"id": f"{hall.base}/iiif/AB{number}/full/max/0/default.jpg", "type": "DigitalObject"}],
        }
        hall.answers[f"/iiif/AB{number}/full/!1024,1024/0/default.jpg"] = picture(number)
    return Rijksmuseum(api=hall.base, images=f"{hall.base}/iiif", hosts=("127.0.0.1",), interval_s=0.0)


def rijks_object(number):
    english, dutch = ([{"id": f"{AAT}/{term}", "type": "Language"}] for term in ("300388277", "300388256"))
    return {
        "id": f"{RIJKS}/2001{number}",
        "type": "HumanMadeObject",
        "identified_by": [
            {"type": "Identifier", "content": f"SK-C-{number}"},
            {"type": "Name", "content": f"Het straatje {number}", "language": dutch},
            {"type": "Name", "content": f"The Little Street {number}", "language": english},
        ],
        "referred_to_by": [
            {"content": "huile", "classified_as": [{"id": f"{AAT}/300435429"}], "language": dutch},
            {"content": "oil on canvas", "classified_as": [{"id": f"{AAT}/300435429"}], "language": english},
            {"content": "gift", "classified_as": [{"id": f"{AAT}/300026687"}], "language": english},
        ],
        "produced_by": {
            "type": "Production",
            "referred_to_by": [{"content": "Johannes Vermeer", "language": english}],
            "timespan": {"identified_by": [{"type": "Name", "content": "c. 1658", "language": english}]},
        },
        "shows": [{"id": f"{RIJKS}/2021{number}", "type": "VisualItem"}],
    }
