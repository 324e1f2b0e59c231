"""Palettes that may be asked for: some as words of the prompt, ones that `mini` learns, the others as colours."""

import re

from engine.api.errors import InvalidBrief
from engine.api.guides import Palette, colours

WORDS: dict[str, tuple[str, str]] = {
    "pastel": ("in pastel colours", "柔和色调"),
    "neon": ("in neon colours", "霓虹色调"),
    "sepia": ("in sepia tones", "复古色调"),
    "earth": ("in earthy tones", "大地色调"),
    "ice": ("in icy colours", "冷色调"),
}
"""What is said for each, in English and in Chinese."""

COLOURS: dict[str, str] = {
    "sunset": "落日",
    "ocean": "海洋",
    "forest": "森林",
    "autumn": "秋色",
    "candy": "糖果",
    "night": "夜色",
    "grey": "灰色",
}
"""Palettes that the engine has colours for, and their names in Chinese."""
NAMES = (*WORDS, *COLOURS)

_CHINESE = re.compile("[\u3400-\u9fff]")


def known(given: str) -> str | None:
    """Return a palette's name for its name or its Chinese words, or the colours that were listed as `#102040,#f5e6c0`.

    None where it is none of these.
    """
    folded = given.strip().casefold()
    chinese = {word: name for name, (_, word) in WORDS.items()} | {word: name for name, word in COLOURS.items()}
    if folded in NAMES:
        return folded
    if folded in chinese:
        return chinese[folded]
    if "#" not in folded:
        return None
    try:
        return ",".join(colours(folded))
    except InvalidBrief:
        return None


def painted(palette: str | None) -> Palette | None:
    """Return the colours that a picture is brought to, for a palette that is not told in words."""
    if palette is None or palette in WORDS:
        return None
    return Palette(colours=colours(palette)) if palette.startswith("#") else Palette(name=palette)


def with_palette(prompt: str, palette: str | None) -> str:
    """Return the prompt with a palette's words, in the prompt's language."""
    if palette not in WORDS:
        return prompt
    english, chinese = WORDS[palette]
    return f"{prompt}，{chinese}" if _CHINESE.search(prompt) else f"{prompt}, {english}"
