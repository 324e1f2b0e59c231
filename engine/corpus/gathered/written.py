"""What a gathered picture shows, as far as Salon knows: what somebody wrote of it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.corpus.factors import Factors


@dataclass(frozen=True)
class Written(Factors):
    """Stands where the factors of a painted picture would stand; there are none but the words."""

    text: str

    @classmethod
    def of(cls, text: str) -> Written:
        """Wrap a caption."""
        return cls(figures=(), ground="", hour="", mood=None, palette=None, style="", text=text)
