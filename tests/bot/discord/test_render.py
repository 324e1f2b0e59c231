from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discord.ids import CustomId
from bot.discord.render.captions import alt, facts, heading, notices
from bot.discord.render.crafting import listed
from bot.discord.render.details import details
from bot.discord.render.family import Relative, family_panel
from bot.discord.render.letters import render
from bot.discord.render.log import log_page
from bot.discord.render.overview import guild_settings, help_page, info_page, member_settings
from bot.discord.render.panels import cancel_panel, history_page, more_panel, queue_panel
from bot.discord.render.parts import MAX_ALT, MAX_TEXT, Message
from bot.discord.render.reports import report_post
from bot.discord.render.styles import styles_page
from bot.discord.render.tools import dress_panel, tools_panel, vary_panel, which_panel
from bot.discord.text import LANGUAGES, text_for
from bot.discord.text.catalogue import read_flat
from bot.studio.changes import MODES
from bot.studio.delivery import Letter
from bot.studio.requests import EngineInfo, Standing, StyleChoice
from storage.records import AuditEntry, GuildSettings, MemberSettings
from tests.bot.discord import records
from tests.bot.discord.fake_studio import FakeStudio

pytestmark = pytest.mark.asyncio

NASTY = "*_`@<>[]()|~#:" * 108
"""1,512 characters, each of which is escaped."""


def walk(components: list[dict]) -> list[dict]:
    found = []
    for one in components:
        found.append(one)
        found += walk(one.get("components", []))
        if "accessory" in one:
            found.append(one["accessory"])
    return found


def parts(message: Message) -> list[dict]:
    """Return all components of a message that Discord would take."""
    view = message.view()
    found = walk(view.to_components())
    assert len(found) <= 40
    assert view.content_length() <= MAX_TEXT
    assert view.is_finished(), "the library must not keep it"
    ids = [one["custom_id"] for one in found if "custom_id" in one]
    assert len(ids) == len(set(ids))
    assert all(len(one["components"]) <= 5 for one in found if one["type"] == 1)
    assert all(0 < len(one["label"]) <= 80 for one in found if one["type"] == 2)
    for one in found:
        for item in one.get("items", []):
            assert len(item["description"]) <= MAX_ALT
    return found


def custom_ids(message: Message) -> list[str]:
    return [one["custom_id"] for one in parts(message) if "custom_id" in one]


def done(count: int = 4, **fields) -> Letter:
    artworks = tuple(records.artwork(id=100 + n, position=n, alt="x" * 3000) for n in range(count))
    job = records.job(state="done", **fields)
    return Letter(kind="done", job=job, artworks=artworks, pictures=tuple(records.png(n) for n in range(count)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [1, 4])
async def test_the_longest_result_fits(language: str, count: int) -> None:
    letter = done(count, prompt=NASTY, notices=("w" * 900,) * 9, model="m" * 300, style="s" * 300)
    message = render(letter, text_for(language), modes=frozenset({"vary"}))
    assert len(message.uploads) == count
    assert len(custom_ids(message)) == 2 * count + 3


@pytest.mark.parametrize("state", ["queued", "failed"])
async def test_the_longest_list_of_requests_fits(state: str) -> None:
    job = records.job(state=state, prompt=NASTY, error_key="engine", error_values={"message": NASTY})
    standings = [Standing(job=job, place=9, eta_s=None, step=None, steps=None)] * 64
    (told,) = [one["content"] for one in parts(listed(records.roster(), standings, text_for("en"))) if "content" in one]
    assert "64 requests" in told and "more" in told.splitlines()[-1]


async def test_a_button_is_shown_only_once_its_mode_works() -> None:
    text = text_for("en")
    assert not any("vary" in one for one in custom_ids(render(done(), text)))
    assert [one for one in custom_ids(render(done(), text, modes=frozenset({"vary"}))) if "vary" in one] == [
        f"s1:vary:{100 + n}" for n in range(4)
    ]


async def test_one_picture_needs_no_numbers() -> None:
    labels = [one["label"] for one in parts(render(done(1), text_for("en"))) if one["type"] == 2]
    assert labels == ["Keep", "Again", "Remix", "More"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_way_back_from_settings_is_named_with_what_it_needs(language: str) -> None:
    said = str(member_settings(MemberSettings(), text_for(language)).view().to_components())
    assert text_for(language)("settings.how") in said
    assert "`/settings reset where:`" in read_flat(f"{language}.toml")["settings.how"]


async def test_one_picture_has_its_buttons_side_by_side() -> None:
    def rows(count: int) -> list[list[str]]:
        found = parts(render(done(count), text_for("en"), modes=frozenset({"vary"})))
        return [[button["label"] for button in one["components"]] for one in found if one["type"] == 1]

    assert rows(1) == [["Keep", "Vary", "Again", "Remix", "More"]]
    assert [len(one) for one in rows(2)] == [2, 2, 3]


async def test_spoilers_cover_the_picture_and_its_file() -> None:
    message = render(done(1), text_for("en"), spoiler=True)
    [item] = [item for one in parts(message) for item in one.get("items", [])]
    [file] = message.files()
    assert item["spoiler"] and item["media"]["url"] == f"attachment://{file.filename}"
    assert file.filename.startswith("SPOILER_")


async def test_file_names_say_nothing_of_the_prompt() -> None:
    for upload in render(done(prompt="secret"), text_for("en")).uploads:
        assert "secret" not in upload.name and upload.name.endswith(".png")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_waiting_and_what_ends_without_pictures(language: str) -> None:
    text = text_for(language)
    job = records.job(prompt=NASTY, private=True)
    queued = render(Letter(kind="queued", job=job, place=3, eta_s=800.0), text)
    assert custom_ids(queued) == ["s1:cancel:7"]
    assert text("job.late_private") in str(queued.view().to_components())
    soon = render(Letter(kind="queued", job=job, place=0, eta_s=20.0), text)
    assert text("job.late_private") not in str(soon.view().to_components())
    progress = render(Letter(kind="progress", job=job, step=99, steps=12, preview=b"RIFF0000WEBP"), text)
    assert len(progress.uploads) == 1 and custom_ids(progress) == ["s1:cancel:7"]
    for key, values in (("engine", {"message": NASTY}), ("crashed", {"attempts": 3}), (None, {})):
        failed = render(Letter(kind="failed", job=job, error_key=key, error_values=values), text)
        again = [] if key == "engine" else ["s1:again:7"]
        assert custom_ids(failed) == [*again, "s1:remix:7"]
    assert custom_ids(render(Letter(kind="cancelled", job=job), text)) == ["s1:again:7", "s1:remix:7"]
    assert custom_ids(render(Letter(kind="removed", job=job), text)) == []


async def test_nobody_is_next_while_the_engine_starts() -> None:
    def said(**fields: Any) -> str:
        letter = Letter(kind="queued", job=records.job(), **fields)
        return str(render(letter, text_for("en")).view().to_components())

    for place in (0, 3):
        assert "painter is starting" in said(place=place, starting=True)
        assert "Yours is next" not in said(place=place, starting=True)
    assert "3 requests come before yours." in said(place=3, starting=True)
    assert "One request comes before yours." in said(place=1)
    assert "Yours is next" in said(place=0) and "starting" not in said(place=0)
    info = EngineInfo(
        online=False, absence="", paused=False, device="", model="mini", queued=1, running=0, step_seconds={}
    )
    page = str(info_page(info, (), text_for("en")).view().to_components())
    assert "painter is starting" in page
    for absence, says in {"engine_starting": "still starting", "engine_resting": "given a rest"}.items():
        page = str(info_page(replace(info, absence=absence), (), text_for("en")).view().to_components())
        assert says in page and "painter is starting" not in page


async def test_a_letter_whose_pictures_are_gone_says_so() -> None:
    message = render(Letter(kind="done", job=records.job()), text_for("en"))
    assert "removed" in str(message.view().to_components())


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_longest_panels_fit(language: str) -> None:
    text = text_for(language)
    job = records.job(prompt=NASTY, negative=NASTY, style=NASTY)
    art = records.artwork(alt="y" * 3000, recipe={"model": NASTY, "style": NASTY}, position=3)
    standings = [Standing(job=job, place=n, eta_s=9e5, step=None, steps=None) for n in range(25)]
    parts(queue_panel(standings, text))
    parts(
        cancel_panel(
            [Standing(job=records.job(id=n, prompt=NASTY), place=n, eta_s=None, step=1, steps=2) for n in range(9)],
            text,
        )
    )
    parts(details(art, job, tuple((n, n % 2 == 0) for n in range(5)), [101, 102, 103], text))
    four = [records.artwork(id=n, position=n) for n in range(4)]
    parts(more_panel(four, text, may_delete=True, modes=dict.fromkeys(range(4), MODES)))
    parts(tools_panel(art, records.png(), MODES, text))
    parts(vary_panel(four, text))
    parts(which_panel(four, text))
    parts(dress_panel(CustomId("wear", 2**63 - 1, 1), records.png(), "x", [(NASTY, NASTY)] * 200, text))
    deep = [Relative(number=n, work=art, job=job, asked=n == 3, private=False) for n in range(35)]
    parts(family_panel(deep, 7, 9, records.png(), text))
    pictures = [(records.artwork(id=n, alt="y" * 3000), job, records.png()) for n in range(4)]
    parts(history_page(pictures, text, member_id=42, before=9, older=3))
    parts(report_post(records.report(reason=NASTY), art, job, records.png(), text))
    parts(help_page(text, moderator=True))
    parts(member_settings(MemberSettings(style=NASTY), text))
    many = tuple(range(10**18, 10**18 + 50))
    parts(guild_settings(GuildSettings(channels=many, roles=many, words=("x",) * 50), text))
    info = EngineInfo(
        online=False, absence="engine_starting", paused=True, device=NASTY, model=NASTY, queued=1, running=1,
        step_seconds=dict.fromkeys(range(50), 1.5),
    )  # fmt: skip
    parts(info_page(info, FakeStudio().models() * 50, text))


@pytest.mark.parametrize("name", ["quota", "guild_quota", "cooldown_s"])
async def test_a_limit_of_zero_is_shown_as_none(name: str) -> None:
    shown = [
        one["content"] for one in parts(guild_settings(GuildSettings(**{name: 0}), text_for("en"))) if "content" in one
    ]
    assert "**0**" not in shown[0] and ("no limit" in shown[0] or "no wait" in shown[0])


async def test_the_log_names_people_and_what_was_done_in_the_readers_language() -> None:
    fields = {"id": 1, "guild_id": 1, "actor_id": 7, "at": records.NOW}
    told = [("ban", "member 42", "artwork 5"), ("add word", "guild 1", "**nude**"), ("later", "cat 3", "")]
    entries = [AuditEntry(verb=verb, subject=subject, detail=detail, **fields) for verb, subject, detail in told]
    (english,) = (one["content"] for one in parts(log_page(entries, text_for("en"))) if "content" in one)
    assert "<@7> banned <@42> picture 5\n" in english and "later cat 3" in english
    assert "forbade a word: \\*\\*nude\\*\\*\n" in english
    (chinese,) = (one["content"] for one in parts(log_page(entries, text_for("zh-CN"))) if "content" in one)
    assert "<@7> 封禁了 <@42>" in chinese
    parts(log_page([AuditEntry(verb=NASTY, subject=NASTY, detail=NASTY, **fields)] * 50, text_for("en")))


async def test_only_whoever_may_delete_is_offered_to() -> None:
    panel = more_panel([records.artwork()], text_for("en"), may_delete=False, modes={100: frozenset({"imagine"})})
    assert custom_ids(panel) == ["s1:tools:100:0", "s1:details:100", "s1:report:100"]


async def test_only_what_works_is_offered() -> None:
    art = records.artwork(private=True)
    large = tools_panel(art, None, frozenset({"imagine", "restyle"}), text_for("en"))
    assert custom_ids(large) == ["s1:restyle:100:1", "s1:lineage:100:1"]
    every = custom_ids(tools_panel(art, None, MODES, text_for("en")))
    assert len(set(every)) == len(every) == 14
    panel = more_panel([art], text_for("en"), may_delete=True, modes={100: MODES})
    assert "s1:strong:100:1" in custom_ids(panel)


async def test_what_was_done_is_in_words_alt_text_and_notices() -> None:
    text = text_for("en")
    recipe = records.artwork().recipe | {"mode": "vary"}
    assert alt(records.artwork(recipe=recipe), text).startswith("A subtle variation of: A fox")
    assert alt(records.artwork(recipe=recipe | {"source": "0" * 64}), text).startswith("A strong variation of")
    patches = {"family": "patches", "mode": "imagine", "style": "oil"}
    assert alt(records.artwork(recipe=patches, alt=""), text) == "Restyled: Picture 1"
    wordless = records.job(prompt="", mode="restyle", change={"upload": 3})
    assert heading(wordless, text) == "**Another style**"
    said = facts(wordless, (records.artwork(recipe=patches),), text)
    assert "restyled" in said and "patches" not in said and "seed" not in said
    assert "like the pictures shown" in facts(records.job(mode="restyle", change={"looks": [1]}), (), text)
    fell_back = records.job(mode="strong", change={"instead": "other_model"}, notices=("wolf: unknown",))
    assert notices(fell_back, text).startswith("-# The model has changed") and "wolf" in notices(fell_back, text)
    assert "remix" in facts(records.job(parents=(1,)), (), text)
    assert "seamless tile" in facts(records.job(change={"tile": True}), (), text)


@pytest.mark.parametrize("page", [-3, 0, 2, 10**18])
async def test_any_page_of_the_styles_can_be_asked_for(page: int) -> None:
    parts(styles_page(FakeStudio().styles(), page, text_for("en")))
    parts(styles_page((), page, text_for("en")))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_page_of_styles_says_why_the_painters_own_are_not_on_it(language: str) -> None:
    text = text_for(language)
    own = StyleChoice(name="moss", title="moss", description="mossy", own=True)
    for styles in ((), (own,)):
        said = [part["content"] for part in parts(styles_page(styles, 0, text)) if "content" in part]
        assert text("styles.away") in said and len(said) == 2 + len(styles)
    assert text("styles.away") not in str(parts(styles_page(FakeStudio().styles(), 0, text)))


async def test_the_styles_of_the_catalogue_have_examples() -> None:
    message = styles_page(FakeStudio().styles(), 0, text_for("en"))
    shown = [upload.name.removeprefix("style-").removesuffix(".webp") for upload in message.uploads]
    assert shown == ["oil", "ink", "glass", "noir"]


async def test_a_message_that_discord_would_refuse_is_never_sent() -> None:
    from bot.discord.render.parts import notice

    with pytest.raises(ValueError, match="4001"):
        notice("x" * 4001).view()


WILD = st.text(max_size=2000)


@settings(max_examples=60, deadline=None)
@given(prompt=WILD, other=WILD, kind=st.sampled_from(["queued", "progress", "done", "failed", "cancelled", "removed"]))
async def test_whatever_was_written_fits(prompt: str, other: str, kind: str) -> None:
    job = records.job(prompt=prompt, negative=other, style=other, model=other, notices=(other,) * 3)
    art = records.artwork(alt=other, recipe={"model": other, "style": other})
    for language in LANGUAGES:
        text = text_for(language)
        letter = Letter(
            kind=kind,
            job=job,
            artworks=(art,),
            pictures=(records.png(),),
            error_key="engine",
            error_values={"message": other},
        )
        parts(render(letter, text))
        parts(details(art, job, (), [], text))
        parts(report_post(records.report(reason=other), art, job, None, text))
