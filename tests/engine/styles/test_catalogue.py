import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.errors import SettingsRefused, UnknownName
from engine.corpus.lexicon import phrases, values
from engine.corpus.reading import read, ways
from engine.styles import catalogue, find, parse

GOOD = """[moss]
title = "Moss"
title_zh = "苔藓"
description = "Green."
description_zh = "绿。"
prompt = "{prompt} in moss"
prompt_zh = "{prompt}，苔藓"
"""
FERN = GOOD.replace("oss", "ern").replace("[mern]", "[fern]").replace("苔藓", "蕨")
CLOSED = frozenset({"owl", "watercolour"})


def test_the_catalogue_offers_a_choice() -> None:
    names = [style.name for style in catalogue()]
    assert len(names) == len(set(names)) >= 30


@pytest.mark.parametrize("value", values("style"))
def test_every_style_of_the_shipped_model_speaks_its_words(value: str) -> None:
    """The template adds one phrase that the model was trained on, by itself."""
    usual = phrases("style", value)
    style = find(value)
    styled, negative = style.apply("an owl", "")
    assert styled == f"an owl, {usual[0]}"
    assert negative == ""
    assert {find(phrase).name for phrase in usual} == {style.name}


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("watercolour", "watercolor"),
        ("Oil Painting", "oil"),
        ("OIL-PAINTING", "oil"),
        ("low poly", "lowpoly"),
        ("水墨", "sumi"),
        ("浮世绘", "ukiyoe"),
        ("Coloured Pencil", "crayon"),
        ("neon", "synthwave"),
    ],
)
def test_a_style_answers_to_its_aliases(asked: str, name: str) -> None:
    assert find(asked).name == name


@pytest.mark.parametrize(
    ("asked", "hint"), [("watercolur", "watercolor"), ("cubizt", "cubist"), ("plasticene", "clay")]
)
def test_an_unknown_style_is_refused_with_the_nearest(asked: str, hint: str) -> None:
    with pytest.raises(UnknownName, match=f"did you mean.*{hint}"):
        find(asked)


@pytest.mark.parametrize(
    ("asked", "names"),
    [("painted in oilz", {"oil"}), ("stained gless", {"glass"}), ("watercolur painting", {"watercolor"})],
)
def test_what_is_suggested_is_a_name_and_said_once(asked: str, names: set[str]) -> None:
    with pytest.raises(UnknownName) as refusal:
        find(asked)
    suggested = refusal.value.message.partition("did you mean ")[2].rstrip("?").split(" or ")
    assert len(set(suggested)) == len(suggested)
    assert names <= set(suggested) <= {style.name for style in catalogue()}


@given(st.text(max_size=80))
def test_any_name_is_found_or_refused(name: str) -> None:
    try:
        assert find(name) in catalogue()
    except UnknownName as refusal:
        assert "style" in refusal.message


@pytest.mark.parametrize("style", catalogue(), ids=lambda style: style.name)
def test_templates_read_well_with_and_without_a_prompt(style) -> None:
    prompt, _ = style.apply("  {a} (fox:1.3) % \\1 ", "")
    assert "{a} (fox:1.3) % \\1" in prompt and "  " not in prompt
    bare, _ = style.apply("", "")
    assert bare and "{" not in bare and " ," not in bare and not bare.endswith(("of", ","))


@pytest.mark.parametrize("style", catalogue(), ids=lambda style: style.name)
def test_chinese_prompts_are_dressed_in_chinese(style) -> None:
    dressed, _ = style.apply("一只狐狸", "")
    assert "一只狐狸" in dressed
    assert not any("a" <= char <= "z" for char in dressed)


@pytest.mark.parametrize("style", catalogue(), ids=lambda style: style.name)
def test_a_closed_world_gets_the_nearest_style_of_the_corpus(style) -> None:
    taught = {find(value).name for value in values("style")}
    assert style.within(CLOSED).name in taught
    assert (style.nearest is None) == (style.name in taught)
    assert style.within(frozenset()) is style


def test_a_model_that_learnt_english_alone_is_spoken_to_in_english() -> None:
    sumi = find("sumi")
    assert sumi.apply("狐狸", "", CLOSED)[0] == "狐狸, ink drawing"
    assert sumi.apply("狐狸", "", CLOSED | {"狐狸"})[0] == "狐狸，墨线画"


def test_no_two_styles_are_the_same_to_a_model_of_the_corpus() -> None:
    words = frozenset(
        way for factor in ("style", "mood", "palette") for value in values(factor) for way in ways(factor, value)
    )
    for prompt in ("an owl", "一只猫头鹰"):
        dressed = [style.apply(prompt, "", words)[0] for style in catalogue()]
        assert len(set(dressed)) == len(dressed)
        assert not any(read(one).strangers for one in dressed)


def test_what_the_prompt_says_itself_comes_first() -> None:
    words = frozenset(
        {"狐狸", *phrases("mood", "dramatic"), *phrases("palette", "sepia"), *phrases("palette", "sepia", "zh")}
    )
    deco = find("deco")
    assert deco.apply("an owl", "", words)[0] == "an owl, dramatic, in sepia tones, stained glass"
    assert deco.apply("a calm owl in neon colours", "", words)[0] == "a calm owl in neon colours, stained glass"
    assert deco.apply("狐狸", "", words)[0] == "狐狸，复古色调，彩色玻璃"
    assert deco.apply("an owl", "", CLOSED)[0] == "an owl, stained glass"


def test_names_and_titles_are_spelt_as_in_america() -> None:
    for style in catalogue():
        assert not {"colour", "grey", "mould"} & set(f"{style.name} {style.title}".casefold().split())
        assert "colour" not in f"{style.name} {style.title}".casefold()


def test_negative_prompts_are_joined() -> None:
    assert find("photo").apply("an owl", "blurry")[1].startswith("blurry, drawing")
    assert find("oil").apply("an owl", "blurry")[1] == "blurry"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[", "not valid TOML"),
        ("moss = 3", "moss"),
        (GOOD.replace("{prompt} ", ""), "prompt"),
        (GOOD.replace("{prompt}", "{prompt} {prompt}"), "prompt"),
        (GOOD.replace("Green.", ""), "description"),
        (GOOD + "colour = 'green'", "colour"),
        (GOOD + "aliases = 'green'", "aliases"),
        (GOOD.replace("[moss]", "[Moss]"), "name"),
        (GOOD + GOOD.replace("[moss]", "[fern]"), "share the name"),
        (GOOD.replace("苔藓", ""), "moss.*title_zh"),
        (GOOD + 'palette = ["green"]', "moss.*palette"),
        (GOOD + "guidance = 9", "moss.*guidance"),
        (GOOD + 'nearest = "lichen"', "moss.*nearest.*lichen"),
        (GOOD + 'nearest = "fern"\n' + FERN + 'nearest = "fern"\n', "moss.*nearest.*fern"),
        (GOOD + 'reference = "moss.png"', "moss.*reference.*moss.png"),
        (GOOD + 'mood = "hungry"', "moss.*mood.*hungry.*none of calm"),
        (GOOD + 'tones = "plaid"', "moss.*tones.*plaid.*none of pastel"),
    ],
)
def test_a_broken_catalogue_is_refused_by_name(text: str, complaint: str) -> None:
    with pytest.raises(SettingsRefused, match=complaint):
        parse(text)
    assert parse(GOOD)[0].name == "moss"
