"""What is made of pictures, in the whole bot: client, studio, database, and an engine process that takes every mode."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from engine.settings import EngineSettings
from tests.bot.discord.test_end_to_end import painted, salon
from tests.bot.sandbox.member import EPHEMERAL, Member, Message, labels_of, pictures_of, text_of
from tests.bot.sandbox.process import RunningSandbox
from tests.bot.studio.modes_engine import listening

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("redirected")]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineSettings]:
    with listening(tmp_path_factory.mktemp("engine")) as settings:
        yield settings


def photograph() -> bytes:
    packed = io.BytesIO()
    Image.new("RGB", (40, 24), (30, 120, 200)).save(packed, "JPEG")
    return packed.getvalue()


async def finished(member: Member, interaction: str) -> Message:
    first = await member.reply(interaction)
    return await member.newest(first, lambda one: len(labels_of(one)) > 1)


async def test_a_picture_founds_a_family(sandbox: RunningSandbox, tmp_path: Path, engine: EngineSettings) -> None:
    async with (
        salon(sandbox, tmp_path, engine={"listen": engine.listen}) as (_, studio),
        sandbox.member("ada") as ada,
        sandbox.member("lin") as lin,
    ):
        first = await painted(ada, size="16x8", count=1)
        varied = await finished(lin, await lin.press(first, "Vary"))
        assert "细微变体" in text_of(varied) and len(pictures_of(varied)) == 4
        assert pictures_of(varied)[0]["description"].startswith("细微变体，原图：a fox")
        tools = await ada.reply(await ada.press(await ada.reply(await ada.press(varied, "更多")), "Edit 2"))
        large = await finished(ada, await ada.press(tools, "Enlarge 4×"))
        (picture,) = pictures_of(large)
        assert (picture["media"]["width"], picture["media"]["height"]) == (64, 32) and "enlarged" in text_of(large)
        assert labels_of(large) == ["Keep", "Again", "Remix", "More"], "what would shrink it is not offered"
        remix = await ada.press(varied, "改写")
        await ada.modal(remix)
        await finished(ada, await ada.submit_modal(remix, {"prompt": "a wolf"}))
        (art, *_) = await studio.history(int(ada.id), limit=1)
        assert len(art.parents) == 4 and len(art.recipe["parents"]) == 4
        tree = await ada.reply(await ada.slash("lineage", picture=str(art.id)))
        assert tree["flags"] & EPHEMERAL and "in 3 generations" in pictures_of(tree)[0]["description"]


async def test_a_photograph_is_edited_and_restyled(
    sandbox: RunningSandbox, tmp_path: Path, engine: EngineSettings
) -> None:
    async with salon(sandbox, tmp_path, engine={"listen": engine.listen}), sandbox.member("ada") as ada:
        options = {"what": "the sky", "prompt": "stars", "count": 1}
        edited = await finished(ada, await ada.slash("edit repaint", upload=0, files=[photograph()], **options))
        assert "stars" in text_of(edited) and "edited" in text_of(edited)
        again = await finished(ada, await ada.press(edited, "Again"))
        assert pictures_of(again)[0]["description"] == "Edited: stars"
        said = await ada.say("my holiday", at="paintings", files=[photograph()])
        restyled = await finished(
            ada, await ada.choose(await ada.reply(await ada.menu("Restyle", said)), "s1:wear", "oil")
        )
        assert "**Another style**" in text_of(restyled) and "oil" in text_of(restyled)
        (picture,) = pictures_of(restyled)
        assert (picture["media"]["width"], picture["media"]["height"]) == (40, 24)
        broken = await ada.reply(await ada.slash("enlarge", upload=0, files=[photograph()[:200]]))
        assert "damaged or incomplete" in text_of(broken) and broken["flags"] & EPHEMERAL
        gone = await ada.reply(await ada.slash("vary", picture="999"))
        assert "does not exist" in text_of(gone) and gone["flags"] & EPHEMERAL


async def test_two_members_pictures_pass_into_one_another(
    sandbox: RunningSandbox, tmp_path: Path, engine: EngineSettings
) -> None:
    async with (
        salon(sandbox, tmp_path, engine={"listen": engine.listen}) as (_, studio),
        sandbox.member("ada") as ada,
        sandbox.member("lin") as lin,
    ):
        fox = await painted(ada, size="16x8", count=1)
        await painted(lin, prompt="an owl", size="16x8", count=1)
        owl = (await studio.history(int(lin.id), limit=1))[0]
        tools = await lin.reply(await lin.press(await lin.reply(await lin.press(fox, "More")), "编辑"))
        form = await lin.press(tools, "渐变…")
        await lin.modal(form)
        morph = await finished(lin, await lin.submit_modal(form, {"which": [str(owl.id)]}))
        (picture,) = pictures_of(morph)
        assert picture["description"] == "动图，依次渐变：a fox → an owl" and "渐变" in text_of(morph)
        assert (await ada.download(picture["media"]["url"]))[8:16] == b"WEBPVP8X"
        frame = await finished(ada, await ada.choose(morph, "s1:frame", "3"))
        assert pictures_of(frame)[0]["description"] == "A frame of a morph: a fox → an owl"
        assert "frame of a morph" in text_of(frame) and "s1:frame" not in str(frame)
        blend = await finished(ada, await ada.slash("blend", first=str(owl.id), prompt="snow", count=1))
        assert pictures_of(blend)[0]["description"] == "A blend of: an owl + snow"
        again = await finished(ada, await ada.press(blend, "Again"))
        assert pictures_of(again)[0]["description"] == "A blend of: an owl + snow"
        refused = await ada.reply(await ada.slash("imagine", prompt="moss --tile", picture=str(owl.id)))
        assert "after no pictures" in text_of(refused) and refused["flags"] & EPHEMERAL
