import os
import zipfile
from datetime import timedelta

import pytest

from storage import artworks
from storage.backup import back_up, expire, restore
from storage.blobs import Blobs
from storage.database import Database
from storage.errors import BackupRefused
from tests.storage.stores import NOW, add, opened, painted, run


async def paint(database, blobs, data):
    job = await add(database)
    async with database.write() as tx:
        one = painted(await blobs.put(data), thumbnail=await blobs.put(b"small " + data))
        return (await artworks.record(tx, job, [one], NOW))[0]


def test_a_backup_of_a_running_bot_brings_everything_back(tmp_path):
    async def story():
        blobs, backup = Blobs(str(tmp_path / "blobs")), tmp_path / "backup.zip"
        async with opened(tmp_path) as database:
            first = await paint(database, blobs, b"first")
            assert back_up(database.path, blobs, backup).pictures == 2
            second = await paint(database, blobs, b"second")
        await blobs.delete([first.blob, second.blob])
        summary = restore(backup, database.path, blobs, NOW)
        assert (summary.pictures, summary.missing) == (2, 0)
        again = Database(database.path)
        async with again.read() as tx:
            assert (await artworks.get(tx, first.id)) == first
            assert (await artworks.get(tx, second.id)) is None
        assert await blobs.get(first.blob) == b"first"
        await again.close()
        assert list(tmp_path.glob("salon.db.before-restore-*"))

    run(story())


def test_a_picture_that_is_missing_is_counted_not_fatal(tmp_path):
    async def story():
        blobs = Blobs(str(tmp_path / "blobs"))
        async with opened(tmp_path) as database:
            work = await paint(database, blobs, b"gone")
            await blobs.delete([work.blob])
            summary = back_up(database.path, blobs, tmp_path / "backup.zip")
        assert (summary.pictures, summary.missing) == (1, 1)

    run(story())


def damaged(tmp_path, edit):
    async def story():
        blobs = Blobs(str(tmp_path / "blobs"))
        async with opened(tmp_path) as database:
            await paint(database, blobs, b"picture")
            back_up(database.path, blobs, tmp_path / "good.zip")

    run(story())
    target = tmp_path / "bad.zip"
    with zipfile.ZipFile(tmp_path / "good.zip") as good, zipfile.ZipFile(target, "w") as bad:
        for name in good.namelist():
            edited = edit(name, good.read(name))
            if edited is not None:
                bad.writestr(name, edited)
    return target


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (lambda name, data: None if name == "salon.db" else data, "no backup of Salon"),
        (lambda name, data: b"x" * len(data) if name == "salon.db" else data, "not sound"),
        (lambda name, data: data[:4096] if name == "salon.db" else data, "not sound"),
        (lambda name, data: data + b"x" if name.startswith("blobs/") else data, "not what its name says"),
    ],
)
def test_a_damaged_backup_changes_nothing(tmp_path, edit, says):
    bad = damaged(tmp_path, edit)
    before = (tmp_path / "salon.db").read_bytes()
    with pytest.raises(BackupRefused, match=says):
        restore(bad, tmp_path / "salon.db", Blobs(str(tmp_path / "blobs")), NOW)
    assert (tmp_path / "salon.db").read_bytes() == before
    assert not list(tmp_path.glob("*.restored"))


def test_what_is_no_archive_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("hello")
    with pytest.raises(BackupRefused, match=r"letter\.txt cannot be restored"):
        restore(tmp_path / "letter.txt", tmp_path / "salon.db", Blobs(str(tmp_path / "blobs")), NOW)


def test_old_backups_expire_and_other_files_stay(tmp_path):
    for name, days in (("salon-1.zip", 31), ("salon-2.zip", 29), ("before-0002-1.db", 31), ("mine.zip", 99)):
        (tmp_path / name).touch()
        stamp = (NOW - timedelta(days=days)).timestamp()
        os.utime(tmp_path / name, (stamp, stamp))
    gone = expire(tmp_path, timedelta(days=30), NOW)
    assert {path.name for path in gone} == {"salon-1.zip", "before-0002-1.db"}
    assert {path.name for path in tmp_path.iterdir()} == {"salon-2.zip", "mine.zip"}
