"""Messages: every record crosses unchanged, and nothing malformed becomes a record."""

import dataclasses
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api import (
    Adjustment,
    Backend,
    Brief,
    DescribePicture,
    Description,
    EngineError,
    Features,
    Finished,
    Intake,
    ModelInfo,
    Moving,
    Picture,
    PictureWords,
    Preview,
    Progress,
    PromptWeights,
    Queued,
    Recipe,
    StyleInfo,
    Told,
    WeighPrompt,
    Weight,
)
from engine.api.errors import BY_CODE, InvalidBrief, ProtocolError
from engine.wire import messages
from engine.wire.frames import Frame
from engine.wire.messages import KINDS, Adjust, Failed, Measure, Measured, Paint, Put, pack, unpack

SHA = "0" * 64
CHANGE = Adjustment(step=3, prompt="ein Uhu", guidance=2.5)
RECIPE = Recipe(
    family="diffusion",
    model="mini",
    model_hash=SHA,
    prompt="a cat \u202e",
    negative="",
    style=None,
    seed=2**63 - 1,
    index=0,
    count=1,
    width=8,
    height=8,
    steps=3,
    guidance=1.5,
    scheduler="euler",
    timeline=(CHANGE,),
    rows=((2, 3), (1, 1)),
    backend=Backend(executor="full", device="cpu", precision="float32", threads=1, versions={"torch": "2"}),
)
MODEL = ModelInfo(
    name="mini",
    family="diffusion",
    title="Mini",
    native=(64, 64),
    multiple=8,
    max_side=128,
    steps=8,
    guidance=4.0,
    schedulers=("euler", "ddim"),
    loaded=True,
    step_seconds={1: 0.5, 8: 1.25},
    row_cap=8,
)
RECORDS = [
    messages.Hello("key"),
    Paint(Brief(id="b", prompt="\U0001f989 in \u0631\u0645\u0644\x00", timeline=(CHANGE,), source=SHA, guidance=3)),
    Put(SHA, b"\x00\xffbytes"),
    Adjust("b", CHANGE),
    messages.Cancel("b"),
    messages.Abandon(),
    messages.Describe(),
    messages.TakeIn(b""),
    Measure((SHA, SHA)),
    messages.Missing((SHA,)),
    Measured((Features(sha256=SHA, extractor="plain-1", names=("a", "b"), values=(0.1, -2.0)),)),
    messages.Done(),
    Failed("engine_busy", "Wait."),
    messages.Heartbeat(1.5),
    Queued(ahead=3, eta_s=None),
    Progress(step=1, steps=9, eta_s=0.25),
    Preview(index=1, step=2, image=b"webp"),
    Picture(index=0, image=b"png", mime="image/png", sha256=SHA, thumbnail=b"", width=8, height=8, recipe=RECIPE),
    Moving(
        image=b"webp",
        mime="image/webp",
        sha256=SHA,
        still=b"webp",
        width=8,
        height=8,
        frames=16,
        seconds=1.6,
        recipe=RECIPE,
    ),
    Finished(seconds=1.0, notices=("One word is unknown.",)),
    Description(
        engine_version="1",
        protocol=1,
        device="cpu",
        threads=2,
        memory_bytes=2**40,
        models=(MODEL,),
        default_model="mini",
        styles=(StyleInfo(name="ink", title="Ink", description="Black."),),
        max_prompt=1,
        max_count=1,
        max_upload_bytes=1,
        running=0,
    ),
    Intake(sha256=SHA, image=b"png", thumbnail=b"webp", width=1, height=1),
    DescribePicture(picture=SHA, language="zh"),
    WeighPrompt(prompt="a fox", picture=SHA, model="mini"),
    PictureWords(prompts=("a fox",), told=(Told(factor="subject", words="fox", sure=0.5),), model="mini-clip"),
    PromptWeights(
        weights=(Weight(words="fox", share=1.0, kept=True),),
        shortened="fox",
        sheet=b"webp",
        model="mini",
        notices=("!",),
    ),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_every_record_crosses_unchanged(record):
    assert unpack(pack(7, record)) == record


def test_every_kind_of_message_is_tried():
    assert {type(record) for record in RECORDS} == set(KINDS.values())


def test_pictures_travel_as_they_are_and_not_as_text():
    frame = pack(1, Put(SHA, b"\xde\xad\xbe\xef"))
    assert frame.attachments == (b"\xde\xad\xbe\xef",)
    assert SHA.encode() in frame.json


@given(
    st.sampled_from([*KINDS, 0, 31, 255]),
    st.one_of(
        st.binary(max_size=60), st.sampled_from([b"{}", b"[]", b"null", b'{"brief":{}}', b'{"hashes":["../x"]}'])
    ),
    st.lists(st.binary(max_size=5), max_size=3).map(tuple),
)
def test_garbage_in_a_frame_is_refused_in_a_sentence(kind, json, attachments):
    try:
        message = unpack(Frame(kind, 1, json, attachments))
    except EngineError as error:
        assert error.message.endswith(".")
        assert "\n" not in error.message
    else:
        assert type(message) is KINDS[kind]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"count": 0}, "count"),
        ({"count": 10**9}, "count"),
        ({"steps": 201}, "steps"),
        ({"guidance": float("nan")}, "guidance"),
        ({"guidance": float("inf")}, "guidance"),
        ({"strength": -0.1}, "strength"),
        ({"source": "/etc/passwd"}, "source"),
        ({"source": "../" * 21 + "a"}, "source"),
        ({"width": 0}, "width"),
        ({"executor": "warp"}, "executor"),
        ({"timeline": (Adjustment(step=-1),)}, "timeline"),
        ({"prompt": None}, "prompt"),
        ({"id": ""}, "id"),
    ],
)
def test_a_bad_brief_is_the_persons_mistake_and_names_the_field(fields, says):
    with pytest.raises(InvalidBrief, match=says):
        unpack(pack(1, Paint(dataclasses.replace(Brief(id="b", prompt="x"), **fields))))


def test_text_that_is_not_unicode_or_endless_is_the_persons_mistake():
    for prompt in ("\ud800", "x" * 2_000_000):
        with pytest.raises(InvalidBrief):
            pack(1, Paint(Brief(id="b", prompt=prompt)))


def test_an_unknown_operation_is_refused():
    with pytest.raises(ProtocolError, match="no operation number 200"):
        unpack(Frame(200, 1, b"{}"))


@pytest.mark.parametrize("error", BY_CODE.values())
def test_every_error_crosses_with_its_class_and_its_sentence(error):
    back = unpack(pack(1, Failed.of(error("What to do.")))).error()
    assert type(back) is BY_CODE[error.code]
    assert back.message == "What to do."


def test_no_record_hides_bytes_where_they_would_become_text():
    def nested(record: type) -> set[type]:
        hints = typing.get_type_hints(record).values()
        found = {part for hint in hints for part in [hint, *typing.get_args(hint)] if dataclasses.is_dataclass(part)}
        return found | {deep for part in found for deep in nested(part)}

    for record in KINDS.values():
        for part in nested(record):
            assert bytes not in typing.get_type_hints(part).values(), (record, part)
