"""Charts of a run: its curves, and the baselines that they must be below."""

import pytest

from keras_wavenet.visualization.style import new_figure
from keras_wavenet.visualization.training import plot_bits, plot_learning_rate

pytestmark = pytest.mark.neutral

BASELINES = {"histogram of the codes": 7.68, "last-sample predictor": 5.26}
ROWS = [
    {
        "step": step,
        "learning_rate": 1e-3,
        "bits_per_sample": 4 + 300 / step,
        "val_bits_per_sample": None if step % 200 else 4.25 + 300 / step,
    }
    for step in range(100, 1001, 100)
]


def test_the_chart_shows_both_curves_and_what_they_must_beat():
    axes = new_figure(4, 3).subplots()
    plot_bits(axes, ROWS, BASELINES)
    training, validation = axes.lines[:2]
    assert training.get_xdata().tolist() == list(range(50, 951, 100))
    assert validation.get_xdata().tolist() == list(range(200, 1001, 200))
    assert validation.get_ydata()[-1] == pytest.approx(4.55)
    words = [text.get_text() for text in axes.get_legend().get_texts()]
    assert words == ["training 4.300", "validation 4.550"]
    lines = [text.get_text() for text in axes.texts]
    assert lines == [
        "histogram of the codes 7.68",
        "last-sample predictor 5.26",
    ]
    assert axes.get_ylim()[1] > 7.68


def test_the_name_of_a_baseline_is_not_at_the_end_of_a_curve_that_reaches_it():
    axes = new_figure(4, 3).subplots()
    rows = [
        {"step": step, "bits_per_sample": bits, "val_bits_per_sample": None}
        for step, bits in ((100, 7.5), (200, 6.0), (300, 5.3))
    ]
    plot_bits(axes, rows, BASELINES)
    histogram, last_sample = axes.texts
    assert histogram.xy[0] == 1 and histogram.get_ha() == "right"
    assert last_sample.xy[0] == 0 and last_sample.get_ha() == "left"


def test_a_run_without_bits_shows_its_loss():
    rows = [{"step": 1, "learning_rate": 0.1, "loss": 2.0, "val_loss": None}]
    axes = new_figure(4, 3).subplots()
    plot_bits(axes, rows, BASELINES)
    assert axes.get_title(loc="left") == "Loss"
    assert len(axes.lines) == 1 and not axes.texts


def test_the_learning_rate_is_drawn_from_zero():
    axes = new_figure(4, 3).subplots()
    assert plot_learning_rate(axes, ROWS) is axes
    assert axes.lines[0].get_ydata().tolist() == [1e-3] * 10
    assert axes.get_ylim()[0] == 0
