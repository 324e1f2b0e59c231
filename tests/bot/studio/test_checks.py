"""What is refused, from memory alone."""

from datetime import timedelta

import pytest

from bot.settings import UNSCREENED, LimitSettings, SafetySettings, Settings
from bot.studio.checks import MAX_PROMPT, Checks
from bot.studio.memory import Memory
from bot.studio.refusals import REFUSALS
from bot.studio.requests import Refusal, Wish
from bot.studio.watch import Watch
from engine.api import Description, ModelInfo, StyleInfo
from engine.settings import EngineSettings
from storage.records import Ban, GuildSettings, MemberSettings
from tests.bot.studio.stage import ANN, BEN, CHANNEL, GUILD, MOD, origin, wish
from tests.storage.stores import NOW


def model(name="mini", **fields) -> ModelInfo:
    return ModelInfo(
        **{
            "name": name,
            "family": "diffusion",
            "title": name,
            "native": (128, 128),
            "multiple": 8,
            "max_side": 256,
            "steps": 4,
            "guidance": 5.0,
            "schedulers": ("none",),
            "loaded": True,
            "step_seconds": {1: 0.1, 8: 0.4, 16: 0.8},
            "row_cap": 8,
            **fields,
        }
    )


DESCRIPTION = Description(
    engine_version="0",
    protocol=1,
    device="cpu",
    threads=1,
    memory_bytes=0,
    models=(model(), model("owner/large")),
    default_model="mini",
    styles=(StyleInfo(name="ink", title="Ink drawing", description=""),),
    max_prompt=4000,
    max_count=16,
    max_upload_bytes=0,
    running=0,
)


class House:
    def __init__(self, *, limits=None, safety=None, described=True, engine=None):
        settings = Settings(
            limits=LimitSettings(**(limits or {})),
            safety=safety or SafetySettings(),
            engine=EngineSettings(**(engine or {})),
        )
        self.memory, self.watch = Memory(), Watch(None)
        if described:
            self.watch.description = DESCRIPTION
        self.checks = Checks(settings, self.memory, self.watch)

    def check(self, asked=None, actor=ANN, at=NOW, **place):
        return self.checks.check(actor, origin(**place), asked or wish(), at)

    def refuses(self, *args, **fields):
        with pytest.raises(Refusal) as refused:
            self.check(*args, **fields)
        assert set(refused.value.values) == set(REFUSALS[refused.value.key])
        return refused.value


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        (wish(" \t\u200b"), "prompt_empty"),
        (wish("x" * (MAX_PROMPT + 1)), "prompt_long"),
        (wish(negative="x" * (MAX_PROMPT + 1)), "negative_long"),
        (wish(count=5), "count"),
        (wish(count=0), "count"),
        (wish(seed=-1), "seed"),
        (wish(seed=2**63), "seed"),
        (wish(size="huge"), "size"),
        (wish(size="0x128"), "size"),
        (wish(size="1000x1000"), "size_large"),
        (wish(size="9x9"), "size_small"),
        (wish(size="128x24"), "size_small"),
        (wish(style="inkk"), "style"),
        (wish(model="minni"), "model"),
        (wish(mode="dream"), "mode"),
        (wish(palette="rainbow"), "palette"),
    ],
)
def test_what_cannot_be_painted_is_refused(asked, key):
    assert House().refuses(asked).key == key


def test_what_is_left_open_is_filled_from_the_member_then_the_guild():
    house = House()
    house.memory.set_guild(GUILD, GuildSettings(style="ink", size="square"))
    assert house.check(wish(style="Ink Drawing", size="tall", seed=3)).style == "ink"
    checked = house.check()
    assert (checked.style, checked.sides, checked.model) == ("ink", (128, 128), None)
    assert [house.check(wish(style=none)).style for none in ("none", "None", "无")] == [None] * 3
    house.memory.set_member(ANN.id, MemberSettings(size="100x200", model="owner/large"))
    checked = house.check(age_restricted=True)
    assert (checked.sides, checked.model) == ((96, 200), "owner/large")
    house.memory.set_member(ANN.id, MemberSettings(model="was removed"))
    assert house.check().model is None


def test_the_smallest_size_that_a_model_paints_is_taken_and_a_default_below_it_is_named_as_such():
    house = House()
    assert house.check(wish(size="32x128")).sides == (32, 128)
    house.memory.set_guild(GUILD, GuildSettings(size="16x16"))
    refused = house.refuses(wish())
    assert (refused.key, refused.values) == ("default_size_small", {"given": "16x16", "least": 32})


def test_an_operators_limit_of_pictures_is_what_an_unasked_count_becomes():
    house = House(limits={"count": 2})
    assert house.check(Wish(prompt="a fox")).count == 2
    assert house.refuses(wish(count=3)).values == {"most": 2}
    assert House().check(Wish(prompt="a fox")).count == 4


def test_suggestions_come_with_a_mistyped_style():
    assert House().refuses(wish(style="inkk")).values["close"] == "ink"


def test_who_may_not_is_refused_before_anything_else():
    house = House()
    house.memory.set_ban(Ban(member_id=ANN.id, guild_id=GUILD, reason="", by_id=9, created_at=NOW))
    house.memory.set_ban(Ban(member_id=BEN.id, guild_id=None, reason="", by_id=9, created_at=NOW))
    assert house.refuses(wish("")).key == "banned"
    house.check(guild_id=11)
    assert house.refuses(actor=BEN, guild_id=11).key == "banned"
    house.memory.lift_ban(ANN.id, GUILD)
    house.check()


def test_guilds_decide_where_and_who():
    house = House()
    house.memory.set_guild(GUILD, GuildSettings(channels=(5, 6)))
    assert house.refuses(channel_id=CHANNEL).values == {"channel": 5}
    house.check(channel_id=6)
    house.check(channel_id=CHANNEL, parent_id=5)
    assert house.refuses(channel_id=CHANNEL, parent_id=CHANNEL).key == "channel"
    house.memory.set_guild(GUILD, GuildSettings(roles=(8,)))
    assert house.refuses().key == "role"
    house.check(actor=MOD)
    house.memory.set_guild(GUILD, GuildSettings(paused=True))
    assert house.refuses().key == "guild_paused"
    house.memory.set_guild(GUILD, GuildSettings(words=("Fox",)))
    assert house.refuses().values == {"word": "Fox"}
    assert house.refuses(wish("a dog", negative="fox")).key == "word"
    house.check(guild_id=11)


def test_a_model_without_a_screen_needs_an_age_restricted_channel_or_the_operators_word():
    house, asked = House(), wish(model="owner/large")
    assert house.refuses(asked).key == "unscreened"
    house.check(asked, age_restricted=True)
    House(safety=SafetySettings(unscreened_models=UNSCREENED)).check(asked)
    # Before the engine has told, the default is the one that was set; closed until known.
    assert House(described=False, engine={"model": "owner/large"}).refuses().key == "unscreened"
    House(described=False).check()


def test_an_offline_engine_is_said():
    house = House()
    house.watch.absence = "engine_resting"
    assert house.refuses().key == "engine_resting"


def test_limits_are_counted_when_asked_and_given_back():
    house = House(limits={"pending_per_member": 2, "pending_per_guild": 3, "pending": 4})
    undo = [house.memory.count(ANN, origin(), 1, NOW) for _ in range(2)]
    assert house.refuses().values == {"most": 2}
    house.memory.count(BEN, origin(), 1, NOW)
    assert house.refuses(actor=BEN).key == "guild_pending"
    house.memory.count(BEN, origin(guild_id=11), 1, NOW)
    assert house.refuses(actor=MOD, guild_id=12).key == "full"
    undo[0]()
    house.check()
    house.memory.ended(BEN.id, GUILD)
    house.check(actor=MOD)


def test_quotas_are_per_day_and_a_guilds_own_replaces_the_operators():
    house = House(limits={"pictures_per_member": 4, "pictures_per_guild": 6})
    house.memory.count(ANN, origin(), 3, NOW)
    tomorrow = int(NOW.timestamp()) + 12 * 3600
    assert house.refuses().values == {"left": 1, "count": 2, "resets_at": tomorrow}
    house.check(wish(count=1))
    house.memory.count(BEN, origin(), 2, NOW)
    assert house.refuses(actor=BEN).values == {"left": 1, "count": 2, "resets_at": tomorrow}
    undo = house.memory.count(ANN, origin(), 1, NOW)
    assert house.refuses(wish(count=1)).values == {"most": 4, "resets_at": tomorrow}
    assert house.refuses(wish(count=1), actor=BEN).key == "guild_quota"
    undo()
    house.check(at=NOW + timedelta(days=1))
    house.memory.refund(ANN.id, GUILD, 3, NOW)
    house.check(at=NOW + timedelta(days=1))
    house.memory.set_guild(GUILD, GuildSettings(quota=0, guild_quota=0))
    house.check(wish(count=4))


def test_an_unasked_count_falls_to_what_is_left_of_the_day():
    house = House(limits={"pictures_per_member": 5, "pictures_per_guild": 8})
    plain = Wish(prompt="a fox")
    house.memory.count(ANN, origin(), 2, NOW)
    assert house.check(plain).count == 3
    house.memory.count(BEN, origin(), 4, NOW)
    assert house.check(plain).count == 2
    house.memory.count(ANN, origin(), 2, NOW)
    assert house.refuses(plain).key == "guild_quota"


def test_what_another_request_will_tell_is_not_judged_by_the_defaults():
    house = House(limits={"pictures_per_member": 1})
    house.memory.set_member(ANN.id, MemberSettings(size="9999x1", model="owner/large"))
    part = Wish(prompt="a fox")
    house.checks.check(ANN, origin(), part, NOW, partly=True)
    with pytest.raises(Refusal, match="unscreened"):
        house.checks.check(ANN, origin(), wish(model="owner/large"), NOW, partly=True)
    house.memory.count(ANN, origin(), 1, NOW)
    with pytest.raises(Refusal, match="quota"):
        house.checks.check(ANN, origin(), part, NOW, partly=True)


def test_a_default_size_that_the_model_cannot_paint_is_named_as_the_cause():
    house = House()
    house.memory.set_member(ANN.id, MemberSettings(size="9999x1"))
    assert house.refuses().key == "default_size_large"
    house.check(wish(size="square"))
    house.memory.set_member(ANN.id, MemberSettings(size="enormous"))
    assert house.refuses().key == "default_size"


def test_a_cooldown_is_told_in_whole_seconds():
    house = House(limits={"cooldown_s": 10})
    undo = house.memory.count(ANN, origin(), 1, NOW)
    assert house.refuses(at=NOW + timedelta(seconds=3.5)).values == {"seconds": 7}
    house.check(at=NOW + timedelta(seconds=10))
    house.check(actor=BEN)
    undo()
    house.check()
