"""`salon doctor`: the engine's own look around, and what the bot needs beside it."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator, Sequence

from bot.invite import PERMISSIONS
from bot.settings import TOKEN, Settings, load_settings, read_token
from engine.api.errors import EngineError
from engine.cli.console import console, shown_path, visible
from engine.cli.doctor import Check, examine, report
from storage.database import check_sqlite
from storage.errors import DatabaseRefused
from storage.migrate import head, known, version

_GB = 1e9
_SHOWN = 8
"""Channels named in one line."""
_FEW_SESSIONS = 20


def doctor(as_json: bool) -> int:
    """Print what was found; return 0, or 78 where something must change before the bot can run."""
    with console().status("Looking around, at Discord too, and starting an engine"):
        checks = list(_look())
    return report(checks, as_json)


def _look() -> Iterator[Check]:
    try:
        settings = load_settings()
    except EngineError as error:
        yield Check("settings", "bad", error.message, "Correct that environment variable or unset it.")
        return
    yield from examine(settings.engine)
    yield _sqlite()
    yield _database(settings)
    yield _room(settings)
    yield from _discord(settings)


def _sqlite() -> Check:
    try:
        warning = check_sqlite()
    except DatabaseRefused as error:
        return Check("SQLite", "bad", error.message)
    return Check("SQLite", "poor" if warning else "good", sqlite3.sqlite_version, warning)


def _database(settings: Settings) -> Check:
    path = settings.database
    shown = shown_path(path)
    if not path.exists():
        return Check("database", "good", f"{shown} is made by the first start")
    try:
        step = version(path)
    except sqlite3.DatabaseError as error:
        return Check("database", "bad", f"{shown}: {error}", "Put a backup back: salon restore FILE.")
    if step is not None and step not in known():
        return Check("database", "bad", f"{shown} was made by a newer Salon", "Install that version again.")
    if step != head():
        return Check("database", "good", f"{shown} is upgraded by the next start, after a backup")
    return Check("database", "good", shown)


def _room(settings: Settings) -> Check:
    if settings.storage.blobs:
        return Check("pictures", "good", visible(settings.storage.blobs))
    folder = next(one for one in (settings.data_dir, *settings.data_dir.parents) if one.exists())
    free, quota = shutil.disk_usage(folder).free / _GB, settings.storage.quota_gb
    finding = f"{free:.0f} GB free for at most {quota:g} GB of pictures, and their backups"
    if free < quota:
        return Check("pictures", "poor", finding, "Free some space, or lower SALON_STORAGE__QUOTA_GB.")
    return Check("pictures", "good", finding)


def _discord(settings: Settings) -> Iterator[Check]:
    try:
        token = read_token(settings)
    except EngineError as error:
        yield Check("token", "bad", error.message)
        return
    if token is None:
        yield Check("token", "good", f"none; `salon run` opens its own page. For Discord set {TOKEN}")
        return
    # Imported here, since it is slow and not needed without a token.
    from bot.discord.client import TokenRefused
    from bot.discord.rights import DiscordAway, Rights, ask

    try:
        rights: Rights = asyncio.run(ask(token, PERMISSIONS))
    except (TokenRefused, DiscordAway) as error:
        yield Check("token", "bad", visible(str(error)))
        return
    yield Check("token", "good", f"of {visible(rights.bot)}; no privileged intent is needed")
    if rights.sessions_left < _FEW_SESSIONS:
        yield Check("logins", "poor", f"{rights.sessions_left} left today", "Something starts the bot again and again.")
    if not rights.guilds:
        yield Check("servers", "poor", "the bot is in none", "`salon invite` prints the address that invites it.")
    for guild in rights.guilds:
        yield _guild(visible(guild.name), guild.channels, guild.lacking)


def _guild(name: str, channels: int, lacking: Sequence[tuple[str, tuple[str, ...]]]) -> Check:
    if not lacking:
        return Check(name, "good", f"every permission in all {channels} channels that the bot sees")
    lines = [f"#{visible(channel)} lacks {', '.join(missing)}" for channel, missing in lacking]
    if len(lines) > _SHOWN:
        lines[_SHOWN:] = [f"and {len(lines) - _SHOWN} more"]
    return Check(name, "poor", "; ".join(lines), "Allow them in the channel's settings, or keep the bot out of it.")
