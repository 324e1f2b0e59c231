import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from storage import migrate as module
from storage.errors import DatabaseRefused
from storage.migrate import head, migrate, version
from storage.schema import metadata
from tests.storage.stores import NOW, made

RELEASED = Path(__file__).parent / "released"
"""Dumps of databases as released versions left them, with data, named by their step."""


def test_the_steps_lead_to_the_schema(tmp_path):
    engine = create_engine(f"sqlite:///{made(tmp_path)}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_second_start_changes_nothing(tmp_path):
    path = made(tmp_path)
    before = path.read_bytes()
    migrate(path, tmp_path / "backups", NOW)
    assert path.read_bytes() == before and not (tmp_path / "backups").exists()
    assert version(path) == head()


def test_an_empty_file_is_no_database_yet(tmp_path):
    path = tmp_path / "salon.db"
    path.touch()
    migrate(path, tmp_path / "backups", NOW)
    assert version(path) == head()


@pytest.mark.parametrize("dump", sorted(RELEASED.glob("*.sql")), ids=lambda path: path.stem)
def test_released_versions_are_upgraded_with_their_data(tmp_path, dump):
    path = tmp_path / "salon.db"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(dump.read_text())
        rows = dict(old.execute("SELECT id, prompt FROM jobs"))
    migrate(path, tmp_path / "backups", NOW)
    assert version(path) == head()
    with closing(sqlite3.connect(path)) as new:
        assert dict(new.execute("SELECT id, prompt FROM jobs")) == rows != {}
        assert new.execute("PRAGMA foreign_key_check").fetchall() == []


def test_every_step_has_a_dump():
    assert head() in {path.stem for path in RELEASED.glob("*.sql")}


def test_a_database_of_a_newer_salon_is_refused_by_name(tmp_path):
    path = made(tmp_path)
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()
    with pytest.raises(DatabaseRefused, match=r"newer Salon.*9999"):
        migrate(path, tmp_path / "backups", NOW)


def test_a_damaged_database_is_refused_and_the_way_out_is_named(tmp_path):
    path = made(tmp_path)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)
    with pytest.raises(DatabaseRefused, match="salon restore"):
        migrate(path, tmp_path / "backups", NOW)


def test_what_is_no_database_is_refused(tmp_path):
    path = tmp_path / "salon.db"
    path.write_text("Dear diary, " * 1000)
    with pytest.raises(DatabaseRefused, match="salon restore"):
        migrate(path, tmp_path / "backups", NOW)


def test_a_step_that_fails_undoes_all_and_leaves_a_backup(tmp_path, monkeypatch):
    path, before = made(tmp_path), head()
    steps = tmp_path / "migrations"
    ours = Path(module.__file__).parent / "migrations"
    (steps / "versions").mkdir(parents=True)
    for file in (ours / "env.py", *(ours / "versions").glob("v*.py")):
        (steps / file.relative_to(ours)).write_text(file.read_text())
    (steps / "versions" / "v9999_bad.py").write_text(
        f"from alembic import op\nrevision, down_revision = '9999', '{before}'\n"
        "def upgrade():\n    op.execute('CREATE TABLE half (x)')\n    op.execute('INSERT INTO nowhere VALUES (1)')\n"
    )
    config = module._config
    monkeypatch.setattr(module, "_config", lambda: _at(config(), steps))
    with pytest.raises(Exception, match="nowhere"):
        migrate(path, tmp_path / "backups", NOW)
    assert version(path) == before
    with closing(sqlite3.connect(path)) as left:
        assert not left.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchall()
    (copy,) = (tmp_path / "backups").iterdir()
    assert version(copy) == before


def _at(config, steps):
    config.set_main_option("script_location", str(steps))
    return config
