"""A byte-level BPE in CLIP's layout, learnt from raw captions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer
from transformers import CLIPTokenizer

START, END = "<|startoftext|>", "<|endoftext|>"
WORD_END = "</w>"
MAX_LENGTH = 48


def byte_alphabet() -> list[str]:
    """Return the 256 printable characters that stand for bytes, sorted."""
    return sorted(pre_tokenizers.ByteLevel.alphabet())


def train_tokenizer(captions: Iterable[str], pieces: int, folder: Path) -> CLIPTokenizer:
    """Learn at most ``pieces`` pieces and return the tokenizer, reloaded from ``folder``.

    Every byte is a piece twice, inside a word and at its end, so that no text is out of reach.
    Words are split as CLIP splits them: by the reloaded tokenizer's own rules.
    """
    folder.mkdir(parents=True, exist_ok=True)
    alphabet = byte_alphabet()
    vocabulary = {piece: index for index, piece in enumerate(_base(alphabet))}
    probe = _tokenizer(vocabulary, [], folder)
    model = Tokenizer(BPE(end_of_word_suffix=WORD_END))
    backend = probe.backend_tokenizer
    model.normalizer, model.pre_tokenizer = backend.normalizer, backend.pre_tokenizer
    model.decoder = decoders.ByteLevel()
    trainer = BpeTrainer(
        vocab_size=pieces,
        initial_alphabet=alphabet,
        end_of_word_suffix=WORD_END,
        special_tokens=[START, END],
        show_progress=False,
    )
    model.train_from_iterator(captions, trainer)
    merges = [tuple(merge) for merge in json.loads(model.to_str())["model"]["merges"]]
    room = pieces - len(vocabulary)
    kept = []
    for merge in merges:
        joined = "".join(merge)
        known = all(part in vocabulary for part in merge)
        if room and known and joined not in vocabulary:
            vocabulary[joined] = len(vocabulary)
            kept.append(merge)
            room -= 1
    return _tokenizer(vocabulary, kept, folder)


def load_tokenizer(folder: Path) -> CLIPTokenizer:
    """Load a tokenizer that was trained before."""
    return CLIPTokenizer.from_pretrained(folder)


def _base(alphabet: list[str]) -> list[str]:
    return [START, END, *alphabet, *(character + WORD_END for character in alphabet)]


def _tokenizer(vocabulary: dict[str, int], merges: list[tuple[str, ...]], folder: Path) -> CLIPTokenizer:
    tokenizer = CLIPTokenizer(
        vocab=vocabulary,
        merges=merges,
        unk_token=END,
        bos_token=START,
        eos_token=END,
        pad_token=END,
        model_max_length=MAX_LENGTH,
    )
    tokenizer.save_pretrained(folder)
    return CLIPTokenizer.from_pretrained(folder)
