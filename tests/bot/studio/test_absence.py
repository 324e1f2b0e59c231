"""What members are told of errors of the engine."""

import pytest

from bot.discord.text import text_for
from bot.studio.absence import failure, refusal
from engine.api.errors import (
    DamagedPicture,
    InternalError,
    InvalidBrief,
    ModelRefused,
    OutOfMemory,
    TooManyPixels,
    UnknownFormat,
    UnknownName,
)


@pytest.mark.parametrize("error", [OutOfMemory(), ModelRefused("The file x lacks y."), UnknownName("No such style.")])
def test_what_the_catalogue_can_say_is_said_in_the_members_language(error):
    said = text_for("zh-CN").error(*failure(error))
    assert error.message not in said and said != text_for("zh-CN")("error.internal")


@pytest.mark.parametrize("error", [UnknownFormat(), TooManyPixels("Of 1 x 1."), DamagedPicture()])
def test_why_a_file_cannot_be_read_is_said_once_and_in_the_members_language(error):
    refused = refusal("upload", error)
    assert refused.values == {}
    assert error.message not in text_for("zh-CN").error(refused.key, {})
    assert "cannot be read" not in text_for("en").error(refused.key, {})


def test_a_bug_is_ours_and_what_only_the_engine_knows_is_quoted():
    assert failure(InternalError("KeyError: 7")) == ("internal", {})
    assert failure(InvalidBrief("Too odd.")) == ("engine", {"message": "Too odd."})
