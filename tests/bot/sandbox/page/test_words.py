import re
from importlib.resources import files

_SOURCES = {one.name: one.read_text("utf-8") for one in files("bot.sandbox").joinpath("page", "app").iterdir()}
_TABLE = dict(re.findall(r'^  "([^"]+)": "([^"]+)",$', _SOURCES.pop("words.js"), re.MULTILINE))


def test_all_words_of_the_page_are_in_the_table_and_none_beside() -> None:
    said = {text for source in _SOURCES.values() for text in re.findall(r'\bsay\("([^"]+)"', source)}
    assert said - set(_TABLE) == set()
    everything = "\n".join(_SOURCES.values())
    assert {text for text in _TABLE if f'"{text}"' not in everything} == set()


def test_both_languages_fill_in_the_same() -> None:
    assert len(_TABLE) > 100
    parts = re.compile(r"\{\w+\}")
    assert {one for one, chinese in _TABLE.items() if set(parts.findall(one)) != set(parts.findall(chinese))} == set()
