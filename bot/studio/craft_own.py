"""What a guild makes for itself: styles, and lists of words for wildcards."""

import re
from collections.abc import Sequence

from bot.studio.backstage import Backstage
from bot.studio.checks import Checks, clean
from bot.studio.refusals import OWN_KINDS
from bot.studio.requests import Actor, Origin, Refusal
from bot.studio.rights import moderates
from engine.api.errors import UnknownName
from engine.corpus.segments import is_chinese
from engine.names import nearest
from engine.prompting.wildcards import NAME, house_lists
from engine.styles import find, folded
from storage import own
from storage.own import Kind
from storage.records import GuildStyle, WordList

LONGEST_NAME = 40
LONGEST_STYLE = 500
"""Characters of a style's words."""
MOST_ENTRIES = 200
LONGEST_ENTRY = 80

_SLOT = "{prompt}"
_LIST_NAME = re.compile(NAME)


class Own:
    """Makes and deletes them. What its methods promise is written at `bot.studio.studio.Studio`."""

    def __init__(self, backstage: Backstage, checks: Checks) -> None:
        """Use these stores."""
        self._backstage = backstage
        self._checks = checks

    async def create_style(
        self, actor: Actor, origin: Origin, name: str, words: str, negative: str, pictures: Sequence[str] = ()
    ) -> GuildStyle:
        """Make a style."""
        guild_id, name = self._begin(actor, origin, name)
        key = folded(name)
        if not key:
            raise Refusal("own_name", most=LONGEST_NAME)
        if _is_house_style(name):
            raise Refusal("own_house", given=name)
        prompt, negative = _template(clean(words), shown=bool(pictures)), clean(negative)
        if prompt is None or len(negative) > LONGEST_STYLE:
            raise Refusal("own_words", most=LONGEST_STYLE)
        self._check_words(origin, name, prompt.replace(_SLOT, " "), negative)
        async with self._backstage.database.write() as tx:
            await self._check_room(await own.number(tx, "style", guild_id))
            now = self._backstage.clock()
            made = await own.add_style(tx, guild_id, actor.id, key, name, prompt, negative, now, pictures)
        if made is None:
            raise Refusal("own_taken", given=name)
        self._backstage.memory.set_own(made)
        return made

    async def create_list(self, actor: Actor, origin: Origin, name: str, entries: str) -> WordList:
        """Make a list of words."""
        guild_id, name = self._begin(actor, origin, name)
        key = name.casefold()
        if not _LIST_NAME.fullmatch(name):
            raise Refusal("own_list_name", given=name)
        if key in {**house_lists("en"), **house_lists("zh")}:
            raise Refusal("own_house", given=name)
        words = list(dict.fromkeys(filter(None, map(clean, re.split(r"[,，、;；\n]", entries)))))
        if not 2 <= len(words) <= MOST_ENTRIES or max(map(len, words)) > LONGEST_ENTRY:
            raise Refusal("own_entries", most=MOST_ENTRIES, longest=LONGEST_ENTRY)
        self._check_words(origin, name, *words)
        async with self._backstage.database.write() as tx:
            await self._check_room(await own.number(tx, "list", guild_id))
            made = await own.add_list(tx, guild_id, actor.id, key, name, words, self._backstage.clock())
        if made is None:
            raise Refusal("own_taken", given=name)
        self._backstage.memory.set_own(made)
        return made

    async def delete(self, actor: Actor, origin: Origin, kind: Kind, name: str) -> str:
        """Delete a style or a list; return its name."""
        guild_id = self._guild(origin)
        known = self._backstage.memory.own(kind, guild_id)
        found = known.get(folded(name) if kind == "style" else name.strip().casefold())
        if found is None:
            close = nearest(name, [one.name for one in known.values()])
            raise Refusal(OWN_KINDS[kind], given=name[:100], close=", ".join(close))
        if found.member_id != actor.id and not moderates(actor, guild_id):
            raise Refusal("not_yours")
        async with self._backstage.blobs.changing:
            async with self._backstage.database.write() as tx:
                strays = await own.remove(tx, kind, guild_id, found.key)
            await self._backstage.blobs.delete(strays)
        self._backstage.memory.drop_own(kind, guild_id, found.key)
        return found.name

    def _begin(self, actor: Actor, origin: Origin, name: str) -> tuple[int, str]:
        self._checks.check_person(actor, origin)
        guild_id, cleaned = self._guild(origin), clean(name)
        if not 1 <= len(cleaned) <= LONGEST_NAME:
            raise Refusal("own_name", most=LONGEST_NAME)
        return guild_id, cleaned

    def _guild(self, origin: Origin) -> int:
        if origin.guild_id is None:
            raise Refusal("own_guild")
        return origin.guild_id

    async def _check_room(self, number: int) -> None:
        most = self._backstage.settings.limits.own_per_guild
        if most and number >= most:
            raise Refusal("own_many", most=most)

    def _check_words(self, origin: Origin, *texts: str) -> None:
        forbidden = self._backstage.memory.words(origin.guild_id)
        if forbidden and (word := forbidden.find(*texts)):
            raise Refusal("word", word=word)


def _template(words: str, *, shown: bool) -> str | None:
    """Return a style's words as a template around a prompt; None where neither they nor pictures say what it is."""
    if shown and not words:
        return _SLOT
    bare = words.replace(_SLOT, "", 1)
    if not bare.strip() or len(words) > LONGEST_STYLE or "{" in bare or "}" in bare:
        return None
    if _SLOT in words:
        return words
    return f"{_SLOT}，{words}" if is_chinese(words) else f"{_SLOT}, {words}"


def _is_house_style(name: str) -> bool:
    try:
        find(name)
    except UnknownName:
        return False
    return True
