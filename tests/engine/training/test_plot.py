import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.training.losses import LossLog, read_losses
from engine.training.plot import COLOURS, PANEL, Line, Panel, draw, plot_losses, smoothed

LEVELS = st.floats(-1e9, 1e9, allow_subnormal=False)


@settings(max_examples=15, deadline=None)
@given(ys=st.lists(LEVELS, min_size=1, max_size=5))
def test_draws_any_values(tmp_path_factory, ys):
    path = tmp_path_factory.mktemp("plot") / "plot.png"
    draw([Panel("any", "step", [Line(range(len(ys)), ys, marks=True)])], path)
    with Image.open(path) as plot:
        assert plot.size == PANEL


def test_a_falling_line_falls(tmp_path):
    draw([Panel("loss", "step", [Line([0, 1, 2], [3.0, 2.0, 1.0])])], tmp_path / "plot.png")
    colour = np.array([int(COLOURS[0][i : i + 2], 16) for i in (1, 3, 5)])
    pixels = np.asarray(Image.open(tmp_path / "plot.png").convert("RGB")).astype(int)
    rows, columns = np.nonzero(np.abs(pixels - colour).sum(-1) < 60)
    left, right = (rows[np.abs(columns - place(columns)) < 5].mean() for place in (np.min, np.max))
    assert right - left > 100


def test_smoothing_keeps_what_is_flat_and_calms_what_is_not():
    assert smoothed([2.0] * 9) == pytest.approx([2.0] * 9)
    noise = np.random.default_rng(0).normal(size=400)
    assert np.std(smoothed(list(noise))) < 0.5


def test_the_log_takes_a_new_column_and_forgets_what_comes_again(tmp_path):
    log = LossLog(tmp_path, 0)
    for step in (20, 40, 60):
        log.add(step, step, {"loss": 1.0 / step})
    again = LossLog(tmp_path, 40)
    again.add(60, 61.0, {"loss": 0.5, "kl": 0.25})
    rows = read_losses(tmp_path)
    assert [row["step"] for row in rows] == [20, 40, 60]
    assert rows[-1] == {"step": 60, "seconds": 61.0, "loss": 0.5, "kl": 0.25}
    assert "kl" not in rows[0]
    again.add(80, 81.0, {"loss": 0.4, "kl": 0.2})
    plot_losses(tmp_path)
    with Image.open(tmp_path / "losses.png") as plot:
        assert plot.width == 2 * PANEL[0]


def test_nothing_is_drawn_of_nothing(tmp_path):
    plot_losses(tmp_path)
    assert list(tmp_path.iterdir()) == []
