"""One interaction with all that its handler needs, and the few ways to answer it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any

from bot.discord import answers
from bot.discord.context import Interaction, actor_of, locale_of, missing_permissions, origin_of
from bot.discord.render.parts import Message, Tone, notice
from bot.discord.text import Text, text_for
from bot.studio.requests import Accepted, Actor, Origin, Refusal, StyleChoice, Wish
from bot.studio.studio import Studio
from storage.records import Artwork

_MOMENT_S = 1.0
"""How much of the three seconds that Discord waits for a first answer may go into looking at what was sent."""


class Call:
    """An interaction that a command, a button or a modal serves. Making one reads nothing but memory."""

    def __init__(self, interaction: Interaction) -> None:
        """Serve this interaction."""
        self.interaction = interaction
        self.studio: Studio = interaction.client.studio
        self.actor: Actor = actor_of(interaction)
        self.locale = locale_of(self.studio, interaction)
        self.text: Text = text_for(self.locale, interaction.locale.value)

    def titled(self, style: StyleChoice) -> str:
        """Return what a style is called in the member's language."""
        return (self.text.language.startswith("zh") and style.title_zh) or style.title

    def worn_styles(self) -> list[StyleChoice]:
        """Return the styles that a picture can take on; of the server's own those that pictures show."""
        found = self.studio.styles(self.interaction.guild_id)
        return [style for style in found if style.pictures or not style.own]

    def origin(self, *, private: bool) -> Origin:
        """Return where the request came from."""
        return origin_of(self.interaction, private=private, locale=self.locale)

    def private(self, asked: bool | None = None) -> bool:
        """Decide whether only the member sees the answer: as asked, as where the button was, else as they have set."""
        if asked is not None:
            return asked
        message = self.interaction.message
        if message is not None and message.flags.ephemeral:
            return True
        return self.studio.cached_settings(self.interaction.guild_id, self.actor.id).private

    async def defer(self, *, ephemeral: bool = True) -> int | None:
        """Promise an answer in a new message; return its id where everybody sees it."""
        return await answers.defer(self.interaction, ephemeral=ephemeral)

    async def defer_update(self) -> None:
        """Promise an edit of the message whose button was pressed."""
        await answers.defer_update(self.interaction)

    async def show(self, message: Message) -> None:
        """Give the answer."""
        await answers.show(self.interaction, message)

    async def say(self, key: str, tone: Tone | None = None, /, **values: object) -> None:
        """Answer with one sentence of the catalogue."""
        await self.show(notice(self.text(key, **values), tone))

    async def refuse(self, key: str, **values: object) -> None:
        """Say no with one sentence of the catalogue, to the member alone."""
        await answers.refuse(self.interaction, self.text(key, **values))

    async def look(self, artwork: Artwork) -> bytes | None:
        """Return a small version of a picture; None where it has been removed meanwhile."""
        try:
            return await self.studio.thumbnail(artwork.id)
        except Refusal:
            return None

    async def submit(
        self,
        wish: Wish,
        ask: Callable[[Origin], Awaitable[Accepted]] | None = None,
        *,
        private: bool | None = None,
        prepare: Callable[[], Coroutine[Any, Any, Wish]] | None = None,
    ) -> None:
        """Have a wish painted: refuse at once what memory can tell, else defer and commit it.

        After that the studio shows the job by letters, so nothing is edited here any more.

        Args:
            wish: what is asked for; where `ask` is given, only what is known of it so far.
            ask: what to call instead of `Studio.submit` once the answer is deferred.
            private: what the member asked for.
            prepare: makes the whole wish of it, instead of `ask`; may be slow.

        Raises:
            Refusal: the studio refuses what memory could not tell.
        """
        alone = self.private(private)
        origin = self.origin(private=alone)
        refusal = self.studio.check(self.actor, origin, wish, partly=bool(ask or prepare))
        if refusal is not None:
            raise refusal
        missing = [] if alone else missing_permissions(self.interaction)
        if missing:
            names = ", ".join(self.text(f"permission.{name}") for name in missing)
            await self.refuse("error.permissions", permissions=names)
            return
        prepared = asyncio.ensure_future(prepare()) if prepare else None
        try:
            if prepared is not None:
                # A refusal in place of the first answer stands under the command; one that follows a promise which
                # everybody saw stands under a message that was deleted.
                await asyncio.wait({prepared}, timeout=_MOMENT_S)
                if prepared.done():
                    prepared.result()
            origin = replace(origin, message_id=await self.defer(ephemeral=alone))
            wish = await prepared if prepared else wish
        finally:
            if prepared is not None:
                prepared.cancel()
        await (ask(origin) if ask else self.studio.submit(self.actor, origin, wish))
