"""Palettes that may be asked for. To the engine they are words of the prompt, ones that `mini` learns."""

import re

WORDS: dict[str, tuple[str, str]] = {
    "pastel": ("in pastel colours", "柔和色调"),
    "neon": ("in neon colours", "霓虹色调"),
    "sepia": ("in sepia tones", "复古色调"),
    "earth": ("in earthy tones", "大地色调"),
    "ice": ("in icy colours", "冷色调"),
}
"""What is said for each, in English and in Chinese."""

_CHINESE = re.compile("[\u3400-\u9fff]")


def known(given: str) -> str | None:
    """Return a palette's name for its name or its Chinese words."""
    folded = given.strip().casefold()
    return next((name for name, (_, chinese) in WORDS.items() if folded in (name, chinese)), None)


def with_palette(prompt: str, palette: str | None) -> str:
    """Return the prompt with a palette's words, in the prompt's language."""
    if palette not in WORDS:
        return prompt
    english, chinese = WORDS[palette]
    return f"{prompt}，{chinese}" if _CHINESE.search(prompt) else f"{prompt}, {english}"
