"""Prompts with choices, parameters and wildcards; what guilds make for themselves."""

import io
import json
import zipfile

import pytest
from PIL import Image

from bot.studio.briefs import brief
from bot.studio.craft_own import LONGEST_NAME, LONGEST_STYLE, MOST_ENTRIES
from bot.studio.ingredients import gather
from bot.studio.requests import Refusal
from engine.api import OwnStyle
from tests.bot.studio.stage import ANN, BEN, GUILD, MOD, Post, online, opened, origin, settings_in, wish
from tests.engine.processes import run

HERE = origin(guild_id=GUILD)


def told(settings, tmp_path, story, **fields):
    async def tell():
        post = Post()
        async with opened(tmp_path, post, settings=settings, **fields) as studio:
            await online(studio)
            return await story(studio, post)

    return run(tell())


async def refused(awaitable) -> str:
    with pytest.raises(Refusal) as caught:
        await awaitable
    return caught.value.key


def test_a_prompt_becomes_wishes(settings, tmp_path):
    async def story(studio, post):
        (plain,) = studio.wishes(HERE, wish("a fox", count=1))
        assert plain == wish("a fox", count=1)
        red, blue = studio.wishes(HERE, wish("a {red|blue} fox --ar 2:1 --chaos 5 --no fog", negative="rain"))
        assert (red.prompt, blue.prompt) == ("a red fox", "a blue fox")
        assert (red.size, red.negative) == ("2:1", "rain, fog")
        assert [notice.split()[0] for notice in red.notices] == ["--chaos"]
        (chinese,) = studio.wishes(origin(locale="zh-CN"), wish("狐狸 --chaos 5"))
        assert "略去" in chinese.notices[0]
        with pytest.raises(Refusal) as caught:
            studio.wishes(origin(locale="zh-CN"), wish("{a|b}" * 9))
        assert caught.value.key == "craft" and "512 个请求" in caught.value.values["sentence"]
        with pytest.raises(Refusal, match="keep one"):
            studio.wishes(HERE, wish("a fox --seed 5", seed=4))

    told(settings, tmp_path, story)


def test_an_unknown_parameter_is_refused_before_anything_is_painted(settings, tmp_path):
    async def story(studio, post):
        with pytest.raises(Refusal) as caught:
            studio.wishes(HERE, wish("a {red|blue} castle --private --Foo bar"))
        assert (caught.value.key, caught.value.values) == ("parameter", {"given": "--private, --Foo"})
        (kept,) = studio.wishes(HERE, wish("a castle -- in -fog"))
        assert kept.prompt == "a castle -- in -fog"

    told(settings, tmp_path, story)


@pytest.mark.parametrize(("locale", "language"), [("zh-CN", "zh"), ("en-GB", "en"), ("de", "en")])
def test_the_engine_speaks_the_member_s_language_whatever_the_prompt_s(settings, tmp_path, locale, language):
    async def story(studio, post):
        accepted = await studio.submit(ANN, origin(locale=locale), wish("狐狸 fox", count=1))
        assert brief(await studio.job(accepted.job_id)).language == language

    told(settings, tmp_path, story)


def test_notices_of_a_prompt_come_with_the_result(settings, tmp_path):
    async def story(studio, post):
        (asked,) = studio.wishes(HERE, wish("a fox --ar 9:1 --tile"))
        accepted = await studio.submit(ANN, origin(), asked)
        job = (await post.until(accepted.job_id, "done")).job
        assert job.notices == asked.notices
        width, height = map(int, job.size.split("x"))
        assert width == 3 * height

    told(settings, tmp_path, story)


def test_confirmed_choices_are_painted_once_each_in_messages_of_their_own(settings, tmp_path):
    async def story(studio, post):
        wishes = studio.wishes(HERE, wish("a {red|blue} fox", count=1))
        draft = await studio.draft(ANN, origin(private=True), wishes)
        assert (await studio.drafted(ANN, draft)).private
        assert await refused(studio.confirm(BEN, origin(), draft)) == "not_yours"
        _, listed = await studio.confirm(ANN, origin(), draft)
        assert [one.job.prompt for one in listed] == ["a red fox", "a blue fox"]
        assert await refused(studio.confirm(ANN, origin(), draft)) == "draft_gone"
        painted = [await post.until(number, "done") for number in (1, 2)]
        assert [letter.job.prompt for letter in painted] == ["a red fox", "a blue fox"]
        assert len(post.sent) == 2 and post.replies == {}

    told(settings, tmp_path, story)


def test_a_draft_survives_a_restart_and_may_be_left(settings, tmp_path):
    async def begin(studio, post):
        return await studio.draft(ANN, origin(), studio.wishes(HERE, wish("a {red|blue} fox --tile", parents=())))

    async def end(studio, post):
        await studio.discard(ANN, draft)
        assert await refused(studio.confirm(ANN, origin(), draft)) == "draft_gone"
        assert await studio.queue(GUILD, ANN.id) == []

    draft = told(settings, tmp_path, begin)
    told(settings, tmp_path, end)


@pytest.mark.parametrize(
    ("limits", "key"),
    [
        ({"pictures_per_member": 3}, "quota_left"),
        ({"pictures_per_guild": 3}, "quota_left"),
        ({"pending_per_member": 1}, "pending"),
        ({"pending_per_guild": 1}, "guild_pending"),
        ({"pending": 1}, "full"),
    ],
)
def test_choices_keep_to_the_limits_all_together(engine, tmp_path, limits, key):
    settings = settings_in(tmp_path, engine={"listen": engine.listen}, **limits)

    async def story(studio, post):
        wishes = studio.wishes(HERE, wish("a {red|blue} fox", count=2))
        assert studio.check(ANN, origin(), wishes[0]) is None
        assert studio.check_all(ANN, origin(), wishes).key == key
        assert await refused(studio.draft(ANN, origin(), wishes)) == key

    told(settings, tmp_path, story)


def test_a_cooldown_counts_once_for_all_choices(engine, tmp_path):
    settings = settings_in(tmp_path, engine={"listen": engine.listen}, cooldown_s=60)

    async def story(studio, post):
        wishes = studio.wishes(HERE, wish("a {red|blue|green} fox", count=1))
        draft = await studio.draft(ANN, origin(), wishes)
        await studio.confirm(ANN, origin(), draft)
        assert studio.check(ANN, origin(), wish()).key == "cooldown"

    told(settings, tmp_path, story)


def picture(colour):
    buffer = io.BytesIO()
    Image.new("RGB", (24, 16), colour).save(buffer, "PNG")
    return buffer.getvalue()


def test_a_style_of_pictures_is_painted_after_them_until_it_is_deleted(settings, tmp_path):
    async def story(studio, post):
        red, blue = [await studio.take_in(ANN, picture(colour)) for colour in ("red", "blue")]
        assert await refused(studio.create_style(BEN, HERE, "Dusk", "", looks=[red.id])) == "upload_gone"
        made = await studio.create_style(ANN, HERE, "Dusk", "", looks=[red.id, blue.id])
        assert (made.prompt, made.words, made.pictures) == ("{prompt}", "", (red.blob, blue.blob))
        assert studio.styles(GUILD)[-1].pictures == 2
        accepted = await studio.submit(BEN, origin(), wish(style="dusk"))
        job = (await post.until(accepted.job_id, "done")).job
        asked, inputs = await gather(studio._backstage, job)
        assert [(one.picture, one.role) for one in asked.references] == [(red.blob, "style"), (blue.blob, "style")]
        assert asked.palette.picture == red.blob and set(inputs) == {red.blob, blue.blob}
        archive = zipfile.ZipFile(io.BytesIO(await studio.export(ANN.id)))
        assert {"styles/1-1.png", "styles/1-2.png"} <= set(archive.namelist())
        assert await studio.delete_own(ANN, HERE, "style", "dusk") == "Dusk"
        await studio.forget(ANN.id)
        asked, inputs = await gather(studio._backstage, job)
        assert (asked.prompt, asked.references, asked.palette, inputs) == ("a fox", (), None, {})

    told(settings, tmp_path, story)


def test_a_guild_s_style_travels_with_the_job(settings, tmp_path):
    async def story(studio, post):
        made = await studio.create_style(ANN, HERE, " Moss  Green ", "overgrown with moss", "snow")
        assert (made.name, made.prompt) == ("Moss Green", "{prompt}, overgrown with moss")
        assert studio.styles(GUILD)[-1].name == "Moss Green" and studio.styles(GUILD)[-1].own
        assert not any(style.own for style in studio.styles(None))
        accepted = await studio.submit(BEN, origin(), wish(style="moss-green"))
        job = (await post.until(accepted.job_id, "done")).job
        assert job.style == "Moss Green"
        own = OwnStyle(name="Moss Green", prompt="{prompt}, overgrown with moss", negative="snow")
        assert brief(job).styles == (own,)
        assert studio.check(ANN, origin(guild_id=11), wish(style="moss-green")).key == "style"
        assert await refused(studio.delete_own(BEN, HERE, "style", "Moss Green")) == "not_yours"
        assert await studio.delete_own(ANN, HERE, "style", "mossgreen") == "Moss Green"
        assert studio.check(ANN, origin(), wish(style="Moss Green")).key == "style"
        assert brief(await studio.job(job.id)).styles == (own,)

    told(settings, tmp_path, story)


@pytest.mark.parametrize(
    ("name", "words", "key"),
    [
        ("", "moss", "own_name"),
        ("!!", "moss", "own_name"),
        ("x" * (LONGEST_NAME + 1), "moss", "own_name"),
        ("Watercolour", "moss", "own_house"),
        ("水墨", "moss", "own_house"),
        ("Moss", " ", "own_words"),
        ("Moss", "{prompt}", "own_words"),
        ("Moss", "{prompt} {prompt} moss", "own_words"),
        ("Moss", "{red|blue} moss", "own_words"),
        ("Moss", "x" * (LONGEST_STYLE + 1), "own_words"),
        ("Taken", "moss", "own_taken"),
        ("Moss", "a secret recipe", "word"),
    ],
)
def test_styles_that_cannot_be_are_refused(settings, tmp_path, name, words, key):
    async def story(studio, post):
        await studio.create_style(BEN, HERE, "taken", "moss")
        await studio.add_word(MOD, "secret")
        assert await refused(studio.create_style(ANN, HERE, name, words)) == key

    told(settings, tmp_path, story)


def test_a_word_forbidden_later_stops_a_style_that_holds_it(settings, tmp_path):
    async def story(studio, post):
        await studio.create_style(ANN, HERE, "Moss", "secret moss")
        assert studio.check(ANN, origin(), wish(style="Moss")) is None
        await studio.add_word(MOD, "secret")
        assert studio.check(ANN, origin(), wish(style="Moss")).key == "word"

    told(settings, tmp_path, story)


def test_wildcards_draw_from_the_guild_s_lists(settings, tmp_path):
    async def begin(studio, post):
        await studio.create_list(ANN, HERE, "Pet", "newt, axolotl，newt\n salamander")
        for name, entries, key in (
            ("pet", "a, b", "own_taken"),
            ("animal", "a, b", "own_house"),
            ("颜色", "a, b", "own_house"),
            ("my pet", "a, b", "own_list_name"),
            ("one", "newt", "own_entries"),
            ("many", ",".join(map(str, range(MOST_ENTRIES + 1))), "own_entries"),
        ):
            assert await refused(studio.create_list(ANN, HERE, name, entries)) == key

    async def end(studio, post):
        (found,) = studio.word_lists(GUILD)
        assert (found.name, found.entries) == ("Pet", ("newt", "axolotl", "salamander"))
        (asked,) = studio.wishes(HERE, wish("a __pet__ and a __PET__"))
        assert {word for word in asked.prompt.split() if word not in ("a", "and")} < set(found.entries)
        (elsewhere,) = studio.wishes(origin(guild_id=11), wish("a __pet__"))
        assert elsewhere.prompt == "a __pet__" and elsewhere.notices
        assert await studio.delete_own(MOD, HERE, "list", "PET") == "Pet"
        assert await refused(studio.delete_own(MOD, HERE, "list", "PET")) == "own_list"

    told(settings, tmp_path, begin)
    told(settings, tmp_path, end)


def test_a_guild_has_room_for_so_many(engine, tmp_path):
    settings = settings_in(tmp_path, engine={"listen": engine.listen}, own_per_guild=1)

    async def story(studio, post):
        await studio.create_style(ANN, HERE, "Moss", "moss")
        assert await refused(studio.create_style(ANN, HERE, "Fern", "fern")) == "own_many"
        await studio.create_list(ANN, HERE, "pet", "newt, axolotl")
        assert await refused(studio.create_list(ANN, HERE, "pets", "newt, axolotl")) == "own_many"
        assert await refused(studio.create_style(ANN, origin(guild_id=None), "Fern", "fern")) == "own_guild"

    told(settings, tmp_path, story)


def test_what_a_member_made_is_exported_and_forgotten(settings, tmp_path):
    async def story(studio, post):
        await studio.create_style(ANN, HERE, "Moss", "moss")
        await studio.create_list(BEN, HERE, "pet", "newt, axolotl")
        archive = zipfile.ZipFile(io.BytesIO(await studio.export(ANN.id)))
        assert [made["name"] for made in json.loads(archive.read("made.json"))] == ["Moss"]
        await studio.forget(ANN.id)
        assert not any(style.own for style in studio.styles(GUILD))
        assert len(studio.word_lists(GUILD)) == 1

    told(settings, tmp_path, story)
