"""Charts of what a model computes."""

import numpy as np
import pytest

from keras_wavenet.visualization import (
    new_figure,
    plot_block_responses,
    plot_contributions,
    plot_distributions,
    plot_entropy,
    plot_first_layer,
    plot_gates,
    plot_predictions,
    plot_response,
    plot_skip_levels,
)

pytestmark = pytest.mark.neutral


@pytest.fixture
def axes():
    return new_figure(4, 3).subplots()


def labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def test_gates_are_a_map_with_the_first_block_at_the_bottom(axes):
    gates = np.linspace(0, 1, 3 * 50).reshape(3, 50)
    assert plot_gates(axes, gates, 1000, [1, 2, 4]) is axes
    (image,) = axes.images
    np.testing.assert_array_equal(image.get_array(), gates)
    assert image.origin == "lower"
    assert image.get_extent() == pytest.approx([0, 0.05, -0.5, 2.5])
    assert labels(axes.yaxis) == ["1", "2", "4"]


def test_many_blocks_are_named_at_the_ends_of_their_cycles(axes):
    plot_gates(axes, np.eye(40), 1000, [1, 2, 4, 8] * 10)
    assert labels(axes.yaxis) == ["1", "8"] * 10


def test_skips_are_in_decibels_below_the_largest(axes):
    plot_skip_levels(axes, np.array([[2.0, 0.2], [0.02, 0.0]]), 1000, [1, 2])
    expected = [[0, -20], [-40, -120]]
    np.testing.assert_allclose(axes.images[0].get_array(), expected, atol=1e-6)


def test_the_bars_of_blocks_are_the_bits_they_save(axes):
    plot_contributions(axes, 3.0, [3.5, 2.75], [1, 2])
    assert [bar.get_height() for bar in axes.patches] == [0.5, -0.25]
    colors = {bar.get_facecolor() for bar in axes.patches}
    assert len(colors) == 2 and "3.00" in axes.get_title(loc="left")


def test_a_prediction_is_bright_where_its_probability_is(axes):
    values = np.array([-0.5, 0.0, 0.5])
    probabilities = np.array([[0.0, 1, 0], [0.0, 0, 1]])
    samples = np.array([0.1, 0.3])
    plot_predictions(axes, values, probabilities, samples, 1000)
    image, (line,) = axes.images[0], axes.lines
    low, high = image.get_extent()[2:]
    edges = np.linspace(low, high, len(image.get_array()) + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    first, second = image.get_array().T > -0.2
    # A level reaches half-way to its neighbors, the last one to 1: it is less dense.
    np.testing.assert_array_equal(first, np.abs(middles) < 0.25)
    np.testing.assert_array_equal(second, middles > 0.25)
    assert line.get_ydata().tolist() == samples.tolist()
    assert line.get_xdata().tolist() == [0.5, 1.5]


def test_bits_and_entropy_are_means_of_10_ms_named_with_their_mean(axes):
    bits, entropy = np.repeat([1.0, 3.0], 10), np.full(20, 2.5)
    plot_entropy(axes, bits, entropy, 1000)
    expected, cost = axes.lines
    assert cost.get_ydata().tolist() == [1, 3]
    assert expected.get_ydata().tolist() == [2.5, 2.5]
    assert cost.get_xdata() == pytest.approx([0.005, 0.015])
    words = [text.get_text() for text in axes.get_legend().get_texts()]
    assert words[0].endswith("2.50") and words[1].endswith("2.00")


def test_distributions_of_other_levels_are_drawn_as_densities(axes):
    coarse = np.linspace(-1, 1, 11), np.full(11, 1 / 11)
    fine = np.linspace(-1, 1, 101), np.full(101, 1 / 101)
    plot_distributions(axes, {"coarse": coarse, "fine": fine}, 0.25)
    first, second, sample = axes.lines
    assert first.get_ydata() == pytest.approx(np.full(11, 0.4545), abs=1e-3)
    assert second.get_ydata() == pytest.approx(np.full(101, 0.495), abs=1e-3)
    assert sample.get_xdata() == [0.25, 0.25]
    assert axes.get_xlim() == (-1, 1)


def test_channels_are_sorted_by_the_frequency_of_their_peak(axes):
    magnitude = np.array([[0.1, 10.0], [1.0, 1.0]])  # (F, D)
    plot_response(axes, np.array([0.0, 1000.0]), magnitude, "Block 0")
    found = axes.collections[0].get_array().reshape(2, 2)
    np.testing.assert_allclose(found, [[0, -20], [-20, 0]], atol=1e-6)


def test_responses_of_blocks_are_means_over_their_channels(axes):
    magnitude = np.arange(12.0).reshape(2, 3, 2)
    plot_block_responses(axes, np.array([100.0, 200, 400]), magnitude, [1, 2])
    found = axes.collections[0].get_array().reshape(2, 3)
    np.testing.assert_allclose(found, magnitude.mean(axis=2))
    assert axes.get_xscale() == "log"


def test_the_first_component_of_a_straight_line_is_that_line(axes):
    amplitudes = np.linspace(-1, 1, 9)
    plot_first_layer(axes, amplitudes, np.outer(amplitudes, [3.0, 4.0]))
    np.testing.assert_allclose(axes.lines[0].get_ydata(), 5 * amplitudes, atol=1e-9)
    words = axes.get_legend().get_texts()[0].get_text()
    assert words == "component 1, 100%"
