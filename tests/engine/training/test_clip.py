"""Mini-clip's training: which captions fit which pictures, learning, and shipping."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer, CLIPModel

from engine.corpus.factors import Factors, Figure, draw_any
from engine.corpus.painter import paint_indexed
from engine.corpus.telling import Mention, Told, leave_out
from engine.diffusion import manifest
from engine.evaluation.agreement import Agreement, tokenize
from engine.evaluation.cases import everything
from engine.training.clip import (
    ClipTask,
    Transformer,
    caption_of,
    export_clip,
    fits,
    load_clip_recipe,
    load_trained_clip,
)
from engine.training.loop import Schedule, run
from engine.training.recipe import FOLDER
from engine.training.tokenizer import train_tokenizer
from engine.training.wording import factor_classes

COUNT = 40
FOX = Figure("fox", "red", "left", "large")
OWL = Figure("owl", None, "right", "small")
PICTURE = Factors((FOX, OWL), "sea", "night", "calm", None, "oil")


@pytest.fixture(scope="module")
def world():
    painted = [paint_indexed(0, index) for index in range(COUNT)]
    return np.stack([picture for picture, _ in painted]), [factors for _, factors in painted]


@pytest.fixture(scope="module")
def recipe():
    small = Transformer(width=16, inner=16, layers=1, heads=2)
    schedule = Schedule(rate=1e-2, warmup=2, ema=0.5, steps=2)
    told = load_clip_recipe(FOLDER / "mini-clip.toml")
    return replace(told, batch=12, patch=32, projection=8, vision=small, text=small, schedule=schedule)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory, world):
    captions = [caption_of(factors, 0, row) for row, factors in enumerate(world[1])]
    return train_tokenizer(captions, 600, tmp_path_factory.mktemp("tokenizer"))


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        (Told(), True),
        (Told((Mention("fox"),)), True),
        (Told((Mention("owl"), Mention("fox", "red", "left", "large")), "sea"), True),
        (Told((Mention("fox", "blue"),)), False),
        (Told((Mention("owl", "red"),)), False),
        (Told((Mention("owl", None, "left"),)), False),
        (Told((Mention("cat"),)), False),
        (Told(ground="sea", hour="night", mood="calm", style="oil"), True),
        (Told(mood="joyful"), False),
        (Told(palette="neon"), False),
    ],
)
def test_a_caption_fits_where_all_it_tells_is_true(told, wanted):
    assert fits([told], [PICTURE]).tolist() == [[wanted]]


def test_every_picture_fits_its_own_captions():
    rng = np.random.default_rng(0)
    factors = [draw_any(rng) for _ in range(60)]
    assert fits([everything(one) for one in factors], factors).diagonal().all()
    assert fits([leave_out(one, rng) for one in factors], factors).diagonal().all()


def test_rows_are_pictures_and_columns_captions():
    other = replace(PICTURE, hour="noon")
    assert fits([Told(hour="noon"), Told(ground="sea")], [PICTURE, other]).tolist() == [[False, True], [True, True]]


def test_losses_depend_on_the_draw_alone(world, recipe, tokenizer):
    task = ClipTask(recipe, tokenizer, *world)
    with torch.no_grad():
        first, again, other = (task.losses(draw)["loss"] for draw in (3, 3, 4))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_nothing_that_counts_is_trimmed(world, recipe, tokenizer):
    task = ClipTask(recipe, tokenizer, *world)
    tokens = tokenize(tokenizer, ["an owl", "a fox at night", "夜里的狐狸"])
    short = task._trimmed(tokens)
    assert short.shape[1] < tokens.shape[1]
    with torch.no_grad():
        wanted, found = (task.clip.text_model(ids).pooler_output for ids in (tokens, short))
    assert torch.allclose(wanted, found, atol=1e-5)


def test_learns_one_batch_by_heart(world, recipe, tokenizer):
    task = ClipTask(recipe, tokenizer, *world)
    optimizer = torch.optim.AdamW(task.model.parameters(), lr=1e-2)
    found = []
    for _ in range(40):
        losses = task.losses(0)
        optimizer.zero_grad()
        losses["loss"].backward()
        optimizer.step()
        found.append([float(losses[name].detach()) for name in ("pairs", "naming")])
    pairs, naming = np.mean(found[-5:], 0)
    # knowing nothing, but how rare a match is, costs a picture 1 + ln(batch) for each of its two captions
    assert pairs < 0.95 * 2 * (1 + np.log(recipe.batch))
    # and not knowing a factor costs the logarithm of its number of values, once as seen and once as said
    assert naming < 0.7 * 2 * sum(np.log(classes) for _, classes in factor_classes())


def test_only_the_right_order_agrees_wholly(recipe, tokenizer, world):
    """An encoder cannot be perfect, but `top1` of a similarity that is must be 1, and of one that errs always 0."""

    class Perfect(Agreement):
        def similarities(self, pictures, prompts):
            return (pictures[:, None] == np.array(prompts)[None]).astype(float)

    perfect = Perfect(ClipTask(recipe, tokenizer, *world).clip, tokenizer)
    numbers = np.arange(150)
    assert perfect.top1(numbers, list(range(150))) == 1.0
    assert perfect.top1(numbers, [number ^ 1 for number in range(150)]) == 0.0


def test_shipped_it_loads_in_stock_transformers(world, recipe, tokenizer, tmp_path):
    trained, folder = tmp_path / "trained", tmp_path / "mini-clip"
    task = ClipTask(recipe, tokenizer, *world)
    run(task, recipe.schedule, trained, say=lambda line: None)
    tokenizer.save_pretrained(trained / "tokenizer")
    found = export_clip(recipe, trained, folder, pictures=8)
    assert set(found) == {"en", "zh"}
    assert "{" not in (folder / "README.md").read_text(encoding="utf-8").partition("```python")[0]
    assert manifest.verify(folder)

    stock = CLIPModel.from_pretrained(folder)
    assert stock.dtype == torch.float32
    assert AutoTokenizer.from_pretrained(folder)("an owl").input_ids == tokenizer("an owl").input_ids
    shipped, own = Agreement.load(folder), load_trained_clip(recipe, trained)
    captions = [caption_of(factors, 0, row) for row, factors in enumerate(world[1][:6])]
    wanted = own.similarities(world[0][:6], captions)
    assert np.allclose(shipped.similarities(world[0][:6], captions), wanted, atol=0.02)


def test_no_model_is_none(tmp_path):
    assert Agreement.load(tmp_path) is None


def test_the_sheet_shows_held_out_pictures(world, recipe, tokenizer):
    task = ClipTask(recipe, tokenizer, *world)
    with torch.no_grad():
        assert task.sheet().size == (8 * 134, 2 * 134)
