"""What a wish must be like. Nothing here waits."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from bot.settings import UNSCREENED, Settings
from bot.studio import palettes, sizes
from bot.studio.changes import IMAGINE, MODES, ONE_RESULT, WITHOUT_MODEL
from bot.studio.memory import Memory
from bot.studio.requests import Actor, Change, Origin, Refusal, Wish
from bot.studio.watch import Watch
from engine.api import MAX_COUNT, MAX_SEED, ModelInfo
from engine.names import nearest
from engine.prompting.shape import least_side
from engine.styles import folded
from storage.records import GuildStyle

MAX_PROMPT = 1500
SCREENED = ("mini",)
"""Models that cannot paint what would need a screen."""
NO_STYLE = "none"
"""What a wish says where it wants none, whatever the defaults are."""
_JOINERS = "\u200c\u200d"
"""Invisible, but emoji and some scripts need them."""
_NO_STYLE = frozenset({NO_STYLE, "无"})
_COMMONEST_NATIVE = (512, 512)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A wish with everything filled in."""

    prompt: str
    negative: str | None
    style: str | None
    sides: tuple[int, int] | None
    count: int
    seed: int | None
    model: str | None
    palette: str | None
    mode: str
    change: Change
    parents: tuple[int, ...]
    model_info: ModelInfo | None
    own_style: GuildStyle | None = None
    """Where `style` is of the guild's own making."""
    notices: tuple[str, ...] = ()


class Checks:
    """Says no for every reason that memory knows of."""

    def __init__(self, settings: Settings, memory: Memory, watch: Watch) -> None:
        """Judge by these."""
        self._settings = settings
        self._memory = memory
        self._watch = watch

    def check(
        self,
        actor: Actor,
        origin: Origin,
        wish: Wish,
        now: datetime,
        *,
        jobs: int = 1,
        pictures: int | None = None,
        follows: bool = False,
        partly: bool = False,
    ) -> Checked:
        """Return the wish with everything filled in.

        Args:
            actor: Who asks.
            origin: Where.
            wish: For what.
            now: When.
            jobs: How many are asked for together, this one among them.
            pictures: Of all of these; None: of this wish alone.
            follows: Whether it is a further one of these, which waits for no cooldown.
            partly: Whether its count, size and model may still come from another request, and are not judged yet.

        Raises:
            Refusal: the first reason against it.
        """
        self.check_person(actor, origin)
        checked = self.check_wish(actor, origin, wish, partly=partly)
        if wish.model or not partly:
            self._check_model(origin, checked)
        self._watch.require()
        if not follows:
            self._check_cooldown(actor, origin, now)
        self._check_pending(actor, origin, jobs)
        left = self._left(actor, origin, now)
        if wish.count is None and pictures is None and left is not None:
            # Nobody asked for so many: what is left of the day is no reason to refuse.
            return replace(checked, count=min(checked.count, left))
        asked = checked.count if pictures is None else pictures
        if left is not None and asked > left:
            raise Refusal("quota_left", left=left, count=asked, resets_at=_midnight(now))
        return checked

    def tiles(self, model: str | None, guild_id: int | None) -> bool:
        """Whether a model, or what paints in a guild, can paint seamless tiles; until the engine has told, it can."""
        info = self._watch.model(model or self._still_known(self._memory.guild(guild_id).model))
        return info is None or info.varies

    def pictures(self, wish: Wish, *, partly: bool = False) -> int:
        """Return how many pictures a wish asks for; `partly` as `check` has it."""
        return wish.count or (1 if partly else self.most_pictures)

    def check_wish(self, actor: Actor, origin: Origin, wish: Wish, *, partly: bool = False) -> Checked:
        """Fill in a wish and check what it says; `partly` as `check` has it.

        Raises:
            Refusal: it cannot be painted, or holds a forbidden word.
        """
        settings = self._memory.settings(origin.guild_id, actor.id)
        prompt, negative = clean(wish.prompt), clean(wish.negative or "") or None
        if not prompt and wish.mode == IMAGINE:
            raise Refusal("prompt_empty")
        if len(prompt) > MAX_PROMPT:
            raise Refusal("prompt_long", length=len(prompt), most=MAX_PROMPT)
        if negative and len(negative) > MAX_PROMPT:
            raise Refusal("negative_long", length=len(negative), most=MAX_PROMPT)
        said = (prompt, negative, clean(wish.change.find or ""), *(clean(one.prompt) for one in wish.change.mixed))
        if (words := self._memory.words(origin.guild_id)) and (word := words.find(*said)):
            raise Refusal("word", word=word)
        # The frames of a morph are painted as one, and shown as one.
        most = MAX_COUNT if wish.mode == "morph" else self.most_pictures
        count = (1 if partly or wish.mode in ONE_RESULT else most) if wish.count is None else wish.count
        if not 1 <= count <= most:
            raise Refusal("count", most=most)
        if wish.seed is not None and not 0 <= wish.seed <= MAX_SEED - MAX_COUNT:
            raise Refusal("seed", most=MAX_SEED - MAX_COUNT)
        if wish.mode not in MODES:
            raise Refusal("mode", given=wish.mode)
        palette = palettes.known(wish.palette) if wish.palette else None
        if wish.palette and palette is None:
            raise Refusal("palette", given=wish.palette[:100], known=", ".join(palettes.NAMES))
        model = self.known_model(wish.model) if wish.model else self._still_known(settings.model)
        info = None if partly and not wish.model else self._watch.model(model)
        style = settings.style
        if wish.style:
            style = None if folded(wish.style) in _NO_STYLE else self.known_style(wish.style, origin.guild_id)
        own = self._memory.own_style(origin.guild_id, style) if style else None
        if own and words and (word := words.find(own.prompt, own.negative)):
            raise Refusal("word", word=word)
        if wish.mode == "restyle" and own and not own.pictures:
            raise Refusal("style_words", given=own.name)
        guided = bool(wish.change.like or wish.change.style_like)
        if guided and wish.change.tile:
            raise Refusal("tile_like")
        if (guided or palettes.painted(palette)) and info is not None and not info.varies:
            raise Refusal("model_varies", model=info.name)
        return Checked(
            prompt=prompt,
            negative=negative,
            style=style,
            # A default size is for painting from words; a picture has a size of its own.
            sides=self.known_size(wish.size, info)
            if wish.size or partly or wish.mode != IMAGINE
            else self._default_size(settings.size, info),
            count=count,
            seed=wish.seed,
            model=model,
            palette=palette,
            mode=wish.mode,
            change=wish.change,
            parents=wish.parents,
            model_info=None if wish.mode in WITHOUT_MODEL else info,
            own_style=own,
            notices=wish.notices,
        )

    @property
    def most_pictures(self) -> int:
        """The most pictures that one request may have."""
        return min(self._settings.limits.count, MAX_COUNT)

    def known_style(self, name: str, guild_id: int | None = None) -> str:
        """Return a style's name as the guild or the catalogue has it; until the engine has told any, every name passes.

        Raises:
            Refusal: there is no such style.
        """
        if own := self._memory.own_style(guild_id, name):
            return own.name
        description = self._watch.description
        if description is None:
            return name
        by_name = {
            folded(word): style.name
            for style in description.styles
            for word in (style.title_zh, *style.aliases, style.title, style.name)
        }
        found = by_name.get(folded(name))
        if found is None:
            by_name |= {key: own.name for key, own in self._memory.own("style", guild_id).items()}
            close = dict.fromkeys(by_name[hit] for hit in nearest(folded(name), by_name))
            raise Refusal("style", given=name[:100], close=", ".join(close))
        return found

    def known_model(self, name: str) -> str:
        """Return a model's name.

        Raises:
            Refusal: the engine has no such model.
        """
        description = self._watch.description
        if description is None or any(model.name == name for model in description.models):
            return name
        close = nearest(name, [model.name for model in description.models])
        raise Refusal("model", given=name[:100], close=", ".join(close))

    def known_size(self, size: str | None, model: ModelInfo | None) -> tuple[int, int] | None:
        """Return the sides for a size, in pixels.

        Raises:
            Refusal: it is none, or too large or too small for the model.
        """
        if size is None:
            return None
        native, multiple = (model.native, model.multiple) if model else (_COMMONEST_NATIVE, 8)
        found = sizes.sides(size, native, multiple)
        if found is None:
            raise Refusal("size", given=size[:100], known=", ".join(sizes.NAMES))
        if model and max(found) > model.max_side:
            raise Refusal("size_large", width=found[0], height=found[1], most=model.max_side)
        if model and min(found) < (least := least_side(native, multiple)):
            raise Refusal("size_small", given=size[:100], least=least)
        return found

    def check_default_size(self, size: str, model: str | None) -> None:
        """Check that what paints where nobody names a model can paint a size.

        Raises:
            Refusal: it is no size, or too large or too small.
        """
        self.known_size(size, self._watch.model(self._still_known(model)))

    def _default_size(self, size: str | None, model: ModelInfo | None) -> tuple[int, int] | None:
        try:
            return self.known_size(size, model)
        except Refusal as refusal:
            # Who named no size must be told where it comes from.
            raise Refusal(f"default_{refusal.key}", **refusal.values) from refusal

    def _still_known(self, name: str | None) -> str | None:
        """A default that the engine no longer has is no reason to refuse: the model's own default serves."""
        return name if name is not None and self._watch.model(name) else None

    def check_person(self, actor: Actor, origin: Origin) -> None:
        """Check that somebody may use Salon here.

        Raises:
            Refusal: banned, guild_paused, channel or role.
        """
        guild = self._memory.guild(origin.guild_id)
        if self._memory.banned(actor.id, origin.guild_id):
            raise Refusal("banned")
        if guild.paused:
            raise Refusal("guild_paused")
        if guild.channels and not {origin.channel_id, origin.parent_id} & set(guild.channels):
            raise Refusal("channel", channel=guild.channels[0])
        if guild.roles and not actor.moderator and not actor.roles & set(guild.roles):
            raise Refusal("role")

    def _check_model(self, origin: Origin, checked: Checked) -> None:
        name = checked.model or (self._watch.description.default_model if self._watch.description else None)
        # Which model it would be is not known before the engine has told: then none is allowed on trust.
        name = name or self._settings.engine.model
        if self.unscreened(name) and not origin.age_restricted:
            raise Refusal("unscreened", model=name)

    def unscreened(self, model: str) -> bool:
        """Whether a model may paint only in age-restricted channels."""
        return model not in SCREENED and self._settings.safety.unscreened_models != UNSCREENED

    def _check_cooldown(self, actor: Actor, origin: Origin, now: datetime) -> None:
        limits, memory = self._settings.limits, self._memory
        guild = memory.guild(origin.guild_id)
        cooldown = limits.cooldown_s if guild.cooldown_s is None else guild.cooldown_s
        last = memory.last_request.get(actor.id)
        if cooldown and last is not None and (left := last + timedelta(seconds=cooldown) - now) > timedelta():
            raise Refusal("cooldown", seconds=int(left.total_seconds()) + 1)

    def _check_pending(self, actor: Actor, origin: Origin, jobs: int) -> None:
        limits, memory, guild_id, others = self._settings.limits, self._memory, origin.guild_id, jobs - 1
        if _reached(memory.pending + others, limits.pending):
            raise Refusal("full")
        if _reached(memory.pending_of_member[actor.id] + others, limits.pending_per_member):
            raise Refusal("pending", most=limits.pending_per_member)
        if guild_id is not None and _reached(memory.pending_of_guild[guild_id] + others, limits.pending_per_guild):
            raise Refusal("guild_pending", most=limits.pending_per_guild)

    def _left(self, actor: Actor, origin: Origin, now: datetime) -> int | None:
        """Return how many pictures may still be asked for today, at least one; None: any number."""
        limits, memory, guild_id = self._settings.limits, self._memory, origin.guild_id
        guild, left = memory.guild(guild_id), []
        if quota := limits.pictures_per_member if guild.quota is None else guild.quota:
            left.append(quota - memory.pictures_of_member(actor.id, guild_id, now))
            if left[-1] <= 0:
                raise Refusal("quota", most=quota, resets_at=_midnight(now))
        if guild_id is None:
            return min(left, default=None)
        if quota := limits.pictures_per_guild if guild.guild_quota is None else guild.guild_quota:
            left.append(quota - memory.pictures_of_guild(guild_id, now))
            if left[-1] <= 0:
                raise Refusal("guild_quota", most=quota, resets_at=_midnight(now))
        return min(left, default=None)


def clean(text: str) -> str:
    """Return a text without control and format characters, in one line."""
    kept = (" " if char.isspace() else char for char in text if _visible(char))
    return " ".join("".join(kept).split())


def _visible(char: str) -> bool:
    return char.isspace() or char in _JOINERS or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def _reached(number: int, most: int) -> bool:
    return most > 0 and number >= most


def _midnight(now: datetime) -> int:
    return int(datetime.combine(now.date() + timedelta(days=1), time(), UTC).timestamp())
