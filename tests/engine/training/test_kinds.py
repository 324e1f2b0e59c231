import json
import tomllib
from dataclasses import replace

import pytest
import torch
from diffusers import StableDiffusionPipeline

from engine.evaluation.judge import Judge
from engine.training import MODELS, text_to_image
from engine.training.kinds import open_recipe, recipe_path
from engine.training.mini import train_text_to_image
from engine.training.recipe import load_recipe, recipe_names
from engine.training.record import flattened
from engine.training.variants import draw_variants, varied
from tests.engine.training.tiny import tiny_recipe


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_of_the_house_opens_by_its_kind(name):
    kind, recipe = open_recipe(name)
    assert recipe.name == name
    assert callable(kind.train) and callable(kind.export)
    facts = flattened(recipe)
    assert json.loads(json.dumps(facts)) == facts
    assert any(key.endswith("schedule.rate") for key in facts)
    # what is lost is a step more than this
    assert all(every <= 90 for key, every in facts.items() if key.endswith("schedule.save_every"))


def test_mini_can_be_tuned():
    ranges = tomllib.loads(recipe_path("mini").read_text())["tune"]
    variants = draw_variants(load_recipe("mini"), ranges, 8)
    assert len(variants) == 8 and variants[0] == {}
    assert all(varied(load_recipe("mini"), changes) != load_recipe("mini") for changes in variants[1:])


def test_a_longer_trained_model_scores_better(tmp_path):
    found = []
    for steps in (1, 20):
        recipe = tiny_recipe(steps)
        train_text_to_image(recipe, 1e6, tmp_path / "bank", tmp_path, say=print, workers=1)
        found.append(text_to_image.score(recipe, tmp_path / "bank", tmp_path))
    assert 0 < found[1] < found[0]


def test_a_model_is_scored_by_what_the_judge_reads_of_it():
    torch.manual_seed(0)
    mini = StableDiffusionPipeline.from_pretrained(MODELS / "mini")
    recipe = load_recipe("mini")
    quick = replace(recipe, defaults=recipe.defaults | {"steps": 1})
    # a judge that has learnt nothing is right by chance: five factors of each picture, two of each figure
    wrong = text_to_image.share_wrong(mini, quick, Judge().eval(), count=4) * 4 * 7
    assert wrong == pytest.approx(round(wrong))
    assert 14 < wrong <= 28
