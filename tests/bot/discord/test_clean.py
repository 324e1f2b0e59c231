import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.discord.clean import cut, plain, shown

WILD = st.text(st.characters() | st.sampled_from("*_`~|<>@[]()#:\\\u202e\u200b\u200d雨\u0000\n\t\u0301"), max_size=300)


@given(WILD)
def test_nothing_unseen_is_left(text: str) -> None:
    for char in plain(text):
        assert char in "\u200c\u200d" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(WILD)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(WILD)
def test_no_markdown_mention_or_link_survives(text: str) -> None:
    escaped = shown(text, 10_000)
    assert not re.search(r"(?<!\\)(?:\\\\)*(?:[*_`~|<>@\[\]#]|://)", escaped)
    assert re.sub(r"\\(.)", r"\1", escaped) == plain(text)


@given(WILD, st.integers(2, 60))
def test_what_is_too_long_is_cut_without_tearing_an_escape(text: str, limit: int) -> None:
    escaped = shown(text, limit)
    assert len(escaped) <= limit
    assert not re.search(r"(?<!\\)(?:\\\\)*\\…?\Z", escaped)
    assert len(cut(text, limit)) <= limit


def test_a_ping_in_disguise_is_no_ping() -> None:
    assert shown("@\u202eeveryone") == "\\@everyone"
    assert shown("<@42> **hi** [a](http://b)") == "\\<\\@42\\> \\*\\*hi\\*\\* \\[a\\](http\\://b)"


def test_stacks_of_marks_are_thinned() -> None:
    assert len(plain("a" + "\u0330" * 50)) == 4


def test_other_scripts_and_emoji_stay() -> None:
    assert plain("雨中的狐狸 🦊 renard à l’aube") == "雨中的狐狸 🦊 renard à l’aube"
    assert plain("👨‍👩‍👧 می‌خواهم") == "👨‍👩‍👧 می‌خواهم"


def test_joiners_hide_nothing() -> None:
    assert plain("\u200d@\u200deve\u200cryone\u200d") == "@everyone"
    assert plain("雨\u200d\u200d\u200d中\u200d") == "雨\u200d中"
