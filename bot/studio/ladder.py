"""The delivery ladder: how a letter reaches its reader, whatever has expired or was closed meanwhile.

(a) Edit the reply by its token. (b) Edit the message by its id, where it is public or a direct one. (c) Send a new
message; where one may be there already, sent by an earlier attempt or never noted by its id, look for it first. (d)
What is private never goes to a channel: to the member's direct messages, else it stays in their history.

Exactly once for (a), (b), and (c) where the channel's history can be read; at least once elsewhere.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.studio.delivery import Expired, Forbidden, Gone, Letter, Postman
from storage.jobs import TOKEN_LIFE
from storage.records import Job

Outcome = Literal["replied", "edited", "sent", "direct", "deleted", "kept"]
"""`deleted`: its reader removed the message, so the result stays in the history; `kept`: nothing could reach them."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a letter."""

    outcome: Outcome
    message_id: int | None = None
    """The message that shows the job now."""
    channel_id: int | None = None
    """Where that is, of a direct one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """One attempt to deliver one letter. Unclear and Unreachable pass through: it is to be tried again."""

    postman: Postman
    letter: Letter
    now: datetime
    new_message: bool
    """Whether (c) and (d) are allowed."""
    maybe_sent: bool
    """Whether an earlier attempt may have sent a new message."""
    nonce: str
    note_sending: Callable[[], Awaitable[None]]
    """Remembers, before a new message is sent, that it may have been."""

    async def deliver(self) -> Delivered:
        """Climb as far as needed.

        Raises:
            Undelivered: Unclear or Unreachable.
        """
        try:
            return await self._reply() or await self._edit() or await self._edit_direct() or await self._new_message()
        except Gone:
            return Delivered("deleted")

    async def _reply(self) -> Delivered | None:
        job = self.letter.job
        if not token_serves(job, self.now) or job.token is None:
            return None
        try:
            return Delivered("replied", await self.postman.edit_reply(self.letter, job.token, job.application_id))
        except (Expired, Forbidden):
            return None

    async def _edit(self) -> Delivered | None:
        job = self.letter.job
        if job.private or job.message_id is None or job.channel_id is None:
            return None
        try:
            await self.postman.edit_message(self.letter, job.channel_id, job.message_id)
        except Forbidden:
            return None
        return Delivered("edited", job.message_id)

    async def _edit_direct(self) -> Delivered | None:
        job = self.letter.job
        if job.direct_channel_id is None or job.direct_message_id is None:
            return None
        try:
            await self.postman.edit_message(self.letter, job.direct_channel_id, job.direct_message_id)
        except Forbidden:
            return None
        return Delivered("edited", job.direct_message_id, job.direct_channel_id)

    async def _new_message(self) -> Delivered:
        job = self.letter.job
        if not self.new_message:
            return Delivered("kept")
        if not job.private and job.context != "private" and job.channel_id is not None:
            try:
                return await self._send(job.channel_id)
            except (Forbidden, Gone):
                pass
        return await self._direct()

    async def _send(self, channel_id: int) -> Delivered:
        unnoted = answers_interaction(self.letter.job) and self.letter.job.message_id is None
        if (self.maybe_sent or unnoted) and (found := await self._find(channel_id)) is not None:
            await self.postman.edit_message(self.letter, channel_id, found)
            return Delivered("sent" if self.maybe_sent else "edited", found)
        await self.note_sending()
        return Delivered("sent", await self.postman.send(self.letter, channel_id, self.nonce))

    async def _find(self, channel_id: int) -> int | None:
        try:
            return await self.postman.find(channel_id, self.letter.job.id)
        except Forbidden:
            return None

    async def _direct(self) -> Delivered:
        try:
            sent = await self.postman.direct(self.letter, self.letter.job.member_id, self.nonce)
        except (Forbidden, Gone):
            return Delivered("kept")
        channel_id, message_id = sent
        return Delivered("direct", message_id, channel_id)


def token_serves(job: Job, now: datetime) -> bool:
    """Whether a job's reply can be edited by its token."""
    return job.token is not None and now < job.received_at + TOKEN_LIFE


def answers_interaction(job: Job) -> bool:
    """Whether a job had a reply to begin with; of several that were asked for together none has: see `studio.craft`."""
    return job.interaction_id > 0
