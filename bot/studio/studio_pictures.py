"""The pictures that wishes are about: a part of the studio as the chat sees it."""

from bot.studio.altering import Altering
from bot.studio.backstage import Backstage
from bot.studio.requests import Actor, Origin, Wish
from bot.studio.shelf import Shelf
from bot.studio.storing import refuses_when_storage_does
from storage import artworks, lineage
from storage.lineage import Family
from storage.records import Artwork, Upload

MOST_SIBLINGS = 5
"""Pictures of one generation in a family tree."""
GENERATIONS = 3
"""Of a family tree, upwards and downwards."""


@refuses_when_storage_does
class Pictures:
    """What can be asked about a picture before something is made of it."""

    _backstage: Backstage
    _shelf: Shelf
    _altering: Altering

    def modes_of(self, artwork: Artwork) -> frozenset[str]:
        """Return the modes that work for a picture; a button of another mode is not shown. From memory."""
        return self._altering.suits(artwork)

    @property
    def max_upload_bytes(self) -> int:
        """The largest file that a member may send."""
        return self._altering.max_upload_bytes

    async def choose(self, actor: Actor, origin: Origin, artwork_id: int) -> Artwork:
        """Return a picture that somebody named by its number: their own, or one that was painted where they are.

        Raises:
            Refusal: no_artwork or removed.
        """
        return await self._altering.choose(actor, origin, artwork_id)

    async def at_hand(self, actor: Actor, guild_id: int | None, limit: int) -> list[Artwork]:
        """Return pictures that somebody may want to use: their own latest, then the latest public ones of a guild."""
        async with self._backstage.database.read() as tx:
            own = await artworks.of_member(tx, actor.id, None, limit)
            near = [] if guild_id is None else await artworks.public_in(tx, guild_id, limit)
        return list({work.id: work for work in (*own, *near)}.values())[:limit]

    async def frame(self, actor: Actor, artwork_id: int, number: int) -> Wish:
        """Return the wish for one frame of what moves, counted from 1, as a picture by itself.

        Raises:
            Refusal: no_artwork, not_yours or removed.
        """
        return await self._altering.frame(actor, artwork_id, number)

    async def take_in(self, actor: Actor, data: bytes) -> Upload:
        """Keep a picture that a member sent, for as long as the same may be asked of it again.

        Raises:
            Refusal: upload, with why it cannot be read; or engine_away and its like, for nobody else may open it.
        """
        return await self._altering.take_in(actor, data)

    async def upload(self, actor: Actor, upload_id: int) -> Upload:
        """Return what this member sent.

        Raises:
            Refusal: upload_gone.
        """
        return await self._altering.upload(upload_id, actor)

    async def upload_look(self, actor: Actor, upload_id: int) -> bytes:
        """Return a WebP of what this member sent, longest side at most 512 pixels.

        Raises:
            Refusal: upload_gone.
        """
        return await self._backstage.blobs.get((await self._altering.upload(upload_id, actor)).thumbnail)

    async def family(self, actor: Actor, artwork_id: int) -> Family:
        """Return what a picture was made from and what was made from it, private pictures of others among it.

        Raises:
            Refusal: no_artwork or not_yours.
        """
        root = await self._shelf.artwork(artwork_id, actor)
        async with self._backstage.database.read() as tx:
            return await lineage.family(tx, root, most=MOST_SIBLINGS, generations=GENERATIONS)
