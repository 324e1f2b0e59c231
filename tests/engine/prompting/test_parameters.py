import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.prompting.parameters import ANSWERED, TAKEN, TILE, read
from engine.prompting.sentences import PromptRefused


def keys(text: str) -> list[str]:
    return [notice.key for notice in read(text).notices]


def test_what_means_something_is_taken():
    said = read("a fox --ar 3:2 --seed 5 --no fog, rain --style low poly")
    assert (said.words, said.ratio, said.seed, said.avoided, said.style) == (
        "a fox",
        (3, 2),
        5,
        "fog, rain",
        "low poly",
    )
    assert said.notices == ()


@pytest.mark.parametrize("text", ["a fox —ar 3:2", "a fox –AR 3:2", "a fox --aspect=3:2", "--ar 3:2 a fox"])
def test_parameters_are_read_however_they_are_written(text):
    assert (read(text).words, read(text).ratio) == ("a fox", (3, 2))


@pytest.mark.parametrize("name", ANSWERED)
def test_each_of_the_others_is_answered_by_one_notice(name):
    said = read(f"a fox --{name} 20")
    assert said.words in ("a fox", "a fox 20")
    (notice,) = said.notices
    assert f"--{name}" in notice.sentence() and f"--{name}" in notice.sentence("zh-CN")


def test_words_after_a_value_go_back_to_the_prompt():
    said = read("a fox --seed 5 in the snow --chaos 20 at night --sref 12 http://x/y.png by a lake --tile red")
    assert said.words == "a fox in the snow at night by a lake red"
    assert [notice.values["parameter"] for notice in said.notices] == [
        "--chaos 20",
        "--sref 12 http://x/y.png",
    ]
    assert said.tile


@pytest.mark.parametrize(
    "text", ["c++ and c-- (really)", "well-known -- or not", "a fox —the red one", "--2 a---b", "a --", "fox—ar 3:2"]
)
def test_ordinary_dashes_are_ordinary_text(text):
    said = read(text)
    assert (said.words, said.notices) == (text, ())


def test_what_nobody_knows_stays_and_is_named():
    said = read("-- --help -n 7")
    assert said.words == "-- --help -n 7"
    assert keys("-- --help -n 7") == ["unknown"]


def test_weights_with_colons_are_answered():
    assert keys("hot:: dog") == keys("hot::2 dog") == ["colons"]
    assert keys("std::vector at 12:30") == []


def test_style_raw_is_no_style():
    assert read("a fox --style raw").style is None
    assert keys("a fox --style raw") == ["raw"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("a fox --ar", "empty"),
        ("a fox --no", "empty"),
        ("a fox --ar wide", "ratio"),
        ("a fox --ar 0:2", "ratio"),
        ("a fox --seed -5", "seed"),
        ("a fox --seed ５", "seed"),
        ("a fox --seed 99999999999999999999", "seed"),
        ("a fox --seed 9223372036854775807", "seed"),
        ("a fox --seed 5 --seed 6", "twice"),
        ("a fox --ar 1:1 --aspect 2:1", "twice"),
    ],
)
def test_what_makes_no_sense_is_refused(text, key):
    with pytest.raises(PromptRefused) as refusal:
        read(text)
    assert refusal.value.key == key
    assert refusal.value.message.endswith((".", "out."))


@given(
    st.lists(
        st.one_of(
            st.sampled_from(["--" + name for name in (*TAKEN, *ANSWERED, TILE, "help")]),
            st.text(alphabet="ab5:—-", max_size=6),
        ),
        max_size=12,
    ).map(" ".join)
)
def test_nothing_is_dropped_without_a_word(text):
    """Every word of a prompt is taken, stays, or is in a notice."""
    try:
        said = read(text)
    except PromptRefused:
        return
    told = " ".join([said.words, *(str(notice.values.get("parameter", "")) for notice in said.notices)]).casefold()
    taken = [*map(str, said.ratio or ()), str(said.seed), said.style or "", said.avoided or ""]
    for word in text.split():
        name = word.lstrip("-—").split("=")[0].casefold()
        known = name in told or name in (*TAKEN, TILE) or any(word in value for value in taken)
        assert known or said.ratio or said.seed is not None, word
