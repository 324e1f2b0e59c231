"""The frames of a morph: states that advance together, and find their places on the way while they are painted.

Twice they are painted in part, only to be looked at; each time they then move to where equal times are equal changes.
At last they are painted in full. What is looked at is the latent as it is expected to end, which is what the model's
own autoencoder sees in a picture: after two fifths of the steps its changes along the way are those of the finished
frames (correlation 0.96 on `mini`; after a third 0.84, and of a painting in four steps 0.62). A frame is nothing but a
blend, whose recipe paints it again by itself.
"""

from collections.abc import Iterable
from dataclasses import fields, replace

import numpy as np

from engine.api import Brief
from engine.diffusion import blending
from engine.diffusion.adapters.base import Adapter
from engine.diffusion.executors import Executor
from engine.diffusion.starting import Plan
from engine.diffusion.state import State
from engine.families.base import Inputs
from engine.modes import blend, morph

LOOKS = 2
"""How often the frames are painted to be looked at only."""
LOOK_SHARE = 0.4
"""Part of the steps that are taken for that."""


class Course:
    """The way of one morph, and its frames."""

    def __init__(self, brief: Brief, adapter: Adapter, executor: Executor, plan: Plan, inputs: Inputs) -> None:
        """Encode the stops and place the frames evenly, to be looked at for the first time."""
        self._brief, self._adapter, self._executor, self._plan = brief, adapter, executor, plan
        self._parts = blending.parts_of(brief, adapter, executor, plan, inputs)
        self._seen: list[tuple[float, np.ndarray]] = []
        self._looks_left = LOOKS if brief.count > len(brief.ingredients) else 0
        self.places = morph.evenly(brief)
        self.states: tuple[State, ...] = ()
        self._set_out()

    def go_on(self) -> None:
        """Move the frames to better places once all of them were painted to be looked at."""
        if self._looks_left == 0 or any(state.due for state in self.states):
            return
        self._look()
        self._looks_left -= 1
        self._set_out()

    def _set_out(self) -> None:
        """Start all frames from where they are now; those there already become other states."""
        made = [self._state(frame, place) for frame, place in enumerate(self.places)]
        if not self.states:
            self.states = tuple(made)
            return
        for state, fresh in zip(self.states, made, strict=True):
            for field in fields(State):
                setattr(state, field.name, getattr(fresh, field.name))

    def _state(self, frame: int, place: float) -> State:
        alone, plan = frame_brief(self._brief, place), self._plan
        state = blending.state_of(alone, self._adapter, self._executor, plan, self._parts, blend.shares(alone), index=0)
        state.frame, state.course = frame, self
        if self._looks_left:
            state.stop = max(1, round(LOOK_SHARE * plan.steps))
            state.ahead = (self._looks_left - 1) * state.stop + plan.steps
        return state

    def _look(self) -> None:
        """Look at the frames, and move them to where equal change lies between them."""
        expected = (state.latents if state.clean is None else state.clean for state in self.states)
        self._seen += zip(self.places, (one.float().cpu().numpy().ravel() for one in expected), strict=True)
        places = [place for place, _ in self._seen]
        seen = [vector for _, vector in self._seen]
        if morph.closed(self._brief):
            places.append(float(morph.legs(self._brief)))
            seen.append(self._seen[0][1])
        ordered, changes = morph.merged(places, np.stack(seen))
        self.places = morph.spaced(
            ordered, changes, len(self.states), morph.legs(self._brief), round_trip=morph.closed(self._brief)
        )


def start(brief: Brief, adapter: Adapter, executor: Executor, plan: Plan, inputs: Inputs) -> tuple[State, ...]:
    """Return the frames of a morph as one group."""
    return Course(brief, adapter, executor, plan, inputs).states


def go_on(states: Iterable[State]) -> None:
    """Let the morphs among these states, which took a step, go on."""
    for course in {id(state.course): state.course for state in states}.values():
        if course is not None:
            course.go_on()


def frame_brief(brief: Brief, place: float) -> Brief:
    """Return the brief of one frame by itself: the blend at that place of a morph's way."""
    shares = morph.shares_at(place, len(brief.ingredients))
    pictured = [each.picture is not None for each in brief.ingredients]
    ingredients = [replace(each, weight=share) for each, share in zip(brief.ingredients, shares, strict=True)]
    strength = morph.strength_at(place, pictured, brief.strength) if any(pictured) else 0.0
    return replace(
        brief,
        mode="blend",
        count=1,
        only=None,
        ingredients=tuple(ingredients),
        strength=strength,
    )
