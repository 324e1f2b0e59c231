"""The client against a real engine process (with a scripted family) that others started."""

import asyncio
import subprocess
import sys

import pytest

from engine.api import Adjustment, Finished, Preview, Progress, Queued
from engine.api.errors import (
    Cancelled,
    EngineLost,
    InvalidBrief,
    MissingInputs,
    ProtocolError,
    SettingsRefused,
    UnreadablePicture,
)
from engine.client import connect
from engine.client.engine import Engine
from engine.client.keeper import Keeper
from engine.client.launcher import Listener
from engine.client.timing import Timing
from engine.pictures.provenance import read_recipe
from engine.wire.address import parse
from tests.engine.processes import brief, events, idle, listening, pictures, png, run, settings_in, sha, until


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    with listening(tmp_path_factory.mktemp("engine")) as settings:
        yield settings


def told(settings, story):
    async def tell():
        async with connect(settings) as engine:
            return await story(engine)

    return run(tell())


def test_a_brief_is_painted(settings):
    seen = told(settings, lambda engine: events(engine, brief(count=3)))
    assert isinstance(seen[0], Queued)
    assert isinstance(seen[-1], Finished)
    assert any(isinstance(event, Progress) for event in seen)
    assert sorted(picture.index for picture in pictures(seen)) == [0, 1, 2]
    for picture in pictures(seen):
        assert sha(picture.image) == picture.sha256
        assert read_recipe(picture.image) == picture.recipe
        assert picture.recipe.seed == 7


def test_a_seed_is_drawn_and_told(settings):
    async def story(engine):
        return [pictures(await events(engine, brief(seed=None)))[0].recipe.seed for _ in range(2)]

    first, second = told(settings, story)
    assert first != second


def test_one_picture_of_a_brief_may_be_returned_alone(settings):
    seen = told(settings, lambda engine: events(engine, brief(count=4, only=2)))
    assert [picture.index for picture in pictures(seen)] == [2]


def test_pictures_fit_into_what_the_brief_allows(settings):
    (picture,) = pictures(told(settings, lambda engine: events(engine, brief("noisy", count=1, max_bytes=100_000))))
    assert len(picture.image) <= 100_000
    assert picture.mime != "image/png"


def test_previews_come_when_they_are_asked_for(settings):
    async def story(engine):
        stream = engine.paint(brief("endless", previews=True))
        async for event in stream:
            if isinstance(event, Preview):
                await stream.aclose()
                return event
        return None

    assert told(settings, story).image[8:12] == b"WEBP"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"prompt": ""}, "prompt is empty"),
        ({"prompt": " \t\u200b\x00"}, "prompt is empty"),
        ({"prompt": "x" * 10_000}, "10,000 characters"),
        ({"negative": "x" * 10_000}, "10,000 characters"),
        ({"width": 100_000}, "width of 100,000"),
        ({"height": 4097}, "height of 4,097"),
        ({"count": 99}, "count"),
        ({"guidance": float("nan")}, "guidance"),
        ({"only": 2}, "asked for alone"),
        ({"family": "nonsense"}, "no family called 'nonsense'"),
        ({"prompt": "\udcff"}, "not valid Unicode"),
        ({"timeline": (Adjustment(step=1, prompt="y" * 5000),)}, "5,000 characters"),
    ],
)
def test_a_brief_that_cannot_be_painted_is_refused_in_a_sentence(settings, fields, says):
    with pytest.raises(InvalidBrief, match=says):
        told(settings, lambda engine: events(engine, brief(**fields)))


@pytest.mark.parametrize(
    "prompt", ["\U0001f989\U0001f319", "\u0628\u0648\u0645\u0629 \u202e", "a\x00b\x1b[31m", "x" * 4000]
)
def test_odd_prompts_are_painted_and_come_back_unchanged(settings, prompt):
    seen = told(settings, lambda engine: events(engine, brief(prompt)))
    assert {picture.recipe.prompt for picture in pictures(seen)} == {prompt}


def test_cancelling_stops_a_brief_that_would_never_end(settings):
    async def story(engine):
        stream = engine.paint(brief("endless", id="long"))
        async for event in stream:
            if isinstance(event, Progress):
                await engine.cancel("long")

    with pytest.raises(Cancelled):
        told(settings, story)


def test_closing_the_stream_cancels_the_brief(settings):
    async def story(engine):
        stream = engine.paint(brief("endless"))
        await anext(stream)
        await stream.aclose()
        await idle(engine)

    told(settings, story)


def test_cancelling_the_task_that_paints_cancels_the_brief(settings):
    async def story(engine):
        painting = asyncio.create_task(events(engine, brief("endless")))
        while not (await engine.describe()).running:
            await asyncio.sleep(0.01)
        painting.cancel()
        await idle(engine)

    told(settings, story)


def test_a_client_that_leaves_takes_its_briefs_with_it(settings):
    async def story(engine):
        async with connect(settings) as other:
            stream = other.paint(brief("endless"))  # kept, since one that nobody holds is closed, and cancels its brief
            await anext(stream)
            while not (await engine.describe()).running:
                await asyncio.sleep(0.01)
        await idle(engine)

    told(settings, story)


def test_cancelling_what_is_unknown_or_another_clients_does_nothing(settings):
    async def story(engine):
        async with connect(settings) as other:
            stream = other.paint(brief("endless", id="mine"))
            await anext(stream)
            await engine.cancel("mine")
            await engine.cancel("nobody's")
            assert (await engine.describe()).running == 1
            await stream.aclose()

    told(settings, story)


def test_two_clients_paint_under_one_id_at_once(settings):
    async def story(engine):
        async with connect(settings) as other:
            return await asyncio.gather(events(engine, brief()), events(other, brief(count=1)))

    first, second = told(settings, story)
    assert (len(pictures(first)), len(pictures(second))) == (2, 1)


def test_one_client_may_not_use_an_id_twice_at_once(settings):
    async def story(engine):
        stream = engine.paint(brief("endless"))
        await anext(stream)
        with pytest.raises(InvalidBrief, match="another id"):
            await events(engine, brief())
        await stream.aclose()
        await idle(engine)
        await events(engine, brief())

    told(settings, story)


def test_many_briefs_at_once_each_get_their_own_pictures(settings):
    async def story(engine):
        return await asyncio.gather(*(events(engine, brief(f"p{n}", id=f"b{n}", count=1)) for n in range(20)))

    for n, seen in enumerate(told(settings, story)):
        assert [picture.recipe.prompt for picture in pictures(seen)] == [f"p{n}"]


def test_a_running_brief_is_adjusted(settings):
    async def story(engine):
        stream = engine.paint(brief("endless"))
        await anext(stream)
        await engine.adjust("b1", Adjustment(guidance=2.0))
        with pytest.raises(InvalidBrief, match="no picture to be strong about"):
            await engine.adjust("b1", Adjustment(strength=0.5))
        with pytest.raises(InvalidBrief, match="not being painted"):
            await engine.adjust("b2", Adjustment(guidance=2.0))

    told(settings, story)


def test_the_engine_describes_itself(settings):
    description = told(settings, lambda engine: engine.describe())
    assert [model.name for model in description.models] == ["mini"]
    assert description.default_model == "mini"
    assert description.memory_bytes > 2**20
    assert description.styles
    assert description.max_upload_bytes >= 8 * 2**20


def test_inputs_are_sent_when_the_engine_lacks_them_and_only_then(settings):
    data = png(24, 16)
    asked = brief("inputs", source=sha(data))

    async def story(engine):
        with pytest.raises(MissingInputs, match="lacks 1 of the pictures"):
            await events(engine, asked)
        sent = await events(engine, asked, {sha(data): data})
        cached = await events(engine, asked)
        return pictures(sent) + pictures(cached)

    assert {(picture.width, picture.height) for picture in told(settings, story)} == {(24, 16)}


def test_a_picture_under_a_wrong_hash_is_refused(settings):
    name = sha(b"something else")
    with pytest.raises(InvalidBrief, match="SHA-256"):
        told(settings, lambda engine: events(engine, brief(source=name), {name: png()}))


def test_an_input_that_is_no_picture_is_refused(settings):
    data = b"not a picture"
    with pytest.raises(UnreadablePicture):
        told(settings, lambda engine: events(engine, brief(source=sha(data)), {sha(data): data}))


def test_a_picture_taken_in_may_be_referred_to_at_once(settings):
    async def story(engine):
        taken = await engine.intake(png(40, 8, "orange"))
        return taken, await events(engine, brief("inputs", source=taken.sha256))

    taken, seen = told(settings, story)
    assert (taken.width, taken.height) == (40, 8)
    assert pictures(seen)[0].width == 40


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", png()[:45], bytes(11 * 2**20)])
def test_what_is_no_picture_is_refused(settings, data):
    with pytest.raises(UnreadablePicture):
        told(settings, lambda engine: engine.intake(data))


def test_features_come_in_the_order_asked_for(settings):
    one, two = png(colour="black"), png(colour="red")
    names = [sha(two), sha(one), sha(two)]

    async def story(engine):
        with pytest.raises(MissingInputs):
            await engine.features([sha(b"never sent")])
        return await engine.features(names, {sha(one): one, sha(two): two})

    measured = told(settings, story)
    assert [features.sha256 for features in measured] == names
    assert measured[0] == measured[2] != measured[1]


def test_an_engine_that_is_not_there_is_named(tmp_path):
    settings = settings_in(tmp_path, listen=str(tmp_path / "nobody.sock"))
    source = Listener(parse(settings.listen))

    async def story():
        keeper = Keeper(source, Timing(patience_s=0.2, most_starts=None))
        keeper.start()
        try:
            await Engine(keeper).describe()
        finally:
            await keeper.stop()

    with pytest.raises(
        EngineLost, match=r"Nothing listens at \S+nobody\.sock; start an engine there with `salon serve`"
    ):
        run(story())


def test_a_client_waits_for_an_engine_that_comes_later(tmp_path):
    settings = settings_in(tmp_path, listen=str(tmp_path / "engine.sock"))

    async def story():
        async with connect(settings) as engine:
            painting = asyncio.create_task(events(engine, brief()))
            await asyncio.sleep(0)
            with listening(tmp_path):
                return await painting

    assert len(pictures(run(story()))) == 2


def test_an_engine_of_another_version_is_refused_in_a_sentence(tmp_path):
    async def answer(reader, writer):
        await reader.read(10)
        writer.write(b"SLN1" + (99).to_bytes(2) + bytes(10))

    async def story():
        path = tmp_path / "old.sock"
        async with (
            await asyncio.start_unix_server(answer, path),
            connect(settings_in(tmp_path, listen=str(path))) as engine,
        ):
            await engine.describe()

    with pytest.raises(ProtocolError, match="same Salon on both"):
        run(story())


def test_an_address_that_is_none_is_refused(tmp_path):
    async def story():
        async with connect(settings_in(tmp_path, listen="nowhere")):
            pass

    with pytest.raises(SettingsRefused):
        run(story())


def test_tcp_serves_as_well(tmp_path, unused_port):
    with listening(tmp_path, listen=f"127.0.0.1:{unused_port}") as settings:
        assert len(pictures(told(settings, lambda engine: events(engine, brief())))) == 2


@pytest.fixture
def unused_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_the_client_loads_nothing_heavy():
    code = "import sys, engine.client; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"torch", "numpy", "PIL", "diffusers", "engine.batcher", "engine.server"} & set(loaded)


def test_a_second_engine_does_not_take_over_the_socket_of_a_live_one(settings, tmp_path):
    with listening(tmp_path, listen=settings.listen):
        log = tmp_path / "listening.log"
        run(until(lambda: "an engine listens" in log.read_text()))
    assert told(settings, lambda engine: engine.describe())
