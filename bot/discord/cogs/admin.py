"""`/admin`: what moderators of a guild may do."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord.call import Call
from bot.discord.clean import shown
from bot.discord.context import Interaction
from bot.discord.render.log import MOST, log_page
from bot.discord.render.parts import notice
from bot.studio.requests import Refusal

_MAX_WORD = 60


class Admin(commands.Cog):
    """Moderation."""

    admin = app_commands.Group(
        name="admin",
        description="For the moderators of this server",
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )

    @admin.command()
    async def pause(self, interaction: Interaction) -> None:
        """Accept no new requests from this server."""
        call = Call(interaction)
        await call.defer()
        await call.studio.pause(call.actor)
        await call.say("done.paused")

    @admin.command()
    async def resume(self, interaction: Interaction) -> None:
        """Accept requests again."""
        call = Call(interaction)
        await call.defer()
        await call.studio.resume(call.actor)
        await call.say("done.resumed")

    @admin.command()
    @app_commands.describe(member="Who", reason="Why; kept in the log")
    async def ban(
        self, interaction: Interaction, member: discord.User, reason: app_commands.Range[str, 0, 300] = ""
    ) -> None:
        """Keep a member from using Salon."""
        call = Call(interaction)
        await call.defer()
        if member.bot:
            raise Refusal("ban_bot")
        await call.studio.ban(call.actor, member.id, reason)
        await call.say("done.banned", member=f"<@{member.id}>")

    @admin.command()
    @app_commands.describe(member="Who")
    async def unban(self, interaction: Interaction, member: discord.User) -> None:
        """Let a member use Salon again."""
        call = Call(interaction)
        await call.defer()
        await call.studio.unban(call.actor, member.id)
        await call.say("done.unbanned", member=f"<@{member.id}>")

    @admin.command()
    @app_commands.describe(add="Forbid a word or a phrase", remove="Allow a word again")
    async def words(
        self,
        interaction: Interaction,
        add: app_commands.Range[str, 1, _MAX_WORD] | None = None,
        remove: app_commands.Range[str, 1, _MAX_WORD] | None = None,
    ) -> None:
        """See or change the words that are not allowed in prompts."""
        call = Call(interaction)
        await call.defer()
        done: list[str] = []
        if add:
            await call.studio.add_word(call.actor, add)
            done.append(call.text("admin.word_added", word=shown(add)))
        if remove:
            await call.studio.remove_word(call.actor, remove)
            done.append(call.text("admin.word_removed", word=shown(remove)))
        settings = await call.studio.settings_of(interaction.guild_id, call.actor.id)
        known = ", ".join(settings.guild.words)
        done.append(call.text("admin.words", words=shown(known, 3000)) if known else call.text("admin.words_empty"))
        await call.show(notice("\n".join(done)))

    @admin.command()
    async def log(self, interaction: Interaction) -> None:
        """See what moderators did."""
        call = Call(interaction)
        await call.defer()
        await call.show(log_page(await call.studio.audit(call.actor, MOST), call.text))
