"""Filling in a wish that is about a picture, and taking in the pictures that members send."""

from dataclasses import replace

from bot.studio.absence import refusal
from bot.studio.backstage import Backstage
from bot.studio.changes import (
    BY_MODEL,
    IMAGINE,
    MIXING,
    ONE_RESULT,
    TIMES,
    Source,
    enlarged,
    read,
    source_of,
    suits,
    whole_size,
    why_not_subtly,
)
from bot.studio.checks import NO_STYLE
from bot.studio.mixing import Mixing, sources
from bot.studio.requests import Actor, Origin, Refusal, Wish
from bot.studio.rights import may_see
from bot.studio.watch import Watch
from engine.api import MAX_SIDE, EngineError, ModelInfo
from engine.client import Engine
from storage import artworks, jobs, uploads
from storage.records import Artwork, Job, Upload

MAX_UPLOAD_BYTES = 10 * 1024 * 1024
"""Until the engine has told how much it reads."""


class Altering:
    """Knows the pictures that wishes are about. What it promises is written at `bot.studio.studio.Studio`."""

    def __init__(self, backstage: Backstage, watch: Watch, engine: Engine) -> None:
        """Find the pictures in these stores; the engine opens those that members send."""
        self._backstage = backstage
        self._watch = watch
        self._engine = engine
        self._mixing = Mixing(backstage, watch)

    def suits(self, work: Artwork) -> frozenset[str]:
        """Return the modes that work for an artwork."""
        return suits(work, self._model_of(work))

    @property
    def max_upload_bytes(self) -> int:
        """The largest file that the engine reads."""
        description = self._watch.description
        return description.max_upload_bytes if description else MAX_UPLOAD_BYTES

    async def complete(self, actor: Actor, wish: Wish) -> Wish:
        """Fill in what a wish about a picture leaves to that picture; completing it again changes nothing."""
        if wish.mode in MIXING:
            return await self._mixing.complete(actor, wish)
        if wish.mode == IMAGINE:
            return await self._guided(actor, wish)
        if wish.mode == "restyle" and not (wish.style or wish.change.looks):
            raise Refusal("no_look")
        if wish.change.upload is not None:
            sent = await self.upload(wish.change.upload)
            source, job = Source(blob=sent.blob, width=sent.width, height=sent.height), None
        else:
            work, job = await self._parent(actor, wish)
            if wish.mode in BY_MODEL and enlarged(work.recipe):
                raise Refusal("enlarged")
            found = source_of(work)
            if found is None:
                raise Refusal("removed")
            source, wish = found, _in_the_words_of(job, wish)
        return self._fitted(replace(wish, style=wish.style or NO_STYLE), source)

    async def choose(self, actor: Actor, origin: Origin, artwork_id: int) -> Artwork:
        """Return an artwork that somebody named by its number: their own, or one that was painted where they are."""
        async with self._backstage.database.read() as tx:
            work = await artworks.get(tx, artwork_id)
        here = work is not None and work.guild_id is not None and work.guild_id == origin.guild_id
        if work is None or not (work.member_id == actor.id or (here and may_see(actor, work))):
            # Whether there is such a picture elsewhere is nobody's business here.
            raise Refusal("no_artwork")
        if work.removed:
            raise Refusal("removed")
        if work.private and origin.guild_id is not None and not origin.private:
            # What is made of it would show it in a channel.
            raise Refusal("private_picture")
        return work

    async def frame(self, actor: Actor, artwork_id: int, number: int) -> Wish:
        """Return the wish for one frame of what moves."""
        work, job = await self._parent(actor, Wish(prompt="", parents=(artwork_id,)))
        if not 1 <= number <= len(work.frames):
            raise Refusal("no_artwork")
        return Wish(
            prompt=job.prompt,
            negative=job.negative,
            style=job.style or NO_STYLE,
            size=job.size,
            count=job.count,
            seed=job.seed,
            model=job.model,
            mode="morph",
            change=replace(read(job.change), frame=number),
            parents=(work.id,),
        )

    async def take_in(self, actor: Actor, data: bytes) -> Upload:
        """Have the engine clean a picture that a member sent, and keep it."""
        self._watch.require()
        try:
            clean = await self._engine.intake(data)
        except EngineError as error:
            raise refusal("upload", error) from error
        blobs = self._backstage.blobs
        async with blobs.changing:
            names = [await blobs.put(clean.image), await blobs.put(clean.thumbnail)]
            async with self._backstage.database.write() as tx:
                return await uploads.add(
                    tx,
                    actor.id,
                    (names[0], len(clean.image)),
                    (names[1], len(clean.thumbnail)),
                    (clean.width, clean.height),
                    self._backstage.clock(),
                )

    async def upload(self, upload_id: int, actor: Actor | None = None) -> Upload:
        """Return an upload, which is this actor's if one is named."""
        async with self._backstage.database.read() as tx:
            sent = await uploads.get(tx, upload_id)
        if sent is None or (actor is not None and sent.member_id != actor.id):
            raise Refusal("upload_gone")
        return sent

    async def _guided(self, actor: Actor, wish: Wish) -> Wish:
        pieces = (*wish.change.like, *wish.change.style_like)
        if not pieces:
            return wish
        async with self._backstage.database.read() as tx:
            await sources(tx, pieces, actor)
        works = (piece.artwork for piece in pieces if piece.artwork is not None)
        return replace(wish, parents=tuple(dict.fromkeys((*wish.parents, *works))))

    async def _parent(self, actor: Actor, wish: Wish) -> tuple[Artwork, Job]:
        async with self._backstage.database.read() as tx:
            work = await artworks.get(tx, wish.parents[0]) if wish.parents else None
            job = await jobs.get(tx, work.job_id) if work else None
        if work is None or job is None:
            raise Refusal("no_artwork")
        if not may_see(actor, work):
            raise Refusal("not_yours")
        if work.removed:
            raise Refusal("removed")
        return work, job

    def _fitted(self, wish: Wish, source: Source) -> Wish:
        """Fit a wish to the picture and to what the model can do."""
        change, model = wish.change, self._watch.model(wish.model)
        if wish.mode in BY_MODEL and model is not None and not model.varies:
            raise Refusal("model_varies", model=model.name)
        if wish.mode == "enlarge" and max(source.width, source.height) * (change.times or TIMES[0]) > MAX_SIDE:
            raise Refusal("enlarge_large", width=source.width, height=source.height, most=MAX_SIDE)
        if wish.mode == "vary" and (reason := why_not_subtly(source, model)):
            wish = replace(wish, mode="strong", change=replace(change, instead=reason))
        if wish.mode == "erase":
            # What stays is there already, and words for it would be painted a second time.
            wish = replace(wish, prompt="")
        if wish.mode == "vary" or (wish.mode == "strong" and source.recipe) or change.whole:
            wish = replace(wish, size=whole_size(source, model))
        return replace(wish, count=1) if wish.mode in ONE_RESULT else wish

    def _model_of(self, work: Artwork) -> ModelInfo | None:
        painted_by = work.recipe.get("model") if work.recipe.get("family") == "diffusion" else None
        return self._watch.model(painted_by) or self._watch.model(None)


def _in_the_words_of(job: Job, wish: Wish) -> Wish:
    """Take from the request for a picture what a wish about it leaves open."""
    return replace(
        wish,
        prompt=wish.prompt or job.prompt,
        negative=wish.negative or job.negative,
        style=wish.style or (None if wish.change.looks else job.style),
        model=wish.model or job.model,
        palette=wish.palette or job.palette,
    )
