"""Which words of a prompt matter: each is left out in turn, and what that changes in the prediction is its weight.

Where it changes is where the word is felt. As for finding by words (`engine.modes.finding`), differences of
predictions serve instead of attention maps, so that every architecture can do it.
"""

import numpy as np
from PIL import Image

from engine.api import PromptWeights, Weight
from engine.api.errors import InvalidBrief
from engine.corpus.segments import is_chinese
from engine.describing.overlay import overlays
from engine.describing.pieces import Pieces, cut
from engine.diffusion.adapters.base import Adapter
from engine.diffusion.notices import unknown_words, unlearned
from engine.diffusion.sizes import fitting
from engine.modes.finding import differences

STRENGTHS = (0.4, 0.65, 0.95)
"""Noise levels that are looked at: figures are felt at low ones, hour and style at high ones."""
SPARED = 0.2
"""Share of what the whole prompt changes that a shortened one may change."""


def weigh(adapter: Adapter, prompt: str, picture: Image.Image) -> PromptWeights:
    """Weigh the words of a prompt in a picture, RGB of any size, that it painted.

    Raises:
        InvalidBrief: the prompt has fewer than two words or phrases.
    """
    cut_up = cut(prompt)
    if len(cut_up.pieces) < 2:
        raise InvalidBrief(_too_few(cut_up))
    size = fitting(picture, adapter.model.defaults)
    looked_at = picture.resize(size, Image.Resampling.LANCZOS)
    numbers = range(len(cut_up.pieces))
    maps = differences(adapter, looked_at, cut_up.prompt, [cut_up.without({number}) for number in numbers], STRENGTHS)
    shares = maps.mean(axis=(1, 2))
    shares = shares / max(float(shares.sum()), 1e-9)
    dropped = _droppable(adapter, looked_at, cut_up, shares)
    unknown = unknown_words(prompt, adapter.model.defaults.lexicon)
    notices = (unlearned(adapter.model.name, unknown, chinese=is_chinese(prompt)),) if unknown else ()
    return PromptWeights(
        weights=tuple(
            Weight(words=piece.words, share=min(1.0, float(share)), kept=number not in dropped)
            for number, (piece, share) in enumerate(zip(cut_up.pieces, shares, strict=True))
        ),
        shortened=cut_up.text_without(dropped) if dropped else prompt.strip(),
        sheet=overlays(picture, [piece.words for piece in cut_up.pieces], maps, shares),
        model=adapter.model.name,
        notices=notices,
    )


def _droppable(adapter: Adapter, picture: Image.Image, cut_up: Pieces, shares: np.ndarray) -> frozenset[int]:
    """Return the lightest pieces that can go together without changing the prediction much."""
    lightest = [int(number) for number in np.argsort(shares)]
    tries = [frozenset(lightest[:count]) for count in range(1, len(lightest))]
    changed = differences(adapter, picture, cut_up.prompt, [*map(cut_up.without, tries), ()], STRENGTHS).mean(
        axis=(1, 2)
    )
    kept: frozenset[int] = frozenset()
    for candidate, change in zip(tries, changed[:-1], strict=True):
        if change > SPARED * changed[-1]:
            break
        kept = candidate
    return kept


def _too_few(cut_up: Pieces) -> str:
    if not cut_up.pieces:
        return "The prompt has no words to weigh; write what you would have painted."
    only = cut_up.pieces[0].words[:60]
    return f"The prompt says {only!r} and nothing else, so nothing can be left out; write more than one thing."
