"""Who answers which question. Networks are loaded when the first question needs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.api import DescribePicture, PromptWeights, Question, WeighPrompt
from engine.api.errors import InvalidBrief
from engine.families.base import Family, Inputs
from engine.settings import EngineSettings

if TYPE_CHECKING:
    from engine.describing.describers import Describer


class Desk:
    """Answers questions, in the thread that owns the networks."""

    def __init__(self, settings: EngineSettings, families: Mapping[str, Family]) -> None:
        self._settings = settings
        self._families = families
        self._describer: Describer | None = None

    def answer(self, question: Question[Any], inputs: Inputs) -> object:
        """Return the record that answers a question.

        Raises:
            EngineError: nobody here can answer it.
        """
        match question:
            case DescribePicture():
                return self._who_describes().describe(inputs[question.picture], question.language)
            case WeighPrompt():
                return self._weigh(question, inputs)
        raise InvalidBrief(f"Nobody here answers questions such as {type(question).__name__}.")

    def _who_describes(self) -> Describer:
        if self._describer is None:
            from engine.describing.describers import open_describer

            self._describer = open_describer(self._settings.describer)
        return self._describer

    def _weigh(self, question: WeighPrompt, inputs: Inputs) -> PromptWeights:
        from engine.describing.weighing import weigh
        from engine.families.diffusion import Diffusion

        painter = self._families.get(Diffusion.name)
        if not isinstance(painter, Diffusion):
            raise InvalidBrief("This engine has no model whose words could be weighed.")
        return weigh(painter.adapter(question.model), question.prompt, inputs[question.picture])
