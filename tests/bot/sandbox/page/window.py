"""The page in a browser, as a person uses it: everything waits until it can be seen."""

from collections.abc import Callable
from typing import Any

from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

_PATIENCE_S = 30


class Window:
    """One window; selectors are CSS."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        """Begin as the first member in #paintings, remembering nothing."""
        self.driver.get("about:blank")
        self.driver.get(url)
        self.driver.execute_script("sessionStorage.removeItem('salon.member'); localStorage.clear()")
        self.driver.refresh()
        self.find("#composer .box")
        self.find("#messages > li")

    def until(self, condition: Callable[[], Any], what: str) -> Any:
        """Wait until something holds; elements that are drawn again in between are looked for again."""
        ignored = (StaleElementReferenceException, NoSuchElementException)
        waiting = WebDriverWait(self.driver, _PATIENCE_S, 0.05, ignored)
        return waiting.until(lambda _: condition(), f"waited for {what}")

    def find(self, selector: str, containing: str = "") -> WebElement:
        """Wait for the last visible element that fits."""
        return self.until(lambda: self._last(selector, containing), f"{selector} with {containing!r}")

    def gone(self, selector: str, containing: str = "") -> None:
        """Wait until nothing visible fits."""
        self.until(lambda: not self._last(selector, containing), f"no {selector} with {containing!r}")

    def click(self, selector: str, containing: str = "") -> None:
        """Press what fits, as soon as it can be pressed."""

        def press() -> bool:
            found = self._last(selector, containing)
            if found is None:
                return False
            found.click()
            return True

        self.until(press, f"{selector} with {containing!r} to press")

    def keys(self, *keys: str) -> None:
        """Type into whatever has the focus."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def chord(self, modifier: str, key: str) -> None:
        ActionChains(self.driver).key_down(modifier).send_keys(key).key_up(modifier).perform()

    def command(self, name: str) -> None:
        """Send a command without options."""
        self.find("#composer .box").send_keys(f"/{name}")
        self.find(".popup-item.active", f"/{name}")
        self.keys(Keys.ENTER)
        self.find(".command-name", f"/{name}")
        self.keys(Keys.ENTER)

    def become(self, name: str) -> None:
        """Switch to another member."""
        self.click("#who")
        self.click(".menu-item", name)
        self.find("#who strong", name)

    def count(self, selector: str) -> int:
        return len(self.driver.find_elements(By.CSS_SELECTOR, selector))

    def focused(self) -> WebElement:
        return self.driver.switch_to.active_element

    def _last(self, selector: str, containing: str) -> WebElement | None:
        found = self.driver.find_elements(By.CSS_SELECTOR, selector)
        return next((one for one in reversed(found) if one.is_displayed() and containing in one.text), None)
