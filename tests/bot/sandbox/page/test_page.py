import asyncio
import re
from pathlib import Path

from selenium.webdriver import Chrome, Keys

from bot.command import salon
from tests.bot.sandbox.page.conftest import complaints
from tests.bot.sandbox.page.small_bot import COLOURS, SmallBot, button, png, text
from tests.bot.sandbox.page.window import Window
from tests.bot.sandbox.process import RunningSandbox


def test_a_command_is_typed_with_keys_alone(page: Window, bot: SmallBot) -> None:
    page.find("#composer .box").send_keys("/pai")
    page.find(".popup-item.active", "/paint")
    page.keys(Keys.TAB)
    page.keys("a red field", Keys.TAB, "sty")
    page.find(".popup-item.active", "style")
    page.keys(Keys.TAB)
    page.find(".popup-item.active", "Oil")
    page.keys(Keys.ARROW_DOWN)
    page.find(".popup-item.active", "Ink")
    page.keys(Keys.ENTER, "pal")
    page.find(".popup-item.active", "palette")
    page.keys(Keys.ENTER, "du")
    page.find(".popup-item", "Dusk over sea")
    page.keys(Keys.ARROW_DOWN, Keys.ENTER)
    page.keys(Keys.ENTER)
    page.find(".context .command", "/paint")
    sent = {one["name"]: one["value"] for one in bot.seen["paint"]["data"]["options"]}
    assert sent == {"prompt": "a red field", "style": "ink", "palette": "dusk"}


def test_a_command_may_be_typed_straight_through(page: Window, bot: SmallBot) -> None:
    messages = page.count("li.message")
    page.find("#composer .box").send_keys("/paint a fox in the snow", Keys.ENTER)
    page.find(".message .content", "a fox in the snow")
    assert bot.seen["paint"]["data"]["options"] == [{"name": "prompt", "type": 3, "value": "a fox in the snow"}]
    assert page.count("li.message") == messages + 1


def test_a_whole_command_may_be_pasted(page: Window, bot: SmallBot) -> None:
    box = page.find("#composer .box")
    page.driver.execute_script("arguments[0].focus()", box)
    page.driver.execute_script(
        "document.execCommand('insertText', false, arguments[0])", "/paint prompt: an owl style: Ink"
    )
    page.find(".pill", "an owl")
    page.keys(Keys.ESCAPE, Keys.ENTER)
    page.find(".message .content", "an owl")
    sent = {one["name"]: one["value"] for one in bot.seen["paint"]["data"]["options"]}
    assert sent == {"prompt": "an owl", "style": "ink"}


def test_what_is_too_long_or_too_much_is_told_beside_the_text(page: Window, bot: SmallBot) -> None:
    bot.seen.clear()
    box = page.find("#composer .box")
    page.driver.execute_script("arguments[0].focus()", box)
    insert = "document.execCommand('insertText', false, arguments[0])"
    page.driver.execute_script(insert, f"/paint count: 5 prompt: {'owl ' * 76}end")
    page.find(".pill", "owl")
    page.keys(Keys.ENTER)
    said = page.find("#popup", "prompt must be at most 300 characters long; this has 307.")
    assert said.rect["y"] + said.rect["height"] <= page.find("#composer").rect["y"]
    page.keys(Keys.BACKSPACE * 8, Keys.ENTER)
    page.find("#popup", "count must be at most 4.")
    assert "paint" not in bot.seen


def test_escape_leaves_a_command_and_keeps_the_place(page: Window) -> None:
    box = page.find("#composer .box")
    box.send_keys("/paint", Keys.ENTER)
    page.find(".command-name")
    page.keys("something", Keys.ESCAPE, Keys.ESCAPE)
    page.gone(".command-name")
    assert "box" in page.focused().get_attribute("class")


def test_after_escape_nothing_runs_that_was_not_chosen_anew(page: Window, bot: SmallBot) -> None:
    bot.seen.clear()
    box, messages = page.find("#composer .box"), page.count("li.message")
    page.driver.execute_script("arguments[0].focus()", box)
    page.driver.execute_script("document.execCommand('insertText', false, '/whisper ')")
    page.find(".command-name", "/whisper")
    page.keys(Keys.ESCAPE)
    page.gone(".command-name")
    assert page.find("#composer .box").get_attribute("value") == ""
    page.keys(Keys.ENTER, Keys.ENTER)
    page.find("#composer .box").send_keys("/form", Keys.ENTER)
    page.find(".command-name", "/form")
    assert (bot.seen, page.count("li.message")) == ({}, messages)


def _paint(page: Window, prompt: str) -> None:
    page.find("#composer .box").send_keys("/paint")
    page.find(".popup-item.active", "/paint")
    page.keys(Keys.ENTER, prompt, Keys.ENTER)
    page.find(".message .content", prompt)


def test_pictures_have_their_descriptions_and_open_in_full_size(page: Window) -> None:
    _paint(page, "four fields")
    assert page.count("li.message:last-child .gallery.of-4 img[alt]") == len(COLOURS)
    page.click("li.message:last-child .picture")
    shown = page.find(".lightbox .stage img")
    assert shown.get_attribute("alt") == f"A {COLOURS[-1]} field"
    page.keys(Keys.ARROW_RIGHT)
    page.find(".lightbox figcaption", f"A {COLOURS[0]} field")
    page.until(lambda: page.driver.execute_script("return document.querySelector('.stage img').naturalWidth"), "pixels")
    page.keys(Keys.ESCAPE)
    page.gone(".lightbox")


def test_buttons_and_selects_reach_the_bot(page: Window, bot: SmallBot) -> None:
    _paint(page, "to be pressed")
    page.click("li.message:last-child .button", "Again")
    page.find(".message .content", "Once more")
    page.click(".select")
    page.find(".option", "Calm")
    page.keys(Keys.ARROW_DOWN, Keys.ENTER)
    page.find(".message .content", "Feeling wild")
    assert bot.seen["mood"]["data"]["values"] == ["wild"]


def test_an_answer_to_a_message_quotes_it_as_it_reads(page: Window) -> None:
    page.find("#composer .box").send_keys("**Look**, <@1> and `this`", Keys.ENTER)
    page.find(".message .content", "Look, @unknown and this")
    page.keys(Keys.ARROW_UP)
    page.chord(Keys.SHIFT, Keys.F10)
    page.click(".menu-item", "Reply")
    page.find(".reply-bar")
    page.find("#composer .box").send_keys("Seen", Keys.ENTER)
    page.find(".context .excerpt", "Look, @unknown and this")


def test_a_link_to_a_message_of_this_world_jumps_to_it(page: Window, box: RunningSandbox) -> None:
    async def write() -> str:
        async with box.member("mona") as mona:
            first = await mona.say("The first of many", at="general")
            for number in range(60):
                await mona.say(f"Line {number}", at="general")
            return f"{mona.world['guilds'][0]['id']}/{first['channel_id']}/{first['id']}"

    path = asyncio.run(write())
    page.find("#composer .box").send_keys(f"https://discord.com/channels/{path} and on", Keys.ENTER)
    page.click(".message .content a", "#general")
    page.until(lambda: "The first of many" in page.focused().text, "the focus on the message")
    top = page.focused().rect["y"] - page.driver.execute_script("return scrollY")
    assert 0 < top < page.find("#composer").rect["y"]
    page.click(".channel", "paintings")
    page.find("#composer .box").send_keys(f"https://discord.com/channels/{path[:-4]}0000", Keys.ENTER)
    page.click(".message:last-child .content a", "#general")
    page.find(".toast", "is not there any more")


def test_edits_show_live_in_one_message_and_the_focus_stays(page: Window, bot: SmallBot) -> None:
    page.command("wait")
    page.find(".thinking", "is thinking")
    bot.edit("wait", text("Step 1"), {"type": 1, "components": [button("Stop", "stop", 4)]})
    page.find(".message .content", "Step 1")
    messages = page.count("li.message")
    page.driver.execute_script("arguments[0].focus()", page.find(".button.danger", "Stop"))
    bot.edit("wait", text("Step 2"), {"type": 1, "components": [button("Stop", "stop", 4)]})
    page.find(".message .content", "Step 2")
    assert page.count("li.message") == messages
    page.until(lambda: page.focused().text == "Stop", "the focus on the new button")


def test_ephemeral_messages_are_for_one_member_until_dismissed(page: Window) -> None:
    page.command("whisper")
    page.find(".message.private", "Only you can see this")
    page.become("Nova")
    page.find("#messages > li")
    page.gone(".message.private")
    page.become("Mona")
    page.click(".message.private .link", "Dismiss message")
    page.gone(".message.private")


def test_a_form_brings_words_and_files_to_the_bot(page: Window, bot: SmallBot, tmp_path: Path) -> None:
    page.command("form")
    wish = page.find("dialog textarea")
    assert wish.get_attribute("value") == "A fox"
    sketch = tmp_path / "sketch.png"
    sketch.write_bytes(png("white"))
    page.driver.find_element("css selector", "dialog input[type=file]").send_keys(str(sketch))
    page.find(".chosen-files", "sketch.png")
    wish.send_keys(" at dusk")
    page.click("dialog .button", "Submit")
    page.find(".message .content", "Thank you")
    page.gone("dialog")
    data = bot.seen["the-form"]["data"]
    written, uploaded = (one["component"] for one in data["components"])
    assert written["value"] == "A fox at dusk"
    assert data["resolved"]["attachments"][uploaded["values"][0]]["filename"] == "sketch.png"


def test_the_menu_of_a_message_is_used_by_keys(page: Window, bot: SmallBot) -> None:
    page.find("#composer .box").send_keys("Look at this", Keys.ENTER)
    page.find(".message .content", "Look at this")
    page.keys(Keys.ARROW_UP)
    page.chord(Keys.SHIFT, Keys.F10)
    page.find(".menu-item", "Apps")
    page.keys("", Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_RIGHT)
    page.find(".menu-item:focus", "Details")
    page.keys(Keys.ENTER)
    page.find(".message.private", "All the details")
    target = bot.seen["Details"]["data"]["target_id"]
    assert bot.seen["Details"]["data"]["resolved"]["messages"][target]["content"] == "Look at this"


def test_what_the_bot_never_answers_fails_in_words(page: Window) -> None:
    _paint(page, "to be ignored")
    page.command("ignore")
    page.find(".pending .thinking", "Sending command")
    page.click("li.message .button", "Nothing")
    page.find(".button.busy")
    page.click("#lab-toggle")
    later = page.find(".lab-buttons button", "+10 s")

    def both_failed() -> bool:
        later.click()  # Again, because a request may reach the sandbox only after its clock was moved.
        return page.count(".pending.failed") > 0 and page.count(".failure") > 0

    page.until(both_failed, "both to fail")
    page.find(".pending.failed", "The application did not respond")
    page.find(".failure", "This interaction failed")
    page.click(".pending .link", "Dismiss message")
    page.gone(".pending")


def test_a_rule_that_the_bot_broke_is_told_where_it_happened(page: Window, bot: SmallBot, box: RunningSandbox) -> None:
    asyncio.run(box.check())
    page.command("wait")
    page.find(".thinking", "is thinking")
    interaction = bot.seen["wait"]
    path = f"/webhooks/{box.application_id}/{interaction['token']}/messages/@original"
    assert bot.call("PATCH", path, {"content": "x" * 2001})[0] == 400
    assert "2000" in page.find("li.note").text
    asyncio.run(box.control("DELETE", "/records"))


def test_each_member_reads_their_own_language_on_a_phone_too(page: Window) -> None:
    page.become("林")
    page.find("#composer .box").send_keys("/绘")
    page.find(".popup-item.active", "/绘画")
    page.keys(Keys.ENTER, "四块田", Keys.TAB)
    page.find(".popup-title", "选项")
    page.find(".pill-more", "还有 3 项")
    page.keys(Keys.ENTER)
    page.find(".context", "使用了")
    page.driver.set_window_size(500, 844)  # Chromium's windows are no narrower; the page is narrower than its list.
    page.click("#head .opens-lists")
    page.find("#channels .channel")
    page.keys(Keys.ESCAPE)
    page.gone("#channels .channel")
    assert page.focused().get_attribute("data-opens") == "lists"
    page.click("#head .opens-lists")
    page.click(".channel", "general")
    page.until(lambda: page.find("#head h1").text == "general", "the other channel")
    page.gone("#channels .channel")
    assert page.driver.execute_script("return document.documentElement.scrollWidth <= innerWidth")


def test_the_page_comes_back_by_itself(browser: Chrome, bot: SmallBot, tmp_path: Path) -> None:
    first = RunningSandbox.start(tmp_path / "sandbox")
    page = Window(browser)
    try:
        page.open(first.url)
        page.find("#composer .box").send_keys("Before", Keys.ENTER)
        page.find(".message .content", "Before")
        first.stop()
        page.find("#notice", "comes back by itself")
        second = RunningSandbox.start(first.folder, first.port)
    except BaseException:
        first.process.kill()
        raise
    try:
        page.gone("#notice", "comes back by itself")
        page.find(".message .content", "Before")
        page.find("#composer .box").send_keys("After", Keys.ENTER)
        page.find(".message .content", "After")
        assert second.secret in browser.current_url
    finally:
        second.stop()
        refused = [one for one in complaints(browser) if not re.search("WebSocket|ERR_CONNECTION|401", one)]
    assert refused == []


def test_the_way_to_the_real_discord_names_the_command_as_it_is_called_here(page: Window) -> None:
    page.click(".banner-button")
    page.find(".steps", f"{salon()} invite")
    page.find(".steps", f"{salon()} run")


def test_a_wrong_secret_is_told_and_breaks_nothing(browser: Chrome, box: RunningSandbox) -> None:
    window = Window(browser)
    browser.get("about:blank")
    browser.get(f"{box.url.partition('#')[0]}#wrong")
    window.find(".locked")
    # Larger than it was, so that whatever watches sizes is told.
    browser.set_window_size(900, 500)
    browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    assert [said for said in complaints(browser) if "401" not in said] == []
