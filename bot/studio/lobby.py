"""What is told about the engine, the queue and what may be asked for; all from memory."""

from bot.studio.backstage import Backstage
from bot.studio.checks import Checks
from bot.studio.dispatcher import Dispatcher
from bot.studio.requests import EngineInfo, ModelChoice, StyleChoice
from bot.studio.watch import Watch
from engine.names import model_name


class Lobby:
    """Answers at once. What it promises is written at `bot.studio.studio.Studio`."""

    def __init__(self, backstage: Backstage, checks: Checks, watch: Watch, dispatcher: Dispatcher) -> None:
        """Tell about these."""
        self._backstage = backstage
        self._checks = checks
        self._watch = watch
        self._dispatcher = dispatcher

    def info(self) -> EngineInfo:
        """Return what is known of the engine and the queue."""
        description, model, running = self._watch.description, self._watch.model(None), len(self._dispatcher.running)
        return EngineInfo(
            online=self._watch.online,
            absence=self._watch.absence,
            paused=self._dispatcher.draining,
            device=description.device if description else "",
            model=model.name if model else model_name(self._backstage.settings.engine.model),
            queued=max(0, self._backstage.memory.pending - running),
            running=running,
            step_seconds=model.step_seconds if model else {},
        )

    def models(self) -> tuple[ModelChoice, ...]:
        """Return the models."""
        description = self._watch.description
        return tuple(
            ModelChoice(
                name=model.name,
                title=model.title,
                native=model.native,
                steps=model.steps,
                step_seconds=model.step_seconds,
                unscreened=self._checks.unscreened(model.name),
            )
            for model in (description.models if description else ())
        )

    def styles(self, guild_id: int | None) -> tuple[StyleChoice, ...]:
        """Return the styles: the house's, then the guild's."""
        description = self._watch.description
        house = tuple(
            StyleChoice(
                name=style.name,
                title=style.title,
                description=style.description,
                title_zh=style.title_zh,
                description_zh=style.description_zh,
                aliases=style.aliases,
            )
            for style in (description.styles if description else ())
        )
        own = self._backstage.memory.own_styles(guild_id)
        return house + tuple(
            StyleChoice(
                name=style.name, title=style.name, description=style.words, own=True, pictures=len(style.pictures)
            )
            for style in own
        )
