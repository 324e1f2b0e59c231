"""What members are told of errors of the engine."""

import pytest

from bot.discord.text import text_for
from bot.studio.absence import failure
from engine.api.errors import InternalError, InvalidBrief, ModelRefused, OutOfMemory, UnknownName


@pytest.mark.parametrize("error", [OutOfMemory(), ModelRefused("The file x lacks y."), UnknownName("No such style.")])
def test_what_the_catalogue_can_say_is_said_in_the_members_language(error):
    said = text_for("zh-CN").error(*failure(error))
    assert error.message not in said and said != text_for("zh-CN")("error.internal")


def test_a_bug_is_ours_and_what_only_the_engine_knows_is_quoted():
    assert failure(InternalError("KeyError: 7")) == ("internal", {})
    assert failure(InvalidBrief("Too odd.")) == ("engine", {"message": "Too odd."})
