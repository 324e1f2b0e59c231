"""A picture that is painted and waits to be delivered."""

from bot.studio.delivery import Letter
from storage.records import Job
from tests.bot.discord.conftest import RunningBot
from tests.bot.sandbox.member import Member, Message


async def finished(bot: RunningBot, member: Member, **options: object) -> tuple[Message, Letter]:
    """Ask for a picture that is painted but not delivered yet."""
    message = await member.reply(await member.slash("imagine", prompt="a fox", count=1, **options))
    bot.studio.paint(bot.studio.last.id)
    return message, bot.studio.letter(bot.studio.last.id)


def address(job: Job) -> tuple[str, int]:
    """Return token and application of the job's interaction."""
    assert job.token is not None
    return job.token, job.application_id
