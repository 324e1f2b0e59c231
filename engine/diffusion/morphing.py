"""The frames of a morph: states that advance together, and find their places on the way while they are painted.

Between paintings all frames go through the same noise levels, and are a chain. A network that paints few things well
switches from one to another between two mixtures, however close; so once a picture shows, after each step, the frames
are moved along the chain to where equal times are equal changes: in what each is expected to become, in noise and in
place. A switch so becomes several mixed frames, of which the steps that follow make pictures. This is the string method
(E, Ren and Vanden-Eijnden, Simplified and improved string method, 2007) with the model's denoising as the force. The
stops keep to themselves, and end as they do alone. Other frames are what they are by their neighbours: their recipe is
that of the morph, which paints all and returns that one; its weights say which mixture lies at the frame's place.

Frames between pictures that are mixed as they look start at different noise levels, and are no chain. They are painted
twice in part, only to be looked at, and each time move to better places. Such a frame is nothing but a blend, whose
recipe paints it again by itself.

Changes are distances between latents as they are expected to end, which is what the model's own autoencoder sees in a
picture. They are of unit length at each point, as features are that are compared perceptually (Zhang et al., The
unreasonable effectiveness of deep features as a perceptual metric, 2018).
"""

from collections.abc import Iterable
from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F

from engine.api import Brief
from engine.diffusion import blending, chain
from engine.diffusion.adapters.base import Adapter
from engine.diffusion.executors import Executor
from engine.diffusion.starting import Plan
from engine.diffusion.state import State
from engine.families.base import Inputs
from engine.modes import blend, morph

SHOWS = 0.3
"""Part of the steps after which a picture shows, and the frames of a chain are moved after each but the last."""
LOOKS = 2
"""How often frames that are no chain are painted to be looked at only."""
LOOK_SHARE = 0.4
"""Part of the steps that are taken for that."""


class Course:
    """The way of one morph, and its frames."""

    def __init__(self, brief: Brief, adapter: Adapter, executor: Executor, plan: Plan, inputs: Inputs) -> None:
        """Encode the stops and place the frames evenly."""
        self._brief, self._adapter, self._executor, self._plan = brief, adapter, executor, plan
        self._parts = blending.parts_of(brief, adapter, executor, plan, inputs)
        self._chained = all(each.picture is None for each in brief.ingredients)
        self._seen: list[tuple[float, np.ndarray]] = []
        between = brief.count > len(brief.ingredients)
        self._looks_left = LOOKS if between and not self._chained else 0
        self._meetings = meetings(plan.steps) if between and self._chained else []
        self.places = morph.evenly(brief)
        self.states: tuple[State, ...] = ()
        self._set_out()

    def go_on(self) -> None:
        """Move the frames to better places, once all of them took the steps that this waits for."""
        if any(state.due for state in self.states):
            return
        if self._looks_left:
            self._look()
            self._looks_left -= 1
            self._set_out()
        elif self._meetings:
            self._even_out()
            self._await(self._meetings[1:])

    def _set_out(self) -> None:
        """Start all frames from where they are now; those there already become other states."""
        made = [self._state(frame, place) for frame, place in enumerate(self.places)]
        if not self.states:
            self.states = tuple(made)
            self._await(self._meetings)
            return
        for state, fresh in zip(self.states, made, strict=True):
            for field in fields(State):
                setattr(state, field.name, getattr(fresh, field.name))

    def _state(self, frame: int, place: float) -> State:
        alone, plan = frame_brief(self._brief, place), self._plan
        state = blending.state_of(alone, self._adapter, self._executor, plan, self._parts, blend.shares(alone), index=0)
        state.frame, state.course = frame, self
        if self._chained:
            state.brief, state.index = replace(alone, mode="morph", count=self._brief.count), frame
        if self._looks_left:
            state.stop = max(1, round(LOOK_SHARE * plan.steps))
            state.ahead = (self._looks_left - 1) * state.stop + plan.steps
        return state

    def _await(self, meetings: list[int]) -> None:
        """Have the frames of a chain wait for one another after the first of these numbers of steps."""
        self._meetings = meetings
        if not self._chained:
            return
        for state in self.states:
            state.stop = meetings[0] if meetings else None
            state.ahead = len(state.timesteps) - meetings[0] if meetings else 0

    def _even_out(self) -> None:
        """Move the frames along their chain to where equal change lies between them."""
        places, links = list(self.places), list(self.states)
        if morph.closed(self._brief):
            places.append(float(morph.legs(self._brief)))
            links.append(self.states[0])
        changes = [float(np.linalg.norm(two - one)) for one, two in pairwise(map(seen, links))]
        self.places = self._spaced(places, changes)
        reached = [chain.found(links, float(at)) for at in np.interp(self.places, places, range(len(places)))]
        for frame, (state, one) in enumerate(zip(self.states, reached, strict=True)):
            fresh = self._state(frame, self.places[frame])
            state.brief, state.rows, state.guidance = fresh.brief, fresh.rows, fresh.guidance
            one.given_to(state)

    def _look(self) -> None:
        """Look at the frames, and move them to where equal change lies between them."""
        self._seen += zip(self.places, map(seen, self.states), strict=True)
        places = [place for place, _ in self._seen]
        vectors = [vector for _, vector in self._seen]
        if morph.closed(self._brief):
            places.append(float(morph.legs(self._brief)))
            vectors.append(self._seen[0][1])
        self.places = self._spaced(*morph.merged(places, np.stack(vectors)))

    def _spaced(self, places: list[float], changes: list[float]) -> list[float]:
        closed = morph.closed(self._brief)
        return morph.spaced(places, changes, self._brief.count, morph.legs(self._brief), round_trip=closed)


def meetings(steps: int) -> list[int]:
    """Return the numbers of steps after which the frames of a chain are moved."""
    return [taken for taken in range(1, steps) if taken >= SHOWS * steps]


def seen(state: State) -> np.ndarray:
    """Return the vector, float32, whose distances say how different what is expected of states looks."""
    expected: torch.Tensor = state.latents if state.clean is None else state.clean
    vector: np.ndarray = F.normalize(expected.float(), dim=1).cpu().numpy().ravel()
    return vector


def start(brief: Brief, adapter: Adapter, executor: Executor, plan: Plan, inputs: Inputs) -> tuple[State, ...]:
    """Return the frames of a morph as one group."""
    return Course(brief, adapter, executor, plan, inputs).states


def go_on(states: Iterable[State]) -> None:
    """Let the morphs among these states, which took a step, go on."""
    for course in {id(state.course): state.course for state in states}.values():
        if course is not None:
            course.go_on()


def frame_brief(brief: Brief, place: float) -> Brief:
    """Return the brief of a blend by itself, as at that place of a morph's way before the frames are chained."""
    shares = morph.shares_at(place, len(brief.ingredients))
    pictured = [each.picture is not None for each in brief.ingredients]
    ingredients = [replace(each, weight=share) for each, share in zip(brief.ingredients, shares, strict=True)]
    # Without a share of a picture a strength would turn the mixed noise towards a new one.
    shown = any(seen and share for seen, share in zip(pictured, shares, strict=True))
    strength = morph.strength_at(place, pictured, brief.strength) if shown else 0.0
    return replace(
        brief,
        mode="blend",
        count=1,
        only=None,
        ingredients=tuple(ingredients),
        strength=strength,
    )
