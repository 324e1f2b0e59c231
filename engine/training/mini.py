"""Training a text-to-image model from nothing: bank, autoencoder, latents, denoiser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch
from diffusers import AutoencoderKL, AutoencoderTiny, StableDiffusionPipeline, UNet2DConditionModel
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from transformers import CLIPTextModel

from engine.api.errors import InvalidBrief
from engine.corpus.bank import is_gathered, open_bank, render_bank
from engine.corpus.captions import caption
from engine.corpus.factors import Factors, draw_factors, generator
from engine.corpus.gathered.banks import prepared
from engine.corpus.gathered.folders import holds_pictures
from engine.training.autoencoder import AutoencoderTask
from engine.training.checkpoint import load_average
from engine.training.denoiser import DenoiserTask, encode_pictures, normalise_latents
from engine.training.errors import CheckpointRefused
from engine.training.loop import run
from engine.training.pipeline import assemble, build_autoencoder, build_text_encoder, build_unet
from engine.training.preview import PreviewTask, build_preview
from engine.training.ranks import Ranks, processes, together
from engine.training.recipe import Recipe
from engine.training.tokenizer import load_tokenizer, train_tokenizer
from engine.training.wording import WordingTask, load_wording

Say = Callable[[str], None]
HELD_OUT = 64
PARTS = ("vae", "tokenizer", "text_encoder", "unet", "tiny_vae")
LATENTS = "latents.safetensors"
_TAKEN = (*PARTS, "wording", LATENTS)


def train_text_to_image(
    recipe: Recipe, minutes: float, bank: Path, out: Path, say: Say = print, workers: int = 0
) -> None:
    """Train for ``minutes`` in all (rendering and encoding the bank come on top).

    ``bank`` is rendered where there is none; a folder of captioned pictures is prepared as one, into ``out``.
    Every stage continues where an earlier run in ``out`` left off. ``workers`` processes train
    together, one a core unless told otherwise.
    """
    count = workers or processes()
    if not (bank / "bank.json").exists() and holds_pictures(bank):
        bank = prepared(bank, out / "bank", recipe.size, 2 * HELD_OUT, say)
    if not (bank / "bank.json").exists():
        say(f"Rendering {recipe.pictures} pictures into {bank}.")
        render_bank(bank, recipe.pictures, recipe.seed, recipe.size, count)
    gathered = is_gathered(bank)
    if gathered:
        _check_latents(bank, out)
    taken = {part for part in _TAKEN if (out / part).exists() and not (out / "autoencoder").exists()}
    share = 0.0 if "vae" in taken else recipe.autoencoder.share
    # The words of the corpus are known beforehand, other people's are not.
    reading = 0.0 if gathered or taken & {"text_encoder", "wording"} else recipe.text.share
    preview = 0.0 if "tiny_vae" in taken else recipe.preview.share
    if not (out / "vae").exists():
        say("Training the autoencoder.")
        together(count, train_autoencoder, recipe, minutes * share, bank, out, say)
    if not (out / LATENTS).exists():
        say("Encoding the bank.")
        together(count, encode_share, recipe, bank, out)
        gather_latents(recipe, out)
    if not (out / "tokenizer").exists():
        partial = out / "tokenizer.partial"
        train_tokenizer(written_captions(bank) if gathered else tokenizer_captions(recipe), recipe.text.pieces, partial)
        partial.rename(out / "tokenizer")
    if reading:
        say("Teaching the text encoder to read.")
        together(count, train_wording, recipe, minutes * reading, out, say)
    say("Training the denoiser.")
    together(count, train_denoiser, recipe, minutes * (1 - share - reading - preview), bank, out, say)
    if preview:
        say("Training the small decoder of previews.")
        together(count, train_preview, recipe, minutes * preview, bank, out, say)


def take_over(folder: Path, out: Path) -> None:
    """Begin a training in ``out`` with the parts of a model ``folder``: those are not trained from nothing.

    An autoencoder, a tokenizer and a text encoder are taken as they are; a UNet is trained on. From
    the folder of another training come what it encoded, and the words that it learnt, as well.

    Raises:
        InvalidBrief: the folder holds none of them, or ``out`` already holds a training.
    """
    parts = [part for part in _TAKEN if (folder / part).exists()]
    if not parts:
        raise InvalidBrief(f"{folder} holds no part of a model; name a folder with one of {', '.join(PARTS)} in it.")
    if any((out / part).exists() for part in ("autoencoder", "denoiser", *_TAKEN)):
        raise InvalidBrief(f"{out} already holds a training; leave --from out to go on with it, or move it away.")
    out.mkdir(parents=True, exist_ok=True)
    for part in parts:
        unnamed = out / f"{part}.partial"
        if (folder / part).is_dir():
            shutil.copytree(folder / part, unnamed, dirs_exist_ok=True)
        else:
            shutil.copyfile(folder / part, unnamed)
        unnamed.rename(out / part)


def train_autoencoder(recipe: Recipe, minutes: float, bank: Path, out: Path, say: Say) -> None:
    """Train the autoencoder; every process of the group calls this."""
    shape = recipe.autoencoder
    torch.manual_seed(recipe.seed)
    task = AutoencoderTask(
        build_autoencoder(recipe),
        open_bank(bank).pictures,
        batch=max(1, shape.batch // Ranks().count),
        crop=shape.crop,
        kl=shape.kl,
        seed=recipe.seed,
        held_out=HELD_OUT,
    )
    run(task, shape.schedule, out / "autoencoder", minutes, say=say)


def encode_share(recipe: Recipe, bank: Path, out: Path) -> None:
    """Encode this process's share of the bank."""
    ranks = Ranks()
    pictures = open_bank(bank).pictures
    autoencoder = _newest_autoencoder(recipe, out)
    usable = len(pictures) - HELD_OUT
    start, stop = (usable * place // ranks.count for place in (ranks.rank, ranks.rank + 1))
    part = encode_pictures(autoencoder, pictures[start:stop])
    save_file({"latents": part}, out / f"part-{ranks.rank:03d}.safetensors")


def gather_latents(recipe: Recipe, out: Path) -> None:
    """Join the shares in order; normalise those of a new autoencoder, and keep it as it then fits them."""
    parts = sorted(out.glob("part-*.safetensors"))
    latents = torch.cat([load_file(part)["latents"] for part in parts])
    if not (out / "vae").exists():
        autoencoder = _newest_autoencoder(recipe, out)
        latents = normalise_latents(autoencoder, latents)
        unnamed = out / "vae.partial"
        autoencoder.save_pretrained(unnamed)
        unnamed.rename(out / "vae")
    partial = out / f"{LATENTS}.partial"
    save_file({"latents": latents}, partial)
    partial.rename(out / LATENTS)
    for part in parts:
        part.unlink()


def train_wording(recipe: Recipe, minutes: float, out: Path, say: Say) -> None:
    """Train the text encoder alone; every process of the group calls this."""
    torch.manual_seed(recipe.seed)
    tokenizer = load_tokenizer(out / "tokenizer")
    batch = max(1, recipe.text.batch // Ranks().count)
    task = WordingTask(build_text_encoder(recipe, tokenizer), tokenizer, batch=batch, seed=recipe.seed)
    run(task, recipe.text.schedule, out / "wording", minutes, say=say)


def train_denoiser(recipe: Recipe, minutes: float, bank: Path, out: Path, say: Say) -> None:
    """Train UNet and text encoder; every process of the group calls this."""
    torch.manual_seed(recipe.seed)
    factors = open_bank(bank).factors
    tokenizer = load_tokenizer(out / "tokenizer")
    text_encoder = build_text_encoder(recipe, tokenizer)
    if (out / "text_encoder").exists():
        text_encoder = CLIPTextModel.from_pretrained(out / "text_encoder", dtype=torch.float32)
    elif not is_gathered(bank):
        load_wording(text_encoder, out / "wording")
    unet = build_unet(recipe)
    if (out / "unet").exists():
        unet = UNet2DConditionModel.from_pretrained(out / "unet", torch_dtype=torch.float32)
    task = DenoiserTask(
        unet,
        text_encoder,
        tokenizer,
        AutoencoderKL.from_pretrained(out / "vae"),
        load_file(out / LATENTS)["latents"],
        factors,
        batch=max(1, recipe.denoiser.batch // Ranks().count),
        caption_drop=recipe.denoiser.caption_drop,
        snr_cap=recipe.denoiser.snr_cap,
        figure_weight=recipe.denoiser.figure_weight,
        learns_words=recipe.denoiser.learns_words or is_gathered(bank),
        prompts=[*recipe.defaults["examples"], *held_out_captions(recipe.seed, factors)],
        seed=recipe.seed,
    )
    run(task, recipe.denoiser.schedule, out / "denoiser", minutes, say=say)


def train_preview(recipe: Recipe, minutes: float, bank: Path, out: Path, say: Say) -> None:
    """Train the small autoencoder of previews; every process of the group calls this."""
    torch.manual_seed(recipe.seed)
    task = PreviewTask(
        build_preview(recipe),
        load_file(out / LATENTS)["latents"],
        open_bank(bank).pictures,
        scale=AutoencoderKL.load_config(out / "vae")["scaling_factor"],
        batch=max(1, recipe.preview.batch // Ranks().count),
        seed=recipe.seed,
    )
    run(task, recipe.preview.schedule, out / "preview", minutes, say=say)


def _newest_autoencoder(recipe: Recipe, out: Path) -> AutoencoderKL:
    if (out / "vae").exists():
        return AutoencoderKL.from_pretrained(out / "vae").eval()
    autoencoder = build_autoencoder(recipe)
    autoencoder.load_state_dict(load_average(out / "autoencoder"))
    return autoencoder.eval()


def load_trained(recipe: Recipe, out: Path) -> StableDiffusionPipeline:
    """Return the pipeline of the averaged weights of the newest checkpoint in ``out``."""
    tokenizer = load_tokenizer(out / "tokenizer")
    weights = load_average(out / "denoiser")
    text_encoder, unet = build_text_encoder(recipe, tokenizer), build_unet(recipe)
    for prefix, model in (("text.", text_encoder), ("unet.", unet)):
        own = {key.removeprefix(prefix): v for key, v in weights.items() if key.startswith(prefix)}
        model.load_state_dict(own)
    autoencoder = AutoencoderKL.from_pretrained(out / "vae")
    return assemble(autoencoder, text_encoder.eval(), tokenizer, unet.eval())


def load_preview(recipe: Recipe, out: Path) -> AutoencoderTiny | None:
    """Return the small autoencoder of previews in ``out``, trained or taken over; None before its turn has come."""
    if (out / "tiny_vae").exists():
        return AutoencoderTiny.from_pretrained(out / "tiny_vae")
    if not (out / "preview" / "checkpoint").exists():
        return None
    model = build_preview(recipe)
    model.load_state_dict(load_average(out / "preview"))
    return model.eval()


def tokenizer_captions(recipe: Recipe) -> Iterator[str]:
    """Yield the captions that the tokenizer learns from."""
    for index in range(recipe.text.captions):
        yield caption(draw_factors(recipe.seed, index), generator(recipe.seed, index, 3))


def written_captions(bank: Path) -> list[str]:
    """Return the captions of gathered pictures."""
    return [caption(factors, generator(0, 0)) for factors in open_bank(bank).factors]


def _check_latents(bank: Path, out: Path) -> None:
    """Refuse latents of other pictures: captions would go to the wrong ones.

    Raises:
        CheckpointRefused: the latents in ``out`` are not of ``bank``.
    """
    if not (out / LATENTS).exists():
        return
    with safe_open(out / LATENTS, "pt") as file:
        encoded = file.get_slice("latents").get_shape()[0]
    if encoded != len(open_bank(bank).pictures) - HELD_OUT:
        raise CheckpointRefused(f"{out} holds a training on other pictures; move it away to train on these.")


def held_out_captions(seed: int, factors: Sequence[Factors], count: int = 24) -> list[str]:
    """Return captions of pictures of the bank that training never sees."""
    first = len(factors) - HELD_OUT
    return [caption(factors[first + i], generator(seed, first + i, 4)) for i in range(count)]
