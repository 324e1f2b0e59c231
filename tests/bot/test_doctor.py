import asyncio
import sqlite3
from datetime import UTC, datetime

import pytest

from bot import doctor
from bot.discord import rights
from bot.discord.client import TokenRefused
from bot.settings import DiscordSettings, load_settings
from storage.migrate import migrate


@pytest.fixture
def settings(tmp_path):
    return load_settings(data_dir=tmp_path)


def test_no_token_is_well_and_a_refused_one_is_not(settings, monkeypatch):
    assert [check.state for check in doctor._discord(settings)] == ["good"]

    async def refuse(token, wanted):
        await asyncio.sleep(0)
        raise TokenRefused(str(TokenRefused.__doc__))

    monkeypatch.setattr(rights, "ask", refuse)
    with_token = settings.model_copy(update={"discord": DiscordSettings(token="canary")})
    (check,) = doctor._discord(with_token)
    assert check.state == "bad" and "SALON_DISCORD__TOKEN" in check.finding and "canary" not in check.finding


def test_what_is_missing_in_channels_is_named_and_never_endless():
    check = doctor._guild("Art Corner", 30, [("room", ("attach files",))] * 20)
    assert check.state == "poor" and "#room lacks attach files" in check.finding
    assert check.finding.endswith("and 12 more")
    assert doctor._guild("Art Corner", 30, []).state == "good"


def test_the_database_is_told_new_sound_newer_and_damaged(settings):
    assert "first start" in doctor._database(settings).finding
    migrate(settings.database, settings.backups, datetime.now(UTC))
    assert doctor._database(settings).state == "good"
    with sqlite3.connect(settings.database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert "newer Salon" in doctor._database(settings).finding
    settings.database.write_bytes(b"Dear diary, " * 1000)
    assert doctor._database(settings).state == "bad"
