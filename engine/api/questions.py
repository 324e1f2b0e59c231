"""What can be asked of the engine beside painting: a question of plain values, and the record that answers it.

A new one is a pair of records here, a number for each in `engine.wire.messages` and a line in
`engine.describing.desk`.
"""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar

from pydantic import ConfigDict, Field

from engine.api.guides import Sha256

Language = Literal["en", "zh"]
A = TypeVar("A")


_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Question(Generic[A]):
    """Something that the engine answers in one message, an `A`."""

    answer: ClassVar[type[Any]]

    @property
    def pictures(self) -> tuple[Sha256, ...]:
        """The pictures that it is about, by content hash."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing that a picture shows."""

    __pydantic_config__ = _STRICT

    factor: str
    """Such as `subject`, `ground` or `style`."""
    words: str
    """How it is said, in the language asked for."""
    sure: Annotated[float, Field(ge=0, le=1)]
    """The chance that this is right, as measured on pictures of the same world."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureWords:
    """What a picture shows, in words."""

    __pydantic_config__ = _STRICT

    prompts: tuple[str, ...]
    """Ways to ask for such a picture, the likeliest first; none where nothing was recognised."""
    told: tuple[Told, ...]
    """What they say, one by one; empty where the model that looked writes whole sentences only."""
    model: str
    """Who looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribePicture(Question[PictureWords]):
    """Which words would paint such a picture?"""

    __pydantic_config__ = _STRICT
    answer = PictureWords

    picture: Sha256
    language: Language = "en"

    @property
    def pictures(self) -> tuple[Sha256, ...]:
        """The picture."""
        return (self.picture,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What one word or phrase of a prompt does."""

    __pydantic_config__ = _STRICT

    words: str
    share: Annotated[float, Field(ge=0, le=1)]
    """Of all that the words of the prompt change in the picture, each left out in turn; the shares add up to 1."""
    kept: bool
    """Whether the shortened prompt has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptWeights:
    """Which words of a prompt matter."""

    __pydantic_config__ = _STRICT

    weights: tuple[Weight, ...]
    """In the order of the prompt."""
    shortened: str
    """The prompt without what hardly matters; the prompt itself where everything does."""
    sheet: bytes
    """WebP: the picture, and where in it each of the weightiest words is felt."""
    model: str
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighPrompt(Question[PromptWeights]):
    """Which words of a prompt matter, in the picture that it painted?"""

    __pydantic_config__ = _STRICT
    answer = PromptWeights

    prompt: str
    picture: Sha256
    """What the prompt painted, or any picture in which its words are to be looked for."""
    model: str | None = None

    @property
    def pictures(self) -> tuple[Sha256, ...]:
        """The picture."""
        return (self.picture,)
