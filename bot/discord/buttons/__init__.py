"""What happens when a button is pressed: one class a verb, all made from the custom id alone."""

from typing import Any

from discord import ui

from bot.discord.buttons.base import Press
from bot.discord.buttons.changes import ALL as CHANGES
from bot.discord.buttons.choices import Permute
from bot.discord.buttons.jobs import Again, Cancel, More, Remix
from bot.discord.buttons.moderation import BanAuthor, Dismiss, Hide, Redraw, Remove, Show
from bot.discord.buttons.pages import Forget, HistoryPage, StylesPage
from bot.discord.buttons.pictures import Delete, Details, Erase, Keep, Report, Spare
from bot.discord.buttons.unknown import Unknown

ALL: tuple[type[ui.DynamicItem[Any]], ...] = (
    *CHANGES,
    Keep,
    Details,
    Delete,
    Erase,
    Spare,
    Report,
    Again,
    Remix,
    More,
    Cancel,
    Hide,
    Show,
    Remove,
    Redraw,
    Dismiss,
    BanAuthor,
    HistoryPage,
    StylesPage,
    Forget,
    Permute,
    Unknown,
)

__all__ = ["ALL", "Press"]
