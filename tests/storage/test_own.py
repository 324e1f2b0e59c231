from dataclasses import replace
from datetime import timedelta

import pytest

from storage import artworks, drafts, jobs, own, privacy, rosters, uploads
from storage.records import Roster
from tests.storage.stores import NOW, add, opened, run

SHOWN = "5" * 64
MOSS = {"name": "Moss", "prompt": "{prompt}, moss", "negative": ""}


async def style(tx, guild_id=10, member_id=1, key="moss"):
    return await own.add_style(tx, guild_id, member_id, key, "Moss", "{prompt}, moss", "snow", NOW)


async def words(tx, guild_id=10, member_id=1, key="pet"):
    return await own.add_list(tx, guild_id, member_id, key, "Pet", ["newt", "axolotl"], NOW)


def test_a_guild_has_each_name_once(tmp_path):
    async def story():
        async with opened(tmp_path) as database, database.write() as tx:
            made = await style(tx)
            assert await style(tx, member_id=2) is None
            elsewhere = await style(tx, guild_id=11)
            listed = await words(tx, key="moss")
            assert await words(tx, key="moss") is None
            assert await own.all_styles(tx) == [made, elsewhere]
            assert (made.name, made.negative, listed.entries) == ("Moss", "snow", ("newt", "axolotl"))
            assert elsewhere == replace(made, id=elsewhere.id, guild_id=11)
            assert [await own.number(tx, kind, 10) for kind in ("style", "list")] == [1, 1]

    run(story())


async def shown_style(tx, key, **fields):
    sent = await uploads.add(tx, 2, (SHOWN, 9), (SHOWN, 9), (8, 8), NOW)
    return await own.add_style(tx, 10, 1, key, key, "{prompt}", "", NOW, [sent.blob], **fields)


@pytest.mark.parametrize("end", ["remove", "forget_member", "forget_guild"])
def test_the_pictures_of_a_style_stay_for_as_long_as_one_names_them(tmp_path, end):
    async def story():
        async with opened(tmp_path) as database, database.write() as tx:
            made = await shown_style(tx, "moss")
            other = await own.add_style(tx, 11, 3, "moss", "moss", "{prompt}", "", NOW, [SHOWN])
            assert await own.all_styles(tx) == [made, other]
            assert await uploads.forget_member(tx, 2) == []
            ends = {
                "remove": lambda: own.remove(tx, "style", 10, "moss"),
                "forget_member": lambda: own.forget_member(tx, 1),
                "forget_guild": lambda: own.forget_guild(tx, 10),
            }
            assert await ends[end]() == []
            assert await own.all_styles(tx) == [other]
            assert await artworks.named(tx) == {SHOWN}
            assert await own.remove(tx, "style", 11, "moss") == [SHOWN]
            assert await artworks.named(tx) == set()

    run(story())


def test_the_message_that_lists_jobs_is_known_until_its_token_expires(tmp_path):
    roster = Roster(
        draft_id=4,
        member_id=1,
        guild_id=10,
        application_id=30,
        token="secret",
        private=False,
        locale="en-GB",
        first=-9,
        last=-8,
        received_at=NOW,
    )

    async def story():
        async with opened(tmp_path) as database:
            made = [await add(database, member, interaction_id=-7 - member) for member in (1, 2, 3)]
            async with database.write() as tx:
                await rosters.add(tx, roster)
                await rosters.add(tx, replace(roster, draft_id=5, member_id=2))
                await rosters.add(tx, replace(roster, draft_id=6, received_at=NOW + timedelta(minutes=1)))
                assert await jobs.between(tx, roster.first, roster.last) == made[:2]
                await rosters.forget_member(tx, 2)
                assert [one.draft_id for one in await rosters.everything(tx)] == [4, 6]
                await rosters.expire(tx, NOW)
                assert [one.draft_id for one in await rosters.everything(tx)] == [6]
                await rosters.drop(tx, 6)
                assert await rosters.everything(tx) == []

    run(story())


@pytest.mark.parametrize(("kind", "make"), [("style", style), ("list", words)])
def test_what_was_removed_is_gone_and_its_name_is_free(tmp_path, kind, make):
    async def story():
        async with opened(tmp_path) as database, database.write() as tx:
            made = await make(tx)
            await own.remove(tx, kind, 11, made.key)
            assert await own.number(tx, kind, 10) == 1
            await own.remove(tx, kind, 10, made.key)
            assert await own.number(tx, kind, 10) == 0
            assert await make(tx) is not None

    run(story())


def test_a_draft_is_taken_once_and_expires(tmp_path):
    async def story():
        async with opened(tmp_path) as database, database.write() as tx:
            first = await drafts.add(tx, 1, [{"prompt": "a fox", "parents": []}], NOW, private=True)
            second = await drafts.add(tx, 1, [], NOW + timedelta(days=2), private=False)
            found = await drafts.get(tx, first)
            assert (found.member_id, found.private, found.wishes) == (1, True, ({"prompt": "a fox", "parents": []},))
            assert await drafts.take(tx, first)
            assert not await drafts.take(tx, first)
            assert await drafts.get(tx, first) is None
            await drafts.expire(tx, NOW + timedelta(days=1))
            assert await drafts.get(tx, second) is not None
            await drafts.expire(tx, NOW + timedelta(days=3))
            assert await drafts.get(tx, second) is None

    run(story())


def test_what_a_member_made_goes_with_them(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            job = await add(database, style="Moss", own_style=MOSS)
            assert job.own_style == MOSS
            async with database.write() as tx:
                await style(tx)
                kept = await words(tx, member_id=2)
                draft = await drafts.add(tx, 1, [{}], NOW, private=False)
                await privacy.forget_member(tx, 1, NOW)
                assert (await own.all_styles(tx), await own.all_lists(tx)) == ([], [kept])
                assert await drafts.get(tx, draft) is None
                assert (await jobs.get(tx, job.id)).own_style is None

    run(story())


def test_what_a_guild_has_goes_with_it(tmp_path):
    async def story():
        async with opened(tmp_path) as database, database.write() as tx:
            await style(tx), await words(tx)
            kept = await style(tx, guild_id=11)
            await privacy.forget_guild(tx, 10, NOW)
            assert (await own.all_styles(tx), await own.all_lists(tx)) == ([kept], [])
            assert await own.all_styles(tx, member_id=1) == [kept]
            assert await own.all_styles(tx, member_id=2) == []

    run(story())
