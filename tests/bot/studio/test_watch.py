"""What is known of an engine that comes, goes and fails."""

import asyncio

import pytest

from bot.studio import watch
from bot.studio.absence import refusal
from bot.studio.requests import Refusal
from bot.studio.watch import Watch
from engine.api.errors import EngineLost, EngineResting, ModelRefused, SettingsRefused, UnreadablePicture
from tests.bot.studio.test_checks import DESCRIPTION
from tests.engine.processes import run


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(watch, "ONLINE_S", 0.0)
    monkeypatch.setattr(watch, "OFFLINE_S", 0.0)
    monkeypatch.setattr(watch, "GRACE_S", 0.05)


class Engine:
    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = asyncio.Event()

    async def describe(self):
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            self.asked.set()
            await asyncio.Event().wait()
        if isinstance(answer, Exception):
            await asyncio.sleep(0.001)
            raise answer
        await asyncio.sleep(0)
        return answer


def until(engine, condition, *, own=False):
    """Watch until the condition holds; return every reason that was seen on the way."""

    async def story():
        watching = Watch(engine, own=own)
        seen = []
        watching._changed = lambda: seen.append(watching.reason)
        task = asyncio.create_task(watching.run())
        while not condition(watching):
            await asyncio.sleep(0.001)
        task.cancel()
        return watching, seen

    return run(story())


def test_settings_that_only_this_process_can_correct_end_the_watch():
    refused = SettingsRefused("There is no such device.")
    with pytest.raises(SettingsRefused, match="no such device"):
        run(Watch(Engine(refused), own=True).run())
    watching, _ = until(Engine(refused), lambda each: each.reason)
    assert watching.reason == "There is no such device."


def test_one_that_answers_is_online():
    watching, seen = until(Engine(DESCRIPTION), lambda each: each.online)
    assert set(seen) <= {""} and not watching.starting and watching.model(None).name == "mini"
    assert watching.model("owner/large").name == "owner/large" and watching.model("other") is None


def test_one_that_loads_for_long_is_neither_online_nor_offline():
    async def story():
        engine = Engine(None)
        watching = Watch(engine)
        task = asyncio.create_task(watching.run())
        await engine.asked.wait()
        await asyncio.sleep(0.15)
        assert not watching.online and watching.starting and watching.reason == ""
        task.cancel()

    run(story())


def test_a_crash_that_is_soon_over_is_not_told():
    engine = Engine(DESCRIPTION, EngineLost(), EngineLost(), DESCRIPTION)
    _, seen = until(engine, lambda each: len(engine.answers) == 1)
    assert set(seen) == {""}


def test_one_that_stays_away_is_offline_until_it_is_back():
    engine = Engine(DESCRIPTION, EngineLost("gone"))
    watching, _ = until(engine, lambda each: each.reason)
    assert watching.reason == "gone" and not watching.online
    engine.answers = [EngineLost("gone"), DESCRIPTION]
    assert until(engine, lambda each: each.online)[0].reason == ""


def test_one_that_no_longer_answers_is_offline():
    watching, _ = until(Engine(DESCRIPTION, None), lambda each: each.reason)
    assert watching.reason == "The engine does not answer."


def test_what_the_installation_must_change_is_told_at_once():
    watching, seen = until(Engine(ModelRefused("The weights are damaged.")), lambda each: each.reason)
    assert not watching.starting and seen[0] == "The weights are damaged."


@pytest.mark.parametrize(
    ("own", "answers", "told"),
    [
        (True, [EngineLost("See /secret/engine.log.")], "engine_starting"),
        (False, [EngineLost("Nothing listens at /secret/engine.sock.")], "engine_away"),
        (True, [DESCRIPTION, EngineLost("See /secret/engine.log.")], "engine_away"),
        (True, [DESCRIPTION, EngineResting("See /secret/engine.log.")], "engine_resting"),
        (True, [ModelRefused("/secret/weights are damaged.")], "engine_broken"),
    ],
)
def test_members_are_told_why_without_what_only_the_operator_can_use(own, answers, told):
    watching, _ = until(Engine(*answers), lambda each: each.reason, own=own)
    with pytest.raises(Refusal) as refused:
        watching.require()
    assert refused.value.key == told and not refused.value.values
    assert "/secret" in watching.reason
    watching._came()
    watching.require()


def test_an_answer_of_the_engine_is_told_and_its_loss_is_not():
    assert refusal("upload", UnreadablePicture("Save it again.")).values == {"message": "Save it again."}
    lost = refusal("upload", EngineLost("See /secret/engine.log."))
    assert lost.key == "engine_away" and not lost.values
