"""Autocompletion from memory: no suggestion ever waits for a database or the engine."""

import asyncio
from collections.abc import Iterable, Sequence

from discord.app_commands import Choice

from bot.discord.call import Call
from bot.discord.clean import cut
from bot.discord.context import Interaction
from bot.discord.pictures import NUMBER
from bot.discord.render import captions
from bot.discord.ways import AREAS
from bot.studio.checks import NO_STYLE
from bot.studio.requests import Refusal, StyleChoice
from bot.studio.sizes import NAMES, sides
from storage.records import Artwork

MOST = 25
"""Suggestions that Discord takes."""
_ANY_NATIVE = 512, 512
_LONGEST = 100
"""Characters of a suggestion."""
_LATEST = 200
"""Pictures among which suggestions are looked for."""
_READ_S = 1.0


def matching(options: Iterable[tuple[str, ...]], current: str) -> list[Choice[str]]:
    """Return up to 25 of (value, title, other names) that fit what was typed: those that begin so first, in order."""
    typed = current.strip().casefold()
    ranked: list[tuple[int, Choice[str]]] = []
    for option in options:
        value, title = option[:2]
        names = [name.casefold() for name in option]
        if any(name.startswith(typed) for name in names):
            rank = 0
        elif any(typed in name for name in names):
            rank = 1
        else:
            continue
        if len(value) <= _LONGEST:
            ranked.append((rank, Choice(name=title[:_LONGEST], value=value)))
    ranked.sort(key=lambda pair: pair[0])
    return [choice for _, choice in ranked[:MOST]]


async def styles(interaction: Interaction, current: str) -> list[Choice[str]]:
    """Suggest styles, the server's own among them; where one is set as the default, none as well."""
    call = Call(interaction)
    default = call.studio.cached_settings(interaction.guild_id, call.actor.id).style
    none = [(NO_STYLE, call.text("style.none"))] if default else []
    return _named(call, call.studio.styles(interaction.guild_id), current, none)


async def house_styles(interaction: Interaction, current: str) -> list[Choice[str]]:
    """Suggest styles that are known everywhere."""
    call = Call(interaction)
    return _named(call, call.studio.styles(None), current)


async def worn_styles(interaction: Interaction, current: str) -> list[Choice[str]]:
    """Suggest styles that a picture can take on: those that somebody or something shows by pictures."""
    call = Call(interaction)
    return _named(call, call.worn_styles(), current)


def _named(
    call: Call, found: Sequence[StyleChoice], current: str, first: Sequence[tuple[str, ...]] = ()
) -> list[Choice[str]]:
    named = [(style.name, call.titled(style), style.title, *style.aliases) for style in found]
    return matching((*first, *named), current)


async def own_styles(interaction: Interaction, current: str) -> list[Choice[str]]:
    """Suggest styles that the server has made."""
    found = Call(interaction).studio.styles(interaction.guild_id)
    return matching(((style.name, style.title) for style in found if style.own), current)


async def own_lists(interaction: Interaction, current: str) -> list[Choice[str]]:
    """Suggest lists of words that the server has made."""
    return matching(
        ((one.name, one.name) for one in Call(interaction).studio.word_lists(interaction.guild_id)), current
    )


async def models(interaction: Interaction, current: str) -> list[Choice[str]]:
    """Suggest models."""
    return matching(((model.name, model.title) for model in Call(interaction).studio.models()), current)


async def palettes(interaction: Interaction, current: str) -> list[Choice[str]]:
    """Suggest palettes; colours that were typed are suggested as they stand."""
    call = Call(interaction)
    named = [(name, call.text(f"palette.{name}")) for name in call.studio.palettes()]
    if current.strip().startswith("#"):
        named.insert(0, (current.strip(), current.strip()))
    return matching(named, current)


async def pictures(interaction: Interaction, current: str) -> list[Choice[str]]:
    """Suggest the member's latest pictures, by their words. One indexed read, which is given up rather than late."""
    call = Call(interaction)
    try:
        async with asyncio.timeout(_READ_S):
            found = await call.studio.history(call.actor.id, limit=_LATEST)
    except (TimeoutError, Refusal):
        return []
    return _titled(call, found, current)


def _titled(call: Call, found: Sequence[Artwork], current: str) -> list[Choice[str]]:
    titled = [(str(one.id), cut(f"{one.id} · {captions.alt(one, call.text)}", _LONGEST), one.alt) for one in found]
    return matching(titled, current.strip().removeprefix("#"))


async def things(interaction: Interaction, current: str) -> list[Choice[str]]:
    """Suggest pictures that may be mixed: the member's own, then those of the server; what was typed is words, too."""
    typed = current.strip()
    words = []
    if typed and not NUMBER.fullmatch(typed) and len(typed) <= _LONGEST:
        words = [Choice(name=cut(Call(interaction).text("mix.words", words=typed), _LONGEST), value=typed)]
    return [*(await at_hand(interaction, current))[: MOST - len(words)], *words]


async def at_hand(interaction: Interaction, current: str) -> list[Choice[str]]:
    """Suggest the member's latest pictures, then the latest public ones of the server. Given up rather than late."""
    call = Call(interaction)
    try:
        async with asyncio.timeout(_READ_S):
            found = await call.studio.at_hand(call.actor, interaction.guild_id, _LATEST)
    except (TimeoutError, Refusal):
        return []
    return _titled(call, found, current)


async def areas(interaction: Interaction, current: str) -> list[Choice[str]]:
    """Suggest parts of a picture that have a name; numbers that were typed are suggested as they stand."""
    call = Call(interaction)
    named = [(name, call.text(f"area.{name}")) for name in AREAS]
    if current.strip()[:1].isdigit():
        named.insert(0, (current.strip(), current.strip()))
    return matching(named, current)


def share(percent: int | None) -> float | None:
    """Return percent as a part of one."""
    return None if percent is None else percent / 100


async def sizes(interaction: Interaction, current: str) -> list[Choice[str]]:
    """Suggest shapes; pixels or a ratio that were typed whole are suggested as they stand."""
    call = Call(interaction)
    named = [(name, call.text(f"size.{name}")) for name in NAMES]
    typed = current.strip()
    # Whether the model can paint it is known only with the model, which may be chosen later.
    if typed[:1].isdigit() and sides(typed, _ANY_NATIVE, multiple=1):
        named.insert(0, (typed, typed))
    return matching(named, current)
