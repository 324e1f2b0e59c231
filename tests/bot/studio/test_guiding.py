"""Pictures and colours that a request is guided by, from the wish to the recipe."""

import pytest

from bot.studio.requests import Change, Piece, Wish
from tests.bot.studio.modes_engine import listening
from tests.bot.studio.stage import ANN, BEN, MOD, origin, settings_in, wish
from tests.bot.studio.test_changes import file, made, of, refused, told


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with listening(tmp_path_factory.mktemp("engine")) as settings:
        yield settings


@pytest.fixture
def settings(tmp_path, engine):
    return settings_in(tmp_path, engine={"listen": engine.listen})


def test_pictures_to_paint_after_reach_the_recipe_and_the_family(settings, tmp_path):
    async def story(studio, post):
        (fox,) = await made(studio, post, wish(count=1))
        sent, styled = await studio.take_in(ANN, file()), await studio.take_in(ANN, file("JPEG"))
        await studio.create_style(MOD, origin(), "our wall", "", looks=[(await studio.take_in(MOD, file())).id])
        change = Change(like=(Piece(artwork=fox.id), Piece(upload=sent.id)), style_like=(Piece(upload=styled.id),))
        (work,) = await made(studio, post, wish("a wolf", count=1, change=change, style="our wall"))
        found = [(one["picture"], one["role"]) for one in work.recipe["references"]]
        assert found[:3] == [(fox.blob, "content"), (sent.blob, "content"), (styled.blob, "style")]
        assert [role for _, role in found[3:]] == ["style"], "and the pictures of the style"
        assert work.parents == (fox.id,) and work.recipe["mode"] == "imagine"
        accepted = await studio.again(ANN, origin(), work.job_id)
        (twin,) = (await post.until(accepted.job_id, "done")).artworks
        assert twin.recipe["references"] == work.recipe["references"]

    told(settings, tmp_path, story)


def test_colours_are_an_order_or_words(settings, tmp_path):
    async def story(studio, post):
        (listed,) = await made(studio, post, wish(count=1, palette="#102040, #FFF"))
        assert listed.recipe["palette"]["colours"] == ["#102040", "#ffffff"] and listed.recipe["prompt"] == "a fox"
        (named,) = await made(studio, post, wish(count=1, palette="Candy"))
        assert named.recipe["palette"]["name"] == "candy"
        (child,) = await made(studio, post, of(named, "strong", count=1))
        assert child.recipe["palette"]["name"] == "candy"
        for asked in (of(named, "enlarge"), of(named, "edit", change=Change(find="x"), count=1)):
            (kept,) = await made(studio, post, asked)
            assert kept.recipe["palette"] is None, "what is to stay must keep its colours"

    told(settings, tmp_path, story)


def test_what_does_not_go_together_is_refused_before_it_is_queued(settings, tmp_path):
    async def story(studio, post):
        (secret,) = await made(studio, post, wish(count=1), private=True)
        like = Change(like=(Piece(artwork=secret.id),))
        assert (await refused(studio.submit(BEN, origin(), wish(change=like))))[0] == "not_yours"
        tiled = Change(tile=True, style_like=(Piece(artwork=secret.id),))
        assert studio.check(ANN, origin(), wish(change=tiled)).key == "tile_like"
        await studio.create_style(MOD, origin(), "mossy", "overgrown with moss")
        asked = Wish(prompt="", mode="restyle", style="mossy", parents=(secret.id,))
        assert studio.check(ANN, origin(), asked).key == "style_words"
        assert studio.check(ANN, origin(), wish(palette="#12")).key == "palette"

    told(settings, tmp_path, story)


def test_a_picture_is_restyled_in_the_servers_own_style_and_its_own_colours(settings, tmp_path):
    async def story(studio, post):
        look, sent = await studio.take_in(MOD, file()), await studio.take_in(ANN, file("JPEG"))
        await studio.create_style(MOD, origin(), "our wall", "", looks=[look.id])
        change = Change(upload=sent.id, keep_colours=True)
        (work,) = await made(studio, post, Wish(prompt="", mode="restyle", style="our wall", change=change))
        recipe = work.recipe
        assert recipe["styles"][0]["references"] == [look.blob] and recipe["keep_colours"]
        assert recipe["strength"] == 0.7

    told(settings, tmp_path, story)
