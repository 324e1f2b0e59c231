"""One seed gives one picture, whatever else is in the batch; a step is all or nothing."""

import numpy as np
import pytest

from engine.diffusion.schedulers import FITTING
from tests.engine.diffusion.painting import brief, paint, run, start


def strangers(architecture: str):
    names = FITTING[architecture]
    return [
        brief(
            f"stranger number {n}",
            id=f"s{n}",
            seed=100 + n,
            steps=3 + n,
            guidance=[1.0, 2.5, 9.0][n % 3],
            scheduler=names[n % len(names)],
        )
        for n in range(7)
    ]


@pytest.mark.parametrize("architecture", list(FITTING))
@pytest.mark.parametrize("place", [0, 5])
def test_a_brief_alone_and_among_seven_strangers(families, architecture, place):
    family = families(architecture)
    mine = brief(steps=6)
    (alone,), (picture,) = paint(family, mine)

    others = strangers(architecture)
    states = start(family, *others[:place], mine, *others[place:])
    run(family, states)
    images = family.finish(states)

    among = states[place]
    assert float((among.latents - alone.latents).norm() / alone.latents.norm()) < 1e-3
    difference = np.asarray(images[place], dtype=int) - np.asarray(picture, dtype=int)
    assert np.abs(difference).max() <= 1
    assert sum(steps for _, steps in family.recipe(among).rows) == 6


def test_pictures_of_a_brief_are_those_of_consecutive_seeds(families):
    family = families("sd")
    together, _ = paint(family, brief(count=3, scheduler="euler_a"))
    (last,), _ = paint(family, brief(count=1, seed=9, scheduler="euler_a"))

    assert float((together[2].latents - last.latents).norm() / last.latents.norm()) < 1e-3


@pytest.mark.parametrize("scheduler", FITTING["sd"])
def test_a_failed_step_leaves_every_state_as_it_was(families, monkeypatch, scheduler):
    family = families("sd")
    wanted, _ = paint(family, brief(steps=6), brief(steps=6, scheduler=scheduler, seed=3))
    states = start(family, brief(steps=6), brief(steps=6, scheduler=scheduler, seed=3))
    family.step(states)
    family.step(states)

    last = states[-1].scheduler
    honest = type(last).step

    def fail_late(self, *args, **kwargs):
        stepped = honest(self, *args, **kwargs)
        if self is last:
            raise RuntimeError("interrupted after the scheduler had moved on")
        return stepped

    monkeypatch.setattr(type(last), "step", fail_late)
    monkeypatch.setattr(
        "engine.diffusion.stepping.takes_generator", lambda cls: scheduler in ("euler_a", "lcm", "ddim", "euler")
    )
    with pytest.raises(RuntimeError, match="interrupted"):
        family.step(states)
    monkeypatch.undo()
    run(family, states)

    for state, expected in zip(states, wanted, strict=True):
        assert state.latents.equal(expected.latents)
