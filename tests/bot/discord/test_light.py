import subprocess
import sys

_HEAVY = ("torch", "numpy", "PIL", "diffusers", "transformers", "openvino")


def test_the_bot_process_loads_nothing_heavy() -> None:
    code = f"import bot.discord.client, bot.run, sys; print(*(set({_HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []
