"""Pages about Salon itself: how the painter is doing, the settings, the help."""

from collections.abc import Sequence
from dataclasses import fields

import discord
from discord import ui

from bot.discord.clean import shown
from bot.discord.ids import CustomId
from bot.discord.render.parts import Message, Tone, Upload, box, button, notice, row
from bot.discord.text import Text
from bot.studio.requests import EngineInfo, ModelChoice
from storage.records import GuildSettings, MemberSettings

_NOT_SHOWN = frozenset({"words"})
"""Has a list of its own, which moderators alone see."""

_UNLIMITED = {"quota": "settings.no_limit", "guild_quota": "settings.no_limit", "cooldown_s": "settings.no_wait"}
"""What zero means."""


def info_page(info: EngineInfo, models: Sequence[ModelChoice], text: Text) -> Message:
    """Return how the painter is doing."""
    lines = [text("info.title")]
    if info.online:
        lines.append(text("info.online", device=shown(info.device, 100), model=shown(info.model, 100)))
    elif not info.absence:
        lines.append(text("job.starting"))
    else:
        lines.append(text.error(info.absence, {}))
    if info.paused:
        lines.append(text("info.paused"))
    lines.append(text("info.queue", queued=info.queued, running=info.running))
    measured = sorted(info.step_seconds.items())[:8]
    if measured:
        steps = ", ".join(
            text("info.step_alone" if rows == 1 else "info.step", rows=rows, seconds=_seconds(seconds, text))
            for rows, seconds in measured
        )
        lines.append(text("info.steps", steps=steps))
    if len(models) > 1:
        lines.append(text("info.models", models=", ".join(f"`{shown(model.name, 100)}`" for model in models[:25])))
    return notice("\n".join(lines), Tone.GOOD if info.online else Tone.BAD if info.absence else Tone.WAITING)


def _seconds(seconds: float, text: Text) -> str:
    if seconds < 1:
        return text("info.milliseconds", n=round(seconds * 1000))
    return text("info.seconds", n=round(seconds, 1))


def member_settings(settings: MemberSettings, text: Text) -> Message:
    """Return what a member has set."""
    return _settings(text("settings.title_me"), settings, text)


def guild_settings(settings: GuildSettings, text: Text) -> Message:
    """Return what a guild has set."""
    return _settings(text("settings.title_server"), settings, text)


def _settings(title: str, settings: MemberSettings | GuildSettings, text: Text) -> Message:
    lines = [title]
    for name in (field.name for field in fields(settings) if field.name not in _NOT_SHOWN):
        value = _value(name, getattr(settings, name), text)
        lines.append(text("settings.line", name=text(f"settings.{name}"), value=value))
    return notice("\n".join([*lines, text("settings.how")]))


def _value(name: str, value: object, text: Text) -> str:
    if name == "channels":
        return " ".join(f"<#{each}>" for each in _ids(value)) or text("settings.everywhere")
    if name == "roles":
        return " ".join(f"<@&{each}>" for each in _ids(value)) or text("settings.everybody")
    if value is None:
        return text("settings.none")
    if value == 0 and name in _UNLIMITED:
        return text(_UNLIMITED[name])
    if isinstance(value, bool):
        return text("settings.yes" if value else "settings.no")
    return f"<#{value}>" if name == "moderation_channel" else shown(str(value), 100)


def _ids(value: object) -> Sequence[int]:
    return value[:20] if isinstance(value, tuple) else ()


def help_page(text: Text, *, moderator: bool) -> Message:
    """Return what Salon can do."""
    parts = [text("help.title"), text("help.body").strip()]
    if moderator:
        parts.append(text("help.moderators"))
    return Message((box([ui.TextDisplay(part) for part in parts]),))


def forget_question(member_id: int, text: Text) -> Message:
    """Ask whether everything about a member is really to be deleted."""
    confirm = button(text("button.forget"), CustomId("forget", member_id), discord.ButtonStyle.danger)
    return Message((box([ui.TextDisplay(text("privacy.ask")), row(confirm)], Tone.BAD),))


def export_page(archive: bytes, text: Text) -> Message:
    """Hand over the archive of all that is stored about a member."""
    upload = Upload("salon-export.zip", archive)
    return Message((box([ui.TextDisplay(text("privacy.export")), ui.File(upload.url)]),), (upload,))
