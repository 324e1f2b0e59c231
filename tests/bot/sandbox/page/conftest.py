import asyncio
import os
import shutil
from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

from tests.bot.sandbox.page.small_bot import SmallBot
from tests.bot.sandbox.page.window import Window
from tests.bot.sandbox.process import RunningSandbox

_SIZE = 1280, 860


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        why = "Chromium is not installed; on Debian: apt install chromium chromium-driver"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    options = ChromeOptions()
    options.binary_location = chromium
    profile = tmp_path_factory.mktemp("chromium")
    # The tests run as root in CI, where Chromium's own box does not work; every page it opens is ours.
    for switch in ("headless=new", "no-sandbox", "disable-dev-shm-usage", f"user-data-dir={profile}", "disable-gpu"):
        options.add_argument(f"--{switch}")
    options.add_argument("--force-prefers-reduced-motion")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = Chrome(options, ChromeService(driver))
    started.set_script_timeout(30)
    yield started
    started.quit()


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """A sandbox whose clock stands still, judged at the end."""
    running = RunningSandbox.start(tmp_path_factory.mktemp("page") / "sandbox")
    try:
        asyncio.run(running.control("POST", "/clock", frozen=True))
        yield running
        asyncio.run(running.check())
    finally:
        running.stop()


@pytest.fixture(scope="module")
def bot(browser: Chrome, box: RunningSandbox) -> Iterator[SmallBot]:
    with SmallBot(box) as running:
        yield running


@pytest.fixture
def page(browser: Chrome, box: RunningSandbox, bot: SmallBot) -> Iterator[Window]:
    """The page, opened afresh; what the browser complains of fails the test."""
    browser.set_window_size(*_SIZE)
    window = Window(browser)
    window.open(box.url)
    yield window
    assert complaints(browser) == []


def complaints(browser: Chrome) -> list[str]:
    """Errors and broken content rules of the page since they were last asked for."""
    return [one["message"] for one in browser.get_log("browser") if one["level"] == "SEVERE"]
