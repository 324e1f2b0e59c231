"""Pictures that a command is about: an artwork by its number, an attachment or somebody's avatar.

What can be refused at once is refused at once; files are read only after the answer is deferred, and opened by the
engine alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import aiohttp
import discord

from bot.discord.call import Call
from bot.studio.requests import Origin, Refusal, Wish

READ = ("image/png", "image/jpeg", "image/webp")
"""Media types that the engine reads."""
NUMBER = re.compile(r"#?(\d{1,18})", re.ASCII)
"""How an artwork is named."""
_AVATAR_SIDE = 1024
_MB = 1_000_000

File = discord.Attachment | discord.Asset


@dataclass(frozen=True, slots=True)
class Chosen:
    """One picture: an artwork, a file that has passed the first look, or one that was taken in."""

    artwork_id: int | None = None
    file: File | None = None
    upload_id: int | None = None


def chosen(
    call: Call, picture: str | None, upload: discord.Attachment | None, member: discord.abc.User | None = None
) -> Chosen:
    """Return the one picture that the options name.

    Raises:
        Refusal: no_picture, two_pictures, no_artwork, upload_large or upload_type.
    """
    given = [one for one in (picture, upload, member) if one is not None]
    if not given:
        raise Refusal("no_picture")
    if len(given) > 1:
        raise Refusal("two_pictures")
    if picture is not None:
        number = NUMBER.fullmatch(picture.strip())
        if number is None:
            raise Refusal("no_artwork")
        return Chosen(artwork_id=int(number[1]))
    if member is not None:
        return Chosen(file=member.display_avatar.with_static_format("png").with_size(_AVATAR_SIDE))
    assert upload is not None
    check(call, upload)
    return Chosen(file=upload)


def check(call: Call, upload: discord.Attachment) -> None:
    """Look at what Discord tells of a file.

    Raises:
        Refusal: upload_large or upload_type.
    """
    kind = (upload.content_type or READ[0]).partition(";")[0].strip().casefold()
    if kind not in READ:
        raise Refusal("upload_type", given=upload.filename[:100])
    most = call.studio.max_upload_bytes
    if upload.size > most:
        raise Refusal("upload_large", size=f"{upload.size / _MB:.1f}", most=f"{most / _MB:.0f}")


async def about(call: Call, origin: Origin, wish: Wish, picture: Chosen, looks: Sequence[File] = ()) -> Wish:
    """Return a wish about the picture, with files taken in; the answer is deferred already.

    Raises:
        Refusal: the picture is not there, is not theirs to use, or cannot be read.
    """
    taken = tuple([await take_in(call, look) for look in looks])
    change = replace(wish.change, looks=taken) if taken else wish.change
    if picture.upload_id is not None:
        sent = await call.studio.upload(call.actor, picture.upload_id)
        return replace(wish, change=replace(change, upload=sent.id))
    if picture.file is not None:
        return replace(wish, change=replace(change, upload=await take_in(call, picture.file)))
    assert picture.artwork_id is not None
    work = await call.studio.choose(call.actor, origin, picture.artwork_id)
    return replace(wish, change=change, parents=(work.id,))


async def take_in(call: Call, file: File) -> int:
    """Have a file kept as a picture; return the upload's id.

    Raises:
        Refusal: it cannot be fetched or read.
    """
    try:
        data = await file.read()
    except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
        raise Refusal("upload_lost") from error
    if len(data) > call.studio.max_upload_bytes:
        raise Refusal("upload_large", size=f"{len(data) / _MB:.1f}", most=f"{call.studio.max_upload_bytes / _MB:.0f}")
    return (await call.studio.take_in(call.actor, data)).id


def images_of(message: discord.Message) -> list[discord.Attachment]:
    """Return the attachments of a message that look like pictures, those of a forwarded message too."""
    forwarded = [file for snapshot in message.message_snapshots for file in snapshot.attachments]
    files = [*message.attachments, *forwarded]
    return [file for file in files if (file.content_type or "").partition(";")[0].strip().casefold() in READ]
