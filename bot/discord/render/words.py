"""What is shown of answers in words."""

from discord import ui

from bot.discord.clean import shown
from bot.discord.render.parts import MAX_ALT, Message, Upload, box, gallery, notice
from bot.discord.text import Text
from engine.api import PictureWords, PromptWeights

_PROMPT = 600
"""Characters of one prompt."""
_WORDS = 60
_MOST = 24
_NOTICE = 300


def picture_words(found: PictureWords, text: Text) -> Message:
    """Return the prompts that would paint such a picture, and how sure the model is of what they say."""
    if not found.prompts:
        return notice(text("words.nothing", model=shown(found.model, 100)))
    lines = [text("words.title")]
    lines += [f"{number}. {shown(prompt, _PROMPT)}" for number, prompt in enumerate(found.prompts, 1)]
    told = [
        text("words.sure", words=shown(one.words, _WORDS), percent=round(100 * one.sure)) for one in found.told[:_MOST]
    ]
    if told:
        lines.append(text("words.told", told=" · ".join(told)))
    lines.append(text("words.again"))
    return notice("\n".join(lines))


def prompt_weights(found: PromptWeights, text: Text) -> Message:
    """Return the words of a prompt, the weightiest first, the shorter prompt, and where the words are felt."""
    ranked = sorted(found.weights, key=lambda weight: -weight.share)
    lines = [text("weights.title")]
    for number, weight in enumerate(ranked[:_MOST], 1):
        words = shown(weight.words, _WORDS)
        percent = round(100 * weight.share)
        lines.append(f"{number}. {words if weight.kept else f'~~{words}~~'} · {percent}%")
    whole = all(weight.kept for weight in found.weights)
    lines.append(text("weights.whole") if whole else text("weights.shorter", prompt=shown(found.shortened, _PROMPT)))
    lines += [f"-# {shown(sentence, _NOTICE)}" for sentence in found.notices]
    heaviest = ", ".join(weight.words for weight in ranked[:_MOST])
    sheet = Upload("salon-words.webp", found.sheet, text("weights.alt", words=heaviest)[:MAX_ALT])
    return Message((box([ui.TextDisplay("\n".join(lines)), gallery([sheet])]),), (sheet,))
