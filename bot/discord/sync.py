"""Telling Discord which commands there are, only when they changed: it allows 200 creations a day."""

import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import discord
from discord import app_commands

log = logging.getLogger(__name__)


async def sync_if_changed(tree: app_commands.CommandTree[Any], remembered: Path) -> bool:
    """Register the commands unless Discord has exactly these already.

    Args:
        tree: holds the commands; its translator is set.
        remembered: file that keeps the digest of what was registered last.

    Returns:
        Whether they were registered.

    Raises:
        discord.HTTPException: Discord refuses them.
    """
    commands = tree.get_commands()
    digest = await _digest(tree, commands)
    if _read(remembered) == digest and await _present(tree, commands):
        return False
    await tree.sync()
    remembered.parent.mkdir(parents=True, exist_ok=True)
    remembered.write_text(digest, encoding="ascii")
    log.info("Registered %s commands.", len(commands))
    return True


async def _digest(tree: app_commands.CommandTree[Any], commands: list[Any]) -> str:
    translator = tree.translator
    assert translator is not None
    payload = [await command.get_translated_payload(tree, translator) for command in commands]
    key = (tree.client.application_id, discord.http.Route.BASE, payload)
    return hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()


async def _present(tree: app_commands.CommandTree[Any], commands: list[Any]) -> bool:
    """Ask whether Discord still has them: somebody may have removed them, or it may be another sandbox."""
    there = await tree.fetch_commands()
    return {command.name for command in there} == {command.name for command in commands}


def _read(remembered: Path) -> str:
    try:
        return remembered.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
