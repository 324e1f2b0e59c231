import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord import buttons, ids
from bot.discord.ids import CustomId, parse

VERBS = st.sampled_from(sorted(ids.VERBS))
NUMBERS = st.integers(0, 2**63 - 1)


@given(VERBS, NUMBERS, st.none() | st.integers(0, 999_999_999))
def test_what_is_written_is_read_again_and_short(verb: str, number: int, n: int | None) -> None:
    target = CustomId(verb, number, n)
    assert parse(str(target)) == target
    assert len(str(target)) <= ids.MAX_LENGTH
    assert ids.pattern(verb).fullmatch(str(target))
    assert not ids.unknown().fullmatch(str(target))


@given(st.text(max_size=120))
def test_anything_at_all_may_come(text: str) -> None:
    target = parse(text)
    assert target is None or str(target) == text


@given(st.from_regex(r"s[1-9]:[a-z]{1,20}:[0-9:]{1,20}", fullmatch=True))
def test_every_id_of_ours_has_exactly_one_class_that_answers(text: str) -> None:
    answering = [kind for kind in buttons.ALL if kind.__discord_ui_compiled_template__.fullmatch(text)]
    assert len(answering) == 1


@pytest.mark.parametrize(
    ("sent", "target"),
    [
        # Never change or remove a line: messages with these ids are out there.
        ("s1:keep:17", CustomId("keep", 17)),
        ("s1:permute:4", CustomId("permute", 4)),
        ("s1:permute:4:0", CustomId("permute", 4, 0)),
        ("s1:vary:17", CustomId("vary", 17)),
        ("s1:blend:17:1", CustomId("blend", 17, 1)),
        ("s1:morph:17:0", CustomId("morph", 17, 0)),
        ("s1:frame:17", CustomId("frame", 17)),
        ("s1:details:17", CustomId("details", 17)),
        ("s1:delete:17", CustomId("delete", 17)),
        ("s1:report:17", CustomId("report", 17)),
        ("s1:hide:17", CustomId("hide", 17)),
        ("s1:ban:17", CustomId("ban", 17)),
        ("s1:dismiss:5", CustomId("dismiss", 5)),
        ("s1:again:9", CustomId("again", 9)),
        ("s1:remix:9", CustomId("remix", 9)),
        ("s1:more:9", CustomId("more", 9)),
        ("s1:cancel:9", CustomId("cancel", 9)),
        ("s1:cancel:9:2", CustomId("cancel", 9, 2)),
        ("s1:history:0", CustomId("history", 0)),
        ("s1:styles:3", CustomId("styles", 3)),
        ("s1:forget:42", CustomId("forget", 42)),
    ],
)
def test_ids_that_were_ever_sent_are_read_for_ever(sent: str, target: CustomId) -> None:
    assert parse(sent) == target
    assert any(kind.__discord_ui_compiled_template__.fullmatch(sent) for kind in buttons.ALL)


def test_other_peoples_ids_are_left_alone() -> None:
    for text in ("", "button", "s1", "S1:keep:1", "x1:keep:1", "s1keep:1"):
        assert not re.fullmatch(ids.ANY_VERSION, text)
        assert not any(kind.__discord_ui_compiled_template__.fullmatch(text) for kind in buttons.ALL)
