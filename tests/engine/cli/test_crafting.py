import json

from engine.api import Description, ModelInfo
from engine.cli.crafting import orders_of
from engine.cli.request import Wish
from engine.pictures.provenance import read_recipe
from tests.engine.cli.conftest import Salon

DESCRIPTION = Description(
    engine_version="0",
    protocol=1,
    device="cpu",
    threads=1,
    memory_bytes=0,
    models=(
        ModelInfo(
            name="mini",
            family="diffusion",
            title="mini",
            native=(128, 128),
            multiple=8,
            max_side=512,
            steps=4,
            guidance=5.0,
            schedulers=("none",),
            loaded=True,
            step_seconds={},
            row_cap=8,
        ),
    ),
    default_model="mini",
    styles=(),
    max_prompt=4000,
    max_count=16,
    max_upload_bytes=0,
    running=0,
)


def test_choices_in_braces_make_several_requests(served: Salon) -> None:
    result = served("imagine", "a {red|blue} owl", "-n", "1", "--seed", "7", "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert [one["pictures"][0]["recipe"]["prompt"] for one in told] == ["a red owl", "a blue owl"]
    assert [one["seed"] for one in told] == [7, 7]
    assert "make 2 requests" in result.stderr


def test_an_explosion_is_refused_before_an_engine_starts(salon: Salon) -> None:
    result = salon("imagine", "a " + "{red|blue}" * 9)
    assert result.exit_code == 64
    assert "make 512 requests; at most 16" in result.stderr


def test_parameters_reach_the_brief_and_the_others_are_answered(served: Salon) -> None:
    result = served("imagine", "an owl --ar 2:1 --seed 5 --no fog --chaos 20 --fast", "-n", "1", "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    recipe = told["pictures"][0]["recipe"]
    assert (recipe["prompt"], recipe["seed"]) == ("an owl", 5)
    assert [notice.split()[0] for notice in told["notices"]] == ["--chaos", "--fast"]


def test_a_ratio_becomes_sides_once_the_model_is_known() -> None:
    (order,) = orders_of(Wish(prompt="an owl --ar 2:1 --no fog --style oil --tile", negative="rain"), None, 1)
    assert (order.brief.negative, order.brief.style, order.brief.tile) == ("rain, fog", "oil", True)
    fitted = order.fitted(DESCRIPTION)
    assert (fitted.width, fitted.height) == (184, 88)
    assert orders_of(Wish(prompt="an owl"), None, 1)[0].fitted(DESCRIPTION).width is None


def test_an_option_and_a_parameter_that_say_the_same_are_refused(salon: Salon) -> None:
    result = salon("imagine", "an owl --seed 5", "--seed", "6")
    assert (result.exit_code, salon.pictures()) == (64, [])
    assert "keep one of them" in result.stderr


def test_wildcards_are_in_the_recipe_as_what_was_drawn(served: Salon) -> None:
    for _ in range(2):
        served("imagine", "a __animal__ in the rain", "-n", "1", "--seed", "3")
    first, second = (read_recipe((served.folder / "pictures" / name).read_bytes()) for name in served.pictures())
    assert first.prompt == second.prompt
    assert "__" not in first.prompt
