"""Questions reach the engine's process like briefs do, and are answered or refused in one message."""

import hashlib

import pytest

from engine.api import DescribePicture, WeighPrompt
from engine.api.errors import InvalidBrief, MissingInputs, UnreadablePicture
from engine.client import connect
from tests.engine.pictures.files import noise, saved
from tests.engine.processes import brief, events, listening, pictures, run


@pytest.fixture(scope="module")
def engine_settings(tmp_path_factory):
    with listening(tmp_path_factory.mktemp("engine")) as found:
        yield found


def asked(found, question, inputs):
    async def ask():
        async with connect(found) as engine:
            return await engine.ask(question, inputs)

    return run(ask())


def test_who_cannot_answer_says_so(engine_settings):
    data = saved(noise(8, 8))
    name = hashlib.sha256(data).hexdigest()
    with pytest.raises(InvalidBrief, match="no model whose words"):
        asked(engine_settings, WeighPrompt(prompt="red fox", picture=name), {name: data})


def test_a_picture_that_nobody_has_is_named_as_missing(engine_settings):
    with pytest.raises(MissingInputs):
        asked(engine_settings, DescribePicture(picture="0" * 64), {})


def test_what_is_no_picture_is_refused_before_anybody_looks(engine_settings):
    data = b"GIF89a, or so it says"
    name = hashlib.sha256(data).hexdigest()
    with pytest.raises(UnreadablePicture):
        asked(engine_settings, DescribePicture(picture=name), {name: data})


def test_the_engine_paints_on(engine_settings):
    async def painted():
        async with connect(engine_settings) as engine:
            return pictures(await events(engine, brief()))

    assert len(run(painted())) == 2
