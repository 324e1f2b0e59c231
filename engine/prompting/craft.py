"""From what somebody typed to what is to be painted."""

from dataclasses import dataclass

from engine.prompting import parameters, permutations, wildcards
from engine.prompting.sentences import Notice, PromptRefused
from engine.prompting.wildcards import Lists


@dataclass(frozen=True, slots=True, kw_only=True)
class Crafted:
    """One prompt, understood. None was not said in it."""

    prompt: str
    negative: str
    ratio: tuple[int, int] | None
    """Of width to height."""
    seed: int | None
    style: str | None
    tile: bool
    """Whether the picture's opposite edges shall fit."""
    notices: tuple[Notice, ...]


def variants(text: str, most: int) -> tuple[str, ...]:
    """Return the prompts that a text with choices in braces makes; one of it, where it has none.

    Raises:
        PromptRefused: a choice is not closed, nested too deep, or there are more than `most`.
    """
    return permutations.expand(text, most)


def craft(
    text: str,
    *,
    negative: str = "",
    said: frozenset[str] = frozenset(),
    lists: Lists | None = None,
    seed: int = 0,
    tiles: bool = False,
) -> Crafted:
    """Understand one prompt: its parameters, then its wildcards.

    Args:
        text: The prompt, without choices.
        negative: What is to be avoided, as an option said; `--no` adds to it.
        said: Which of `ar`, `seed` and `style` options said already.
        lists: Further lists of words, by folded name.
        seed: Decides what wildcards become, where the prompt names no seed.
        tiles: Whether seamless tiles can be painted; if not, `--tile` is answered by a notice.

    Raises:
        PromptRefused: a parameter makes no sense, or repeats an option.
    """
    read = parameters.read(text)
    for name, value in (("ar", read.ratio), ("seed", read.seed), ("style", read.style)):
        if value is not None and name in said:
            raise PromptRefused("both", parameter=f"--{name}")
    told = (Notice("tile", {"parameter": f"--{parameters.TILE}"}),) if read.tile and not tiles else ()
    drawing = seed if read.seed is None else read.seed
    words, unknown = wildcards.fill(read.words, lists or {}, drawing)
    return Crafted(
        prompt=words,
        negative=", ".join(part for part in (negative.strip(), read.avoided or "") if part),
        ratio=read.ratio,
        seed=read.seed,
        style=read.style,
        tile=read.tile and tiles,
        notices=(*read.notices, *told, *unknown),
    )
