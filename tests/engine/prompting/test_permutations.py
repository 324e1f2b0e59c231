import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.prompting.permutations import MAX_DEPTH, as_typed, count, escaped, expand
from engine.prompting.sentences import PromptRefused

MOST = 64


@pytest.mark.parametrize(
    ("text", "prompts"),
    [
        ("a {red|blue} fox", ["a red fox", "a blue fox"]),
        ("{a|b} {1|2}", ["a 1", "a 2", "b 1", "b 2"]),
        ("a {red|{light|dark} blue} fox", ["a red fox", "a light blue fox", "a dark blue fox"]),
        ("a {|big }fox", ["a fox", "a big fox"]),
        (r"\{a\|b\} {x\|y|z}", ["{a|b} x|y", "{a|b} z"]),
        ("{prompt} ${HOME} {} a|b }", ["{prompt} ${HOME} {} a|b }"]),
        ("{a {red|blue} b}", ["{a red b}", "{a blue b}"]),
        ("{ {a|b}", ["{ a", "{ b"]),
        ("(red:1.3) \\( \\", ["(red:1.3) \\( \\"]),
        ("", [""]),
    ],
)
def test_choices_become_prompts(text, prompts):
    assert expand(text, MOST) == tuple(prompts)
    assert count(text) == len(prompts)


@given(st.text(alphabet="{|}\\ab:", max_size=24))
def test_the_number_is_known_before_and_every_prompt_is_written(text):
    try:
        number = count(text)
    except PromptRefused as refusal:
        assert refusal.key in ("choices_open", "choices_deep")
        return
    if number > MOST:
        with pytest.raises(PromptRefused, match=f"at most {MOST}"):
            expand(text, MOST)
    else:
        assert len(expand(text, MOST)) == number


@given(st.text(max_size=200))
def test_an_escaped_text_stays_what_it_is(text):
    assert expand(escaped(text), 1) == (text,)


@given(st.text(alphabet="{|}\\ab", max_size=20))
def test_what_was_painted_can_be_typed_again(text):
    assert expand(as_typed(text), 1) == (text,)
    if not set("{|}\\") & set(text):
        assert as_typed(text) == text


@given(st.lists(st.lists(st.text(alphabet="abc ", max_size=4), min_size=2, max_size=3), max_size=3))
def test_prompts_are_all_combinations_in_order(options):
    text = ",".join("{" + "|".join(choice) + "}" for choice in options)
    wanted = [""]
    for number, choice in enumerate(options):
        wanted = [before + ("," if number else "") + option for before in wanted for option in choice]
    assert expand(text, MOST) == tuple(wanted)


def test_an_explosion_is_refused_with_its_size_before_anything_is_written():
    with pytest.raises(PromptRefused, match="make 32 requests; at most 16"):
        expand("{a|b}" * 5, 16)
    with pytest.raises(PromptRefused, match=r"10\^301"):
        expand("{a|b}" * 1000, 16)


@pytest.mark.parametrize("text", ["a {red|blue fox", "{a|{b|c}", "{{{a|b"])
def test_a_choice_left_open_is_refused_by_name(text):
    with pytest.raises(PromptRefused, match="never closed"):
        expand(text, MOST)


def test_deep_nesting_is_refused_and_braces_alone_are_not():
    with pytest.raises(PromptRefused, match=f"more than {MAX_DEPTH} deep"):
        count("{a|" * 700 + "}" * 700)
    assert expand("{" * 900, 1) == ("{" * 900,)
