"""The commands: one cog a group. A cog reads its options, calls the studio and shows what it answers."""

from discord.ext import commands

from bot.discord.cogs.about import About
from bot.discord.cogs.admin import Admin
from bot.discord.cogs.blend import Blend
from bot.discord.cogs.describe import Describe
from bot.discord.cogs.edit import Edit
from bot.discord.cogs.enlarge import Enlarge
from bot.discord.cogs.history import History
from bot.discord.cogs.imagine import Imagine
from bot.discord.cogs.lineage import Lineage
from bot.discord.cogs.menus import Menus
from bot.discord.cogs.morph import Morph
from bot.discord.cogs.privacy import Privacy
from bot.discord.cogs.queue import Queue
from bot.discord.cogs.restyle import Restyle
from bot.discord.cogs.settings import Settings
from bot.discord.cogs.shorten import Shorten
from bot.discord.cogs.style import Style
from bot.discord.cogs.styles import Styles
from bot.discord.cogs.vary import Vary
from bot.discord.cogs.wildcard import Wildcard

ALL: tuple[type[commands.Cog], ...] = (
    Imagine,
    Vary,
    Edit,
    Enlarge,
    Restyle,
    Blend,
    Morph,
    Lineage,
    Describe,
    Shorten,
    Queue,
    Styles,
    Style,
    Wildcard,
    History,
    Settings,
    About,
    Privacy,
    Admin,
    Menus,
)
