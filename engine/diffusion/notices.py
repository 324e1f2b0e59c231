"""What the person should know about how their words were understood."""

import functools
import re

from engine.api import Brief, OwnStyle
from engine.corpus.segments import Piece, Vocabulary
from engine.corpus.strangers import Stranger, closed_world, strangers
from engine.diffusion.adapters.base import Adapter
from engine.diffusion.prompts import clean, parse, plain, weighted
from engine.prompting.sentences import language_of, told
from engine.styles import dressed, look, substitution

_LETTERS = re.compile(r"(?<![^\W_])[^\W\d_]+(?![^\W_])")
_LISTED = 5


def about(brief: Brief, adapter: Adapter) -> tuple[str, ...]:
    """Return sentences on weights, negative prompts and words that the brief's model does not heed or know."""
    found = []
    if weighted(parse(clean(brief.prompt))) and not adapter.heeds_weights:
        found.append(told(brief, "weights"))
    if brief.negative.strip() and not adapter.heeds_negative:
        found.append(told(brief, "negative"))
    elif brief.negative.strip() and not _guided(brief, adapter):
        found.append(told(brief, "unguided"))
    model, chinese = adapter.model, language_of(brief) == "zh"
    if instead := substitution(brief, model.name, model.defaults.lexicon):
        found.append(instead)
    if unknown := unknown_words(_words(brief), model.defaults.lexicon):
        found.append(unlearned(model.name, unknown, chinese=chinese))
    if says_nothing(brief.prompt, adapter.model.defaults.lexicon):
        found.append(told(brief, "wordless", model=model.name))
    return tuple(found)


def _words(brief: Brief) -> str:
    """Return what people wrote: the prompt, in a style of their own making if they named one."""
    own = brief.style is not None and isinstance(look(brief.style, brief.styles), OwnStyle)
    return dressed(brief, brief.prompt, "", frozenset())[0] if own else brief.prompt


def _guided(brief: Brief, adapter: Adapter) -> bool:
    """Whether any step of a brief is guided; a change of guidance while it is painted counts."""
    default = adapter.model.defaults.guidance
    asked = (brief.guidance, *(change.guidance for change in brief.timeline if change.guidance is not None))
    return any(adapter.guided(default if guidance is None else guidance) for guidance in asked)


def says_nothing(prompt: str, lexicon: frozenset[str]) -> bool:
    """Whether a prompt that is not blank has no word, of which a closed model might know some: emoji, or numbers."""
    return bool(lexicon and prompt.strip()) and not _LETTERS.search(plain(parse(clean(prompt))))


def unknown_words(prompt: str, lexicon: frozenset[str]) -> tuple[Stranger, ...]:
    """Return the first words that are not in a closed model's lexicon, one more than are listed; plurals are known."""
    return strangers(plain(parse(clean(prompt))), _world(lexicon), _LISTED + 1) if lexicon else ()


@functools.lru_cache(maxsize=4)
def _world(lexicon: frozenset[str]) -> Vocabulary:
    return closed_world(Piece(phrase) for phrase in sorted(lexicon))


def unlearned(model: str, unknown: tuple[Stranger, ...], *, chinese: bool) -> str:
    """Name the words that a model never learned, each with the nearest that it knows."""
    more = len(unknown) > _LISTED
    if chinese:
        told = [
            f"“{word.word}”" + (f"（最接近的是“{word.nearest}”）" if word.nearest else "") for word in unknown[:_LISTED]
        ]
        return f"模型 {model} 没有学过{'、'.join(told)}{'等词' if more else ''}。"
    told = [f"{word.word} (nearest: {word.nearest})" if word.nearest else word.word for word in unknown[:_LISTED]]
    return f"The model {model} never learned these words: {', '.join(told)}{' and others' if more else ''}."
