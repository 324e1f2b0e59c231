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
from engine.diffusion.notices import says_nothing, unknown_words, unlearned
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
    strange = _strange(cut_up, adapter.model.defaults.lexicon)
    maps = _maps(adapter, looked_at, cut_up, strange)
    shares = maps.mean(axis=(1, 2))
    shares = shares / max(float(shares.sum()), 1e-9)
    dropped = strange | _droppable(adapter, looked_at, cut_up, shares, strange)
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


def _strange(cut_up: Pieces, lexicon: frozenset[str]) -> frozenset[int]:
    """Return the pieces that a closed model never learnt; none where it learnt none of them.

    Such words do change its predictions, and much, but not towards what they say.
    """
    words = [piece.words for piece in cut_up.pieces]
    strange = frozenset(
        n for n, word in enumerate(words) if unknown_words(word, lexicon) or says_nothing(word, lexicon)
    )
    return strange if len(strange) < len(cut_up.pieces) else frozenset()


def _maps(adapter: Adapter, picture: Image.Image, cut_up: Pieces, strange: frozenset[int]) -> np.ndarray:
    """Return where leaving out each piece is felt, (pieces, rows, columns); nowhere for those that are strange."""
    known = [number for number in range(len(cut_up.pieces)) if number not in strange]
    others = [cut_up.without(strange | {number}) for number in known]
    felt = differences(adapter, picture, cut_up.without(strange), others, STRENGTHS)
    maps = np.zeros((len(cut_up.pieces), *felt.shape[1:]), felt.dtype)
    maps[known] = felt
    return maps


def _droppable(
    adapter: Adapter, picture: Image.Image, cut_up: Pieces, shares: np.ndarray, strange: frozenset[int]
) -> frozenset[int]:
    """Return the lightest pieces, beside strange ones, that can go together without changing the prediction much."""
    lightest = [int(number) for number in np.argsort(shares) if number not in strange]
    tries = [strange | frozenset(lightest[:count]) for count in range(1, len(lightest))]
    changed = differences(adapter, picture, cut_up.without(strange), [*map(cut_up.without, tries), ()], STRENGTHS).mean(
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
