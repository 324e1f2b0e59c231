"""The small world that every sandbox begins with: two guilds, four people and the bot."""

from bot.sandbox.permissions import EVERYONE, MODERATOR, WRITE, Permission
from bot.sandbox.snowflakes import created_at, snowflake
from bot.sandbox.world import DIRECT, GROUP, TEXT, Channel, Guild, Member, Overwrite, Role, User, World

_DAY_S = 86_400.0
_PEOPLE = (
    ("mona", "Mona", "en-US", 900),
    ("ada", "Ada", "en-GB", 800),
    ("lin", "林", "zh-CN", 700),
    ("nova", "Nova", "en-US", 0.01),
)
"""Name, shown name, language, days since the account was made. Mona owns and moderates; Nova is new."""


def seed(created: float) -> World:
    """Return the world as of Unix time `created`; the same time gives the same ids."""
    bot = User(snowflake(created - 300 * _DAY_S, 1), "salon", "Salon", bot=True)
    people = [
        User(snowflake(created - days * _DAY_S, 2 + index), name, shown, locale)
        for index, (name, shown, locale, days) in enumerate(_PEOPLE)
    ]
    mona, ada, lin, nova = people
    corner = _Guild(created - 600 * _DAY_S, "Art Corner", [mona, ada, lin, nova], bot)
    corner.channel("general", "Everything and nothing")
    corner.channel("paintings", "Ask for pictures here")
    corner.channel("after-dark", "For adults", nsfw=True)
    corner.channel("read-only", "The bot may read here, but not write").overwrites.append(
        Overwrite(bot.id, member=True, deny=int(Permission.SEND_MESSAGES))
    )
    corner.channel("moderators", "For moderators and the bot").overwrites.extend(
        [
            Overwrite(corner.built.id, deny=int(Permission.VIEW_CHANNEL)),
            Overwrite(corner.moderators.id, allow=int(Permission.VIEW_CHANNEL)),
            Overwrite(bot.id, member=True, allow=int(Permission.VIEW_CHANNEL)),
        ]
    )
    annex = _Guild(created - 200 * _DAY_S, "The Annex", [mona, lin], bot)
    annex.channel("lobby", "A second guild, with settings of its own")
    private = [
        Channel(snowflake(created - 100 * _DAY_S, 20 + index), DIRECT, recipients=[bot.id, one.id])
        for index, one in enumerate(people)
    ]
    private.append(Channel(snowflake(created - 99 * _DAY_S, 30), GROUP, "Ada, 林", recipients=[ada.id, lin.id]))
    return World(
        bot,
        users={one.id: one for one in (bot, *people)},
        guilds={one.built.id: one.built for one in (corner, annex)},
        private={one.id: one for one in private},
    )


class _Guild:
    """Builds one guild made at Unix time `made`; the first of `people` owns and moderates it."""

    def __init__(self, made: float, name: str, people: list[User], bot: User) -> None:
        self._made = made
        everyone = Role(snowflake(made), "@everyone", int(EVERYONE))
        self.moderators = Role(snowflake(made, 1), "Moderator", int(MODERATOR), 2, 0x3BA55D)
        own = Role(snowflake(made, 2), bot.global_name or bot.username, int(WRITE), 1, managed_by=bot.id)
        roles = {role.id: role for role in (everyone, self.moderators, own)}
        members = {one.id: Member(one.id, max(made, created_at(one.id)) + _DAY_S / 1000) for one in (*people, bot)}
        members[people[0].id].roles.append(self.moderators.id)
        members[bot.id].roles.append(own.id)
        self.built = Guild(everyone.id, name, people[0].id, roles, {}, members)

    def channel(self, name: str, topic: str, *, nsfw: bool = False) -> Channel:
        """Add a text channel at the end."""
        position = len(self.built.channels)
        channel = Channel(
            snowflake(self._made, 10 + position), TEXT, name, self.built.id, position, topic=topic, nsfw=nsfw
        )
        self.built.channels[channel.id] = channel
        return channel
