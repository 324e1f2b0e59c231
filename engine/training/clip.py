"""``mini-clip`` in training: pictures and captions that say the same come to lie side by side."""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional
from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPTextConfig, CLIPTokenizer, CLIPVisionConfig

from engine.corpus.bank import open_bank
from engine.corpus.captions import caption
from engine.corpus.captions import say as say_in
from engine.corpus.factors import Factors, generator
from engine.corpus.lexicon import LANGUAGES
from engine.corpus.telling import Told, leave_out
from engine.evaluation.agreement import AMONG, Agreement, tokenize
from engine.evaluation.cases import everything, paint_real, unseen
from engine.training.autoencoder import to_tensor
from engine.training.checkpoint import load_average
from engine.training.loop import Schedule, run
from engine.training.mini import tokenizer_captions
from engine.training.recipe import load_recipe
from engine.training.shipping import filled_card, shipped
from engine.training.tokenizer import load_tokenizer, train_tokenizer
from engine.training.wording import factor_classes, labels_of

HELD_OUT = 256
SHEET_COLUMNS = 8
SHEET_GAP = 6
CAPTION_STREAM, FIGURES_SEED = 31, 9_000
PREPROCESSING = {"image_mean": [0.5] * 3, "image_std": [0.5] * 3}
SAID = ("ground", "hour", "mood", "palette", "style")


@dataclass(frozen=True)
class Transformer:
    """The shape of one of the two encoders."""

    width: int
    inner: int
    layers: int
    heads: int


@dataclass(frozen=True)
class ClipRecipe:
    """How mini-clip is built and trained."""

    name: str
    size: int
    patch: int
    projection: int
    batch: int
    naming: float
    seed: int
    vision: Transformer
    text: Transformer
    schedule: Schedule


def load_clip_recipe(path: Path) -> ClipRecipe:
    """Read ``recipes/mini-clip.toml`` or one like it."""
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    table.pop("kind", None)
    parts = {
        "vision": Transformer(**table.pop("vision")),
        "text": Transformer(**table.pop("text")),
        "schedule": Schedule(**table.pop("schedule")),
    }
    return ClipRecipe(name=path.stem, **table, **parts)


def build_clip(recipe: ClipRecipe, tokenizer: CLIPTokenizer) -> CLIPModel:
    """Return a fresh model in CLIP's layout."""
    vision = CLIPVisionConfig(
        image_size=recipe.size, patch_size=recipe.patch, projection_dim=recipe.projection, **_config(recipe.vision)
    )
    text = CLIPTextConfig(
        vocab_size=len(tokenizer),
        max_position_embeddings=tokenizer.model_max_length,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        projection_dim=recipe.projection,
        **_config(recipe.text),
    )
    model = CLIPModel(
        CLIPConfig(
            text_config=text.to_dict(),
            vision_config=vision.to_dict(),
            projection_dim=recipe.projection,
            logit_scale_init_value=math.log(10),
        )
    )
    # as in mini's text encoder: CLIP's own start is meant for far longer trainings
    nn.init.normal_(model.text_model.embeddings.token_embedding.weight, std=recipe.text.width**-0.5)
    # on a CPU the fused attention's backward pass takes half of a step on sequences this short
    model.set_attn_implementation("eager")
    return model


def _config(shape: Transformer) -> dict[str, Any]:
    return {
        "hidden_size": shape.width,
        "intermediate_size": shape.inner,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "attention_dropout": 0.0,
        "hidden_act": "gelu",  # one fused operation, where CLIP's own takes three
    }


class Contrastive(nn.Module):
    """A CLIP model with what only training needs: the bias of the sigmoid loss, and heads that name factors.

    Pairs alone teach a small encoder slowly what tells one picture from another; naming every factor
    of a picture and of a caption is dense advice, and both ends of a pair get the same.
    """

    def __init__(self, clip: CLIPModel, batch: int) -> None:
        super().__init__()
        self.clip = clip
        # about one caption of a batch fits
        self.bias = nn.Parameter(torch.tensor(-math.log(batch)))
        self.seen_heads = _heads(clip.config.vision_config.hidden_size)
        self.said_heads = _heads(clip.config.text_config.hidden_size)

    def forward(self, pictures: Tensor, tokens: Tensor) -> tuple[Tensor, dict[str, Tensor], dict[str, Tensor]]:
        """Return logits (pictures, texts), float32 whatever the encoders compute in, and those of the factors."""
        shown = self.clip.vision_model(pictures).pooler_output
        told = self.clip.text_model(tokens).pooler_output
        seen, said = self.clip.visual_projection(shown), self.clip.text_projection(told)
        with torch.autocast(seen.device.type, enabled=False):
            cosines = functional.normalize(seen.float()) @ functional.normalize(said.float()).T
            logits = cosines * self.clip.logit_scale.exp() + self.bias
        return logits, _named(self.seen_heads, shown), _named(self.said_heads, told)


def _heads(width: int) -> nn.ModuleDict:
    return nn.ModuleDict({name: nn.Linear(width, classes) for name, classes in factor_classes()})


def _named(heads: nn.ModuleDict, features: Tensor) -> dict[str, Tensor]:
    return {name: head(features).float() for name, head in heads.items()}


class ClipTask:
    """The sigmoid loss (Zhai et al. 2023, arXiv:2303.15343); a caption that is true of several pictures matches all."""

    def __init__(
        self,
        recipe: ClipRecipe,
        tokenizer: CLIPTokenizer,
        pictures: NDArray[np.uint8],
        factors: Sequence[Factors],
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.clip, self.tokenizer = build_clip(recipe, tokenizer), tokenizer
        self.model: nn.Module = Contrastive(self.clip, recipe.batch)
        self.recipe, self.pictures, self.factors = recipe, pictures, factors
        self.device, self.batch = torch.device("cpu"), recipe.batch
        self.usable = len(pictures) - min(HELD_OUT, len(pictures) // 4)

    def losses(self, draw: int) -> dict[str, Tensor]:
        """Return the loss of the batch that belongs to ``draw`` and how often a fitting caption came first.

        Every picture brings a caption in each language.
        """
        rng = np.random.default_rng((self.recipe.seed, draw))
        rows = np.sort(rng.choice(self.usable, min(self.recipe.batch, self.usable), replace=False))
        shown = [self.factors[row] for row in rows]
        told = [leave_out(one, rng) for _ in LANGUAGES for one in shown]
        spoken = [language for language in LANGUAGES for _ in shown]
        captions = [say_in(one, rng, language) for one, language in zip(told, spoken, strict=True)]
        fitting = fits(told, shown).to(self.device)
        pictures, tokens = to_tensor(self.pictures[rows]), self._trimmed(tokenize(self.tokenizer, captions))
        with torch.autocast(self.device.type, torch.bfloat16):
            logits, seen, said = self.model(pictures.to(self.device), tokens.to(self.device))
        pairs = -functional.logsigmoid(torch.where(fitting, logits, -logits)).sum(1).mean()
        naming = self._naming(seen, [everything(one) for one in shown]) + self._naming(said, told)
        first = fitting.gather(1, logits.argmax(1, keepdim=True)).float().mean()
        return {"loss": pairs + self.recipe.naming * naming, "pairs": pairs, "naming": naming, "first": first}

    def _naming(self, named: dict[str, Tensor], told: Sequence[Told]) -> Tensor:
        """Return the cross-entropy of the factors, summed over those of one picture or caption."""
        labels = [labels_of(one) for one in told]
        wanted = {name: torch.tensor([row[name] for row in labels], device=self.device) for name in named}
        return torch.stack([functional.cross_entropy(answers, wanted[name]) for name, answers in named.items()]).sum()

    def _trimmed(self, tokens: Tensor) -> Tensor:
        """Leave out the columns behind the last end of a text: the encoder looks only back from there."""
        ends = (tokens == self.tokenizer.eos_token_id).int().argmax(1)
        return tokens[:, : int(ends.max()) + 1]

    def sheet(self) -> Image.Image:
        """Return held-out pictures, framed green where their own caption came first among ``AMONG``."""
        rows = range(self.usable, min(self.usable + AMONG, len(self.pictures)))
        captions = [caption_of(self.factors[row], self.recipe.seed, row) for row in rows]
        pictures = self.pictures[rows.start : rows.stop]
        best = Agreement(self.clip, self.tokenizer).similarities(pictures, captions).argmax(1)
        side = self.recipe.size + SHEET_GAP
        sheet = Image.new("RGB", (side * SHEET_COLUMNS, side * -(-len(rows) // SHEET_COLUMNS)))
        for number, picture in enumerate(pictures):
            row, column = divmod(number, SHEET_COLUMNS)
            frame = Image.new("RGB", (side, side), "green" if best[number] == number else "red")
            frame.paste(Image.fromarray(picture), (SHEET_GAP // 2, SHEET_GAP // 2))
            sheet.paste(frame, (column * side, row * side))
        return sheet


def caption_of(factors: Factors, seed: int, row: int, language: str | None = None) -> str:
    """Return one caption of a picture, in either language, that leaves some factors out."""
    return caption(factors, generator(seed, row, CAPTION_STREAM), language)


def fits(told: Sequence[Told], factors: Sequence[Factors]) -> Tensor:
    """Return (pictures, captions) bool: whether all that a caption tells is true of a picture."""
    shown = np.array([[getattr(one, name) or "" for name in SAID] for one in factors])
    named = np.array([[getattr(one, name) or "" for name in SAID] for one in told])
    scene = ((named[None] == shown[:, None]) | (named[None] == "")).all(-1)
    for row, column in zip(*np.nonzero(scene), strict=True):
        scene[row, column] = _figures_fit(told[column], factors[row])
    return torch.from_numpy(scene)


def _figures_fit(told: Told, factors: Factors) -> bool:
    return all(
        any(
            mention.subject == figure.subject
            and mention.colour in (None, figure.colour)
            and mention.place in (None, figure.place)
            and mention.size in (None, figure.size)
            for figure in factors.figures
        )
        for mention in told.figures
    )


def house_tokenizer(out: Path) -> CLIPTokenizer:
    """Return mini's tokenizer: the same captions teach the same pieces."""
    folder = out / "tokenizer"
    if not folder.exists():
        partial, mini = out / "tokenizer.partial", load_recipe("mini")
        train_tokenizer(tokenizer_captions(mini), mini.text.pieces, partial)
        partial.rename(folder)
    return load_tokenizer(folder)


def train_clip(recipe: ClipRecipe, minutes: float, bank: Path, out: Path, say: Callable[[str], None] = print) -> None:
    """Train mini-clip on a bank for ``minutes``, those of earlier runs in ``out`` included."""
    opened = open_bank(bank)
    task = ClipTask(recipe, house_tokenizer(out), opened.pictures, opened.factors)
    run(task, recipe.schedule, out, minutes, say=say)


def load_trained_clip(recipe: ClipRecipe, trained: Path) -> Agreement:
    """Return the averaged model of the newest checkpoint in ``trained``.

    Raises:
        FileNotFoundError: it was never trained.
    """
    tokenizer = load_tokenizer(trained / "tokenizer")
    model = Contrastive(build_clip(recipe, tokenizer), recipe.batch)
    model.load_state_dict(load_average(trained))
    return Agreement(model.clip, tokenizer)


def export_clip(recipe: ClipRecipe, trained: Path, folder: Path, pictures: int = 1024) -> dict[str, float]:
    """Write the model of the newest checkpoint as ``folder``, its figures on its card, and return these.

    The figures are shares of unseen pictures whose own caption comes first among ``AMONG``, by language.
    """
    found = load_trained_clip(recipe, trained)
    factors = unseen(FIGURES_SEED, pictures, None)
    painted = paint_real(factors, FIGURES_SEED)
    right = {
        language: found.top1(painted, [caption_of(one, FIGURES_SEED, row, language) for row, one in enumerate(factors)])
        for language in LANGUAGES
    }
    card = filled_card(recipe.name, trained, **{name: f"{share:.0%}" for name, share in right.items()})
    with shipped(folder, card) as fresh:
        found.model.half().save_pretrained(fresh)
        found.tokenizer.save_pretrained(fresh)
        CLIPImageProcessor(**PREPROCESSING, **_sides(recipe.size)).save_pretrained(fresh)
        config = json.loads((fresh / "config.json").read_text(encoding="utf-8"))
        # stored in half precision, used in full, whatever the loader's habit
        config |= {"dtype": "float32"}
        (fresh / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return right


def _sides(size: int) -> dict[str, Any]:
    return {"size": {"shortest_edge": size}, "crop_size": {"height": size, "width": size}}
