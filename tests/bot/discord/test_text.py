import re
import string
from pathlib import Path

import pytest

from bot.discord.text import LANGUAGES, Text, language_of, text_for
from bot.discord.text.catalogue import commands, naming, read_flat
from bot.studio.refusals import FAILURES, REFUSALS

ROOT = Path(__file__).parents[3]
SOURCES = sorted((ROOT / "bot/discord").rglob("*.py"))
KEY = re.compile(r"""(?:text|say|refuse)\(\s*"([a-z_]+\.[a-z_]+)\"""")


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_says_all_and_fills_the_same_fields(language: str) -> None:
    english, other = text_for("en-GB"), text_for(language)
    assert other.language == language
    assert other.keys == english.keys
    for key in english.keys:
        assert fields(other._sentences[key]) == fields(english._sentences[key]), key


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_sentence_that_is_said_exists(path: Path) -> None:
    english = text_for("en")
    for key in KEY.findall(path.read_text(encoding="utf-8")):
        assert key in english, key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("section", "table"), [("refusal", REFUSALS), ("failure", FAILURES)])
def test_every_refusal_and_failure_has_a_sentence(
    language: str, section: str, table: dict[str, tuple[str, ...]]
) -> None:
    text = text_for(language)
    for key, names in table.items():
        assert fields(text._sentences[f"{section}.{key}"]) <= {*names, "resets_at"}, key
        values = dict.fromkeys(names, "x")
        assert text.error(key, values)
        assert text.error(key, values) != text("error.internal") or key == "internal"


def test_hostile_fields_are_escaped_and_cut() -> None:
    words = text_for("en").error("style", {"given": "@everyone **x**" * 500, "close": "oil, ink"})
    assert "\\@everyone" in words
    assert len(words) < 1000
    assert "Did you mean oil, ink?" in words


def test_ids_and_times_become_what_the_reader_sees() -> None:
    text = text_for("en")
    assert "<#12>" in text.error("channel", {"channel": 12})
    assert "<t:1700000000:R>" in text.error("quota", {"most": 3, "resets_at": 1700000000})


def test_an_unknown_key_still_gets_an_answer() -> None:
    assert text_for("en").error("no-such-key", {}) == text_for("en")("error.internal")


@pytest.mark.parametrize(
    ("locale", "language"), [("en-GB", "en"), ("en-US", "en"), ("zh-CN", "zh-CN"), ("zh-TW", "zh-CN"), ("de", "en")]
)
def test_whoever_speaks_another_language_gets_english(locale: str, language: str) -> None:
    assert language_of(locale) == language


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "a few seconds"),
        (5, "a few seconds"),
        (7, "about 10 s"),
        (59, "about 1 min"),
        (61, "about 2 min"),
        (3599, "about 1 h"),
        (7300, "about 2 h"),
    ],
)
def test_durations_are_rough(seconds: float, said: str) -> None:
    assert text_for("en").duration(seconds) == said


def test_a_sentence_lacking_a_field_fails_loudly() -> None:
    with pytest.raises(KeyError):
        Text("en", {"a.b": "{x}"})("a.b")


SPOKEN = re.compile(r"(?<![\w/])/[a-z]+|(?<=`)[a-z][a-z0-9_]*:(?=[ `])|(?<=[a-z\u4e00-\u9fff] )[a-z0-9_]+:`")
"""An English command, or an English option alone or after its command."""


def test_chinese_sentences_name_commands_and_options_as_the_picker_does() -> None:
    said = {**text_for("zh-CN")._sentences, **commands("zh-CN")}
    assert {key: SPOKEN.findall(sentence) for key, sentence in said.items() if SPOKEN.search(sentence)} == {}
    assert "`/设置 我的 风格:`" in said["styles.intro"] and "/画 提示词: " in said["help.body"]
    assert "`仅自己: True`" in said["error.permissions"] and "/风格 " in said["imagine.style.description"]
    assert "`{{prompt}}`" in said["refusal.own_words"], "a field is no option"


def test_every_command_and_option_that_a_sentence_names_exists() -> None:
    known = naming("zh-CN")
    for key, sentence in read_flat("en.toml").items():
        assert not SPOKEN.search(known(sentence)), key


def test_names_are_the_pickers_whatever_language_a_member_reads() -> None:
    assert "`/画`" in text_for("en-GB", "zh-CN")("panel.queue_empty")
    assert "`/imagine`" in text_for("zh-CN", "en-US")("panel.queue_empty")
    assert "`/imagine`" in text_for("en-GB")("panel.queue_empty")


def test_chinese_sentences_stand_without_a_space_between() -> None:
    assert text_for("zh-CN").join("一。", "", "二。") == "一。二。"
    assert text_for("en").join("One.", "", "Two.") == "One. Two."
    assert (
        "？" in (refused := text_for("zh-CN").error("style", {"given": "x", "close": "oil"})) and "。 " not in refused
    )
