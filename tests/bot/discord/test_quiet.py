import io
import logging

import pytest

from bot.discord.quiet import LostConnections


@pytest.mark.parametrize(
    ("error", "traced"), [(ConnectionRefusedError("refused"), False), (TimeoutError(), False), (KeyError("x"), True)]
)
def test_a_lost_connection_is_one_line_and_a_fault_is_traced(error: Exception, traced: bool) -> None:
    shown = io.StringIO()
    logger = logging.Logger("of the library")
    logger.addHandler(logging.StreamHandler(shown))
    logger.addFilter(LostConnections())
    try:
        raise error
    except Exception:
        logger.exception("Attempting a reconnect in %.1fs", 2)
    assert shown.getvalue().startswith("Attempting a reconnect in 2.0s")
    assert ("Traceback" in shown.getvalue()) == traced
    assert traced or str(error or "TimeoutError") in shown.getvalue()
