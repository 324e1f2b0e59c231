import errno

import pytest

from engine.api.errors import CannotWrite, EngineError, InternalError, OutOfMemory
from engine.corpus.bank import BankRefused
from engine.training.errors import CheckpointRefused, TrainingDivergedError, as_sentence, plainly, rebuilt


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_named_with_the_file(code):
    said = as_sentence(OSError(code, "no room", "/somewhere/losses.csv"))
    assert isinstance(said, CannotWrite)
    assert said.message.startswith("losses.csv could not be written: the disk is full")


def test_short_memory_is_told_from_bugs():
    assert isinstance(as_sentence(MemoryError()), OutOfMemory)
    assert as_sentence(KeyError("loss")) is None
    assert as_sentence(FileNotFoundError(errno.ENOENT, "gone")) is None


def test_bugs_and_sentences_pass_as_they_are():
    for error in (KeyError("loss"), CheckpointRefused("another")):
        with pytest.raises(type(error)) as caught, plainly():
            raise error
        assert caught.value is error


@pytest.mark.parametrize("error", [TrainingDivergedError, CheckpointRefused, CannotWrite, BankRefused])
def test_errors_come_back_from_another_process(error):
    again = rebuilt(error.code, "why")
    assert (type(again), again.message) == (error, "why")


def test_an_unknown_error_is_an_internal_one():
    assert type(rebuilt("from a later version", "why")) is InternalError
    assert isinstance(rebuilt(EngineError.code, "why"), EngineError)
