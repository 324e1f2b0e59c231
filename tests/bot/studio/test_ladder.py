"""Every rung of the delivery ladder, with a postman who fails as Discord does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.studio.delivery import Expired, Forbidden, Gone, Letter, Unclear, Undelivered, Unreachable
from bot.studio.ladder import Climb
from storage.records import Job
from tests.bot.studio.stage import CHANNEL, DIRECT, Post
from tests.storage.stores import NOW, run, values

PLACED = 77
"""The message that shows the job, where there is one."""


def job(**fields) -> Job:
    given = values() | {"parents": (), "id": 5, "state": "done", "attempts": 0, "alone": False, "turn": 0}
    return Job(**(given | fields))


def climb(post, made: Job, *, late=False, new_message=True, maybe_sent=False, noted=None):
    letter = Letter(kind="done", job=made)
    if made.message_id is not None:
        post.messages.setdefault(made.message_id, replace(letter, kind="queued"))

    async def note():
        if noted is not None:
            noted.append(True)

    return run(
        Climb(
            postman=post,
            letter=letter,
            now=NOW + timedelta(minutes=16 if late else 1),
            new_message=new_message,
            maybe_sent=maybe_sent,
            nonce="salon-1",
            note_sending=note,
        ).deliver()
    )


def acts(post):
    return [method for method, _ in post.log]


def test_while_the_token_serves_the_reply_is_edited():
    post = Post()
    delivered = climb(post, job(message_id=PLACED))
    assert (delivered.outcome, acts(post)) == ("replied", ["edit_reply"])
    assert delivered.message_id == post.replies["secret"]


@pytest.mark.parametrize("how", ["time", "wiped", "said", "forbidden"])
def test_afterwards_the_message_is_edited_where_it_is_public(how):
    post, made = Post(), job(message_id=PLACED, token=None if how == "wiped" else "secret")
    if how == "said":
        post.fail("edit_reply", Expired)
    if how == "forbidden":
        post.fail("edit_reply", Forbidden)
    delivered = climb(post, made, late=how == "time")
    assert (delivered.outcome, delivered.message_id, acts(post)) == ("edited", PLACED, ["edit_message"])


def test_without_a_message_a_new_one_is_sent_and_it_is_noted_before():
    post, noted = Post(), []
    delivered = climb(post, job(), late=True, noted=noted)
    assert (delivered.outcome, acts(post), noted) == ("sent", ["send"], [True])
    assert delivered.message_id in post.messages


def test_a_reply_that_a_kill_kept_from_being_noted_is_found_once_its_token_has_expired():
    post, made = Post(), job()
    post.messages[PLACED] = Letter(kind="queued", job=made)
    delivered = climb(post, made, late=True)
    assert (delivered.outcome, delivered.message_id, acts(post)) == ("edited", PLACED, ["edit_message"])


def test_what_never_had_a_reply_is_not_looked_for():
    post = Post()
    post.fail("find", Unreachable())
    assert climb(post, job(interaction_id=-1, token=None), late=True).outcome == "sent"


def test_a_message_that_may_have_been_sent_is_looked_for_and_edited():
    post = Post()
    post.fail("send", ("after", Unclear()))
    with pytest.raises(Unclear):
        climb(post, job(), late=True)
    delivered = climb(post, job(), late=True, maybe_sent=True)
    assert delivered.outcome == "sent" and len(post.messages) == 1
    assert acts(post) == ["send", "edit_message"]


def test_where_the_history_cannot_be_read_it_is_sent_again():
    post = Post()
    post.fail("find", Forbidden())
    assert climb(post, job(), late=True, maybe_sent=True).outcome == "sent"
    assert acts(post) == ["send"]


@pytest.mark.parametrize("rung", ["edit_reply", "edit_message"])
def test_what_its_reader_deleted_is_not_sent_again(rung):
    post = Post()
    post.fail(rung, Gone)
    delivered = climb(post, job(message_id=PLACED), late=rung == "edit_message")
    assert (delivered.outcome, acts(post)) == ("deleted", [])


@pytest.mark.parametrize("fields", [{"private": True}, {"context": "private"}, {"channel_id": None}])
def test_what_is_private_never_goes_to_a_channel(fields):
    post = Post()
    delivered = climb(post, job(**fields), late=True)
    assert (delivered.outcome, acts(post)) == ("direct", ["direct"])


def test_a_private_message_id_is_not_edited_in_the_channel():
    post = Post()
    assert climb(post, job(private=True, message_id=PLACED), late=True).outcome == "direct"


def test_what_went_to_the_direct_messages_is_edited_there_and_nowhere_else():
    post, made = Post(), job(private=True, direct_channel_id=DIRECT, direct_message_id=PLACED)
    post.directs[PLACED] = Letter(kind="done", job=made)
    delivered = climb(post, made, late=True, new_message=False)
    assert (delivered.outcome, delivered.channel_id, acts(post)) == ("edited", DIRECT, ["edit_message"])
    del post.directs[PLACED]
    assert climb(post, made, late=True).outcome == "deleted"
    post.fail("edit_message", Forbidden)
    assert climb(post, made, late=True, new_message=False).outcome == "kept"


def test_closed_direct_messages_leave_it_in_the_history():
    post = Post()
    post.fail("direct", Forbidden)
    assert climb(post, job(private=True), late=True).outcome == "kept"


@pytest.mark.parametrize("error", [Forbidden, Gone])
def test_a_channel_that_is_closed_to_the_bot_is_told_to_the_member(error):
    post = Post()
    post.fail("send", error)
    delivered = climb(post, job(channel_id=CHANNEL), late=True)
    assert (delivered.outcome, acts(post)) == ("direct", ["direct"])


def test_a_correction_never_becomes_a_new_message():
    post = Post()
    assert climb(post, job(), late=True, new_message=False).outcome == "kept"
    assert acts(post) == []


@pytest.mark.parametrize("error", [Unclear, Unreachable])
@pytest.mark.parametrize(
    ("rung", "fields", "late"),
    [
        ("edit_reply", {}, False),
        ("edit_message", {"message_id": PLACED}, True),
        ("send", {}, True),
        ("direct", {"private": True}, True),
    ],
)
def test_what_is_unclear_is_tried_again_on_the_same_rung(rung, fields, late, error):
    post = Post()
    post.fail(rung, error)
    with pytest.raises(Undelivered):
        climb(post, job(**fields), late=late)
    assert acts(post) == []
    climb(post, job(**fields), late=late)
    assert acts(post) == [rung]
