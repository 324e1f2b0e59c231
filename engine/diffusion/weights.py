"""Weighted and long prompts, by the library compel.

Compel reads a syntax of its own (`word++`, `("a", "b").blend(1, 1)`). It is handed the finished fragments
instead, so that plus signs, quotes and brackets of ordinary text stay what they are.
"""

import logging
from collections.abc import Sequence
from typing import Any

import torch

from engine.diffusion.prompts import Prompt, plain, weighted

log = logging.getLogger(__name__)


def fits(prompt: Prompt, tokenizer: Any) -> bool:
    """Whether a prompt is plain and within the text encoder's context, so that nothing but the pipeline is needed."""
    if weighted(prompt):
        return False
    return bool(len(tokenizer(plain(prompt), truncation=False).input_ids) <= tokenizer.model_max_length)


class TextEncoding:
    """Compel around one text encoder."""

    def __init__(self, tokenizer: Any, text_encoder: Any, *, penultimate: bool, truncate: bool = False) -> None:
        """Build it.

        Args:
            tokenizer: the model's.
            text_encoder: the model's.
            penultimate: take the last hidden states but one, without the final norm, as SDXL does.
            truncate: cut prompts at the encoder's context instead of encoding them in chunks.
        """
        from compel import Compel, ReturnedEmbeddingsType

        kind = (
            ReturnedEmbeddingsType.PENULTIMATE_HIDDEN_STATES_NON_NORMALIZED
            if penultimate
            else ReturnedEmbeddingsType.LAST_HIDDEN_STATES_NORMALIZED
        )
        self._tokenizer = tokenizer
        self._compel = Compel(
            tokenizer=tokenizer,
            text_encoder=text_encoder,
            returned_embeddings_type=kind,
            truncate_long_prompts=truncate,
        )

    def encode(self, prompts: Sequence[Prompt]) -> list[torch.Tensor]:
        """Return (1, tokens, channels) for each prompt, all padded to the same number of chunks."""
        with torch.no_grad():
            encoded = [self._encode_one(prompt) for prompt in prompts]
            padded: list[torch.Tensor] = self._compel.pad_conditioning_tensors_to_same_length(encoded)
        return padded

    def _encode_one(self, prompt: Prompt) -> torch.Tensor:
        from compel.prompt_parser import Conjunction, FlattenedPrompt

        def build(pieces: Prompt) -> torch.Tensor:
            flat = FlattenedPrompt([(piece.text, piece.weight) for piece in pieces] or [("", 1.0)])
            for fragment, piece in zip(flat.children, pieces, strict=False):
                fragment.text = piece.text
            encoded: torch.Tensor = self._compel.build_conditioning_tensor_for_conjunction(Conjunction([flat]))[0]
            return encoded

        pieces = tuple(piece for piece in prompt if self._tokenizer(piece.text, add_special_tokens=False).input_ids)
        try:
            return build(pieces)
        except RuntimeError as error:
            if "token" not in str(error):
                raise
            log.warning("these weights could not be matched to tokens and were left out: %s", error)
            return build(tuple(type(piece)(piece.text) for piece in pieces))
