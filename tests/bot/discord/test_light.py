import subprocess
import sys

import pytest


@pytest.mark.parametrize("heavy", ["torch", "numpy", "PIL", "diffusers", "transformers"])
def test_the_bot_process_loads_nothing_heavy(heavy: str) -> None:
    code = f"import bot.discord.client, bot.discord.postman, sys; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
