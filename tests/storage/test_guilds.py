from storage import guilds
from tests.storage.stores import NOW, opened, run


def test_a_guild_without_a_name_for_now_keeps_the_one_that_was_known(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            for name in ("", "Art Corner", ""):
                async with database.write() as tx:
                    await guilds.joined(tx, 10, name, NOW)
            async with database.read() as tx:
                (found,) = await guilds.everything(tx)
            assert found.name == "Art Corner"

    run(story())
