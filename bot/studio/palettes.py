"""Palettes that may be asked for. To the engine they are words of the prompt, ones that `mini` has learnt."""

WORDS: dict[str, str] = {
    "pastel": "in pastel colours",
    "neon": "in neon colours",
    "sepia": "in sepia tones",
}


def with_palette(prompt: str, palette: str | None) -> str:
    """Return the prompt with a palette's words."""
    words = WORDS.get(palette or "")
    return f"{prompt}, {words}" if words else prompt
