import pytest

from engine.api import Brief
from engine.corpus.segments import is_chinese
from engine.prompting.sentences import told


@pytest.mark.parametrize(
    ("prompt", "language", "chinese"),
    [("a fox", None, False), ("一只狐狸", None, True), ("a fox", "zh", True), ("一只狐狸", "en", False)],
)
def test_whoever_named_a_language_is_told_in_it(prompt, language, chinese):
    brief = Brief(id="b", prompt=prompt, language=language)
    assert is_chinese(told(brief, "wordless", model="mini")) == chinese
