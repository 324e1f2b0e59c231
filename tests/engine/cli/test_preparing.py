"""A command with an engine of its own lets it finish compiling, and says so."""

import asyncio
from dataclasses import replace

from engine.api import Description
from engine.cli import painting as module
from tests.engine.fake_family import Scripted

(READY,) = Scripted().models()


class Describing:
    """An engine whose model is being prepared for as many looks as it is told."""

    def __init__(self, looks: int) -> None:
        self.looks = looks

    async def describe(self) -> Description:
        self.looks -= 1
        return Description(
            engine_version="",
            protocol=1,
            device="cpu",
            threads=1,
            memory_bytes=0,
            models=(replace(READY, preparing=self.looks >= 0),),
            default_model="mini",
            styles=(),
            max_prompt=1,
            max_count=1,
            max_upload_bytes=1,
            running=0,
        )


def test_it_waits_until_the_model_is_compiled_and_says_so_once(monkeypatch, capsys):
    monkeypatch.setattr(module, "_GLANCE_S", 0)
    engine = Describing(looks=3)
    asyncio.run(module._prepared(engine))
    assert engine.looks == -1
    assert capsys.readouterr().err.count("Compiling") == 1


def test_nothing_is_said_where_nothing_is_compiled(capsys):
    asyncio.run(module._prepared(Describing(looks=0)))
    assert capsys.readouterr().err == ""
