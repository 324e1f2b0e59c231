import asyncio
import random
import sqlite3
import time
from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from storage import database as module
from storage.database import Database, check_sqlite
from storage.errors import DatabaseBusy, DatabaseRefused, DiskFull
from tests.storage.stores import opened, run


async def table(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(text("CREATE TABLE things (x INTEGER)"))


async def count(database: Database) -> int:
    async with database.read() as tx:
        return (await tx.execute(text("SELECT count(*) FROM things"))).scalar_one()


async def insert(database: Database, number: int = 1, pause_s: float = 0.0) -> None:
    async with database.write() as tx:
        await tx.execute(text("INSERT INTO things VALUES (:x)"), {"x": number})
        await asyncio.sleep(pause_s)


def test_the_pragmas_hold(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            found = {}
            async with database.write() as tx:
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete"):
                    found[name] = (await tx.execute(text(f"PRAGMA {name}"))).scalar_one()
            assert found == {
                "journal_mode": "wal",
                "synchronous": 2,
                "foreign_keys": 1,
                "busy_timeout": 5000,
                "secure_delete": 1,
            }

    run(story())


def test_readers_cannot_write(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            await table(database)
            with pytest.raises(OperationalError, match="readonly"):
                async with database.read() as tx:
                    await tx.execute(text("INSERT INTO things VALUES (1)"))

    run(story())


def test_a_path_may_hold_what_an_address_may_not(tmp_path):
    async def story():
        folder = tmp_path / "a ?mode=memory#%41&é"
        folder.mkdir()
        async with opened(folder) as database:
            await table(database)
            await insert(database)
            assert await count(database) == 1
        assert [path.name for path in folder.iterdir()] == ["salon.db"]

    run(story())


def test_a_task_that_fails_takes_nobody_elses_work_with_it(tmp_path):
    """On one plain aiosqlite connection the rollback of one task undoes what another was told to be stored."""

    async def fail(database):
        async with database.write() as tx:
            await tx.execute(text("INSERT INTO things VALUES (13)"))
            await asyncio.sleep(0.01)
            raise ValueError

    async def story():
        async with opened(tmp_path) as database:
            await table(database)
            done = await asyncio.gather(
                *(insert(database) if i % 2 else fail(database) for i in range(20)), return_exceptions=True
            )
            assert sum(isinstance(each, ValueError) for each in done) == 10
            assert await count(database) == 10

    run(story())


def test_a_cancelled_task_undoes_all_of_its_transaction_or_none_of_it(tmp_path):
    async def pair(database, done: list[int], number: int):
        async with database.write() as tx:
            await tx.execute(text("INSERT INTO things VALUES (:x)"), {"x": number})
            await tx.execute(text("INSERT INTO things VALUES (:x)"), {"x": number})
        done.append(number)

    async def story():
        chance = random.Random(5)
        async with opened(tmp_path) as database:
            await table(database)
            done: list[int] = []
            begun = time.perf_counter()
            await pair(database, done, 0)
            whole = time.perf_counter() - begun
            for number in range(1, 60):
                task = asyncio.create_task(pair(database, done, number))
                await asyncio.sleep(chance.random() * 2 * whole)
                task.cancel()
                await asyncio.wait([task])
            async with database.read() as tx:
                rows = (await tx.execute(text("SELECT x, count(*) FROM things GROUP BY x"))).all()
            assert {row[1] for row in rows} <= {2}
            assert set(done) <= {row[0] for row in rows}
            assert 1 < len(rows) < 60
            await pair(database, done, 99)

    run(story())


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(module, "BUSY_S", 0.5)


def test_a_lock_held_for_a_moment_is_waited_for_and_the_loop_goes_on(tmp_path, impatient):
    async def story():
        async with opened(tmp_path) as database:
            await table(database)
            other = sqlite3.connect(database.path, isolation_level=None, check_same_thread=False)
            other.execute("BEGIN IMMEDIATE")
            writing = asyncio.create_task(insert(database))
            for _ in range(10):
                await asyncio.sleep(0.01)
            assert not writing.done() and await count(database) == 0
            other.execute("ROLLBACK")
            await writing
            assert await count(database) == 1
            other.close()

    run(story())


def test_a_lock_that_stays_is_said(tmp_path, impatient):
    async def story():
        async with opened(tmp_path) as database:
            await table(database)
            other = sqlite3.connect(database.path, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(DatabaseBusy, match="locked"):
                await insert(database)
            other.execute("ROLLBACK")
            await insert(database)
            other.close()

    run(story())


def test_a_full_disk_is_said_and_leaves_nothing_behind(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            await table(database)
            async with database.write() as tx:
                pages = (await tx.execute(text("PRAGMA page_count"))).scalar_one()
                await tx.execute(text(f"PRAGMA max_page_count = {pages + 2}"))
            with pytest.raises(DiskFull):
                async with database.write() as tx:
                    for _ in range(100):
                        await tx.execute(text("INSERT INTO things VALUES (zeroblob(4000))"))
            assert await count(database) == 0
            async with database.write() as tx:
                await tx.execute(text("PRAGMA max_page_count = 1000000"))
            await insert(database)

    run(story())


def test_closing_waits_for_the_transactions_under_way(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            await table(database)
            writing = asyncio.create_task(insert(database, pause_s=0.1))
            while database._open == 0:
                await asyncio.sleep(0.001)
            await database.close()
            assert database._open == 0 and writing.done()
            # The write-ahead log was folded into the file, which the last connection does as it closes.
            assert [path.name for path in tmp_path.iterdir()] == ["salon.db"]
            await writing

    run(story())


def test_a_foreign_key_that_points_nowhere_is_refused(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            with pytest.raises(Exception, match="FOREIGN KEY"):
                async with database.write() as tx:
                    await tx.execute(text("INSERT INTO keeps VALUES (1, 2, 3)"))

    run(story())


def test_old_versions_of_sqlite_are_refused_or_warned_of():
    with pytest.raises(DatabaseRefused, match=r"3\.37\.9 is too old.*3\.38\.0"):
        check_sqlite((3, 37, 9))
    assert "3.51.3 or newer" in check_sqlite((3, 51, 2))
    assert check_sqlite((3, 51, 3)) == ""


def test_what_was_committed_outlives_a_kill_and_nothing_else_does(tmp_path):
    async def story():
        async with opened(tmp_path) as database:
            await table(database)
            await insert(database)
            writing = asyncio.create_task(insert(database, 2, pause_s=60))
            await asyncio.sleep(0.05)
            # What a killed process leaves: the file and its log as they are now.
            for suffix in ("", "-wal"):
                (tmp_path / f"killed.db{suffix}").write_bytes((tmp_path / f"salon.db{suffix}").read_bytes())
            writing.cancel()
            await asyncio.wait([writing])

    run(story())
    with closing(sqlite3.connect(tmp_path / "killed.db")) as left:
        assert left.execute("SELECT x FROM things").fetchall() == [(1,)]
