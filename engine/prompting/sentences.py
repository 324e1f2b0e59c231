"""What is said about a prompt, in the languages that Salon speaks: why it is refused, and notices beside the result."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources

from engine.api import Brief
from engine.api.brief import Language
from engine.api.errors import InvalidBrief
from engine.corpus.segments import is_chinese

Values = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the person should know, but that keeps nothing from being painted."""

    key: str
    """Names a sentence of `sentences.toml`."""
    values: Values = field(default_factory=dict)
    """Its fields, as the person wrote them."""

    def sentence(self, language: str = "en") -> str:
        """Return the sentence in a language such as `en` or `zh-CN`; English stands for those that are not spoken."""
        return sentence("notice", self.key, language, self.values)


class PromptRefused(InvalidBrief):
    """A prompt that cannot be understood as it stands; its message is the English sentence.

    Attributes:
        key: Names a sentence of `sentences.toml`.
        values: Its fields.
    """

    def __init__(self, key: str, **values: str | int) -> None:
        """Refuse for this reason."""
        super().__init__(sentence("refusal", key, "en", values))
        self.key = key
        self.values: Values = values


def language_of(brief: Brief) -> Language:
    """Return the language in which to speak about a brief."""
    return brief.language or ("zh" if is_chinese(brief.prompt) else "en")


def told(brief: Brief, key: str, **values: str | int) -> str:
    """Return a notice about a brief in its language."""
    return sentence("notice", key, language_of(brief), values)


def sentence(kind: str, key: str, language: str, values: Values) -> str:
    """Return a sentence with its fields filled in."""
    spoken = _table()[kind][key]
    return (spoken["zh"] if language.startswith("zh") else spoken["en"]).format_map(values)


@functools.cache
def _table() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads(resources.files("engine.prompting").joinpath("sentences.toml").read_text(encoding="utf-8"))
