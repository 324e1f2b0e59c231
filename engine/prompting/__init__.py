"""Prompt craft: what may be written into a prompt beside words. No torch here: the bot and the command line use it."""

from engine.prompting.craft import Crafted, craft, variants
from engine.prompting.permutations import as_typed, count
from engine.prompting.sentences import Notice, PromptRefused
from engine.prompting.shape import shaped

__all__ = ["Crafted", "Notice", "PromptRefused", "as_typed", "count", "craft", "shaped", "variants"]
