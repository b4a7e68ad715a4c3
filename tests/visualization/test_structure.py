"""Charts of the network itself: its tree, its reach, its block, its codes."""

import io

import numpy as np
import pytest

from keras_wavenet.models.architecture import Architecture
from keras_wavenet.visualization import (
    animate_dilations,
    new_figure,
    plot_block,
    plot_codes,
    plot_dilations,
    plot_mu_law,
    plot_mu_law_error,
    plot_receptive_field,
    plot_saliency,
)

pytestmark = pytest.mark.neutral


@pytest.fixture
def axes():
    return new_figure(4, 3).subplots()


def title(axes):
    return axes.get_title(loc="left")


def test_the_tree_has_the_lines_that_an_output_is_computed_from(axes):
    assert plot_dilations(axes, [1, 2, 4], positions=10, output=8) is axes
    faint, strong = axes.collections[:2]
    ends = {tuple(map(tuple, line)) for line in strong.get_segments()}
    assert len(ends) == 2 + 4 + 8 and ((4, 2), (8, 3)) in ends
    assert {start for (start, layer), _ in ends if layer == 0} == set(range(1, 9))
    total = sum(10 + 10 - dilation for dilation in (1, 2, 4))
    assert len(faint.get_segments()) == total - len(ends)
    assert title(axes) == "One output depends on 8 samples"


def test_the_animation_moves_the_output_through_its_frames():
    image = pytest.importorskip("PIL.Image")
    content = animate_dilations([1, 2], frames=2)
    assert content.startswith(b"\x89PNG")
    frames = image.open(io.BytesIO(content))
    assert frames.n_frames == 2
    pixels = []
    for number in range(2):
        frames.seek(number)
        pixels.append(np.asarray(frames.convert("RGB"), "int16"))
    assert np.abs(pixels[0] - pixels[1]).max() > 100


def test_the_bars_are_the_receptive_field_after_each_block(axes):
    plot_receptive_field(axes, [1, 2, 4], 2, 3, sample_rate=1000)
    assert [bar.get_width() for bar in axes.patches] == [3, 4, 6, 10]
    assert [text.get_text() for text in axes.texts] == ["10 samples"]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels[-1] == "block 2, d = 4"


def test_the_past_names_how_far_back_the_gradient_lies(axes):
    plot_saliency(axes, np.array([8.0, 1, 0.5, 0.5]), sample_rate=1000)
    words = [text.get_text() for text in axes.get_legend().get_texts()]
    assert words == ["50% within 1 ms", "90% within 2 ms"]
    assert axes.lines[0].get_xdata().tolist() == [1, 2, 3, 4]


def test_the_block_has_the_sizes_of_the_configuration(axes):
    architecture = Architecture(
        dilations=[1, 2, 64],
        residual_channels=17,
        dilation_channels=19,
        skip_channels=23,
        post_channels=29,
        speakers=5,
    )
    plot_block(axes, architecture)
    words = " ".join(text.get_text() for text in axes.texts)
    for part in ("17 channels", "d = 1 to 64", "19 to 23", "19 to 17", "to 29"):
        assert part in words
    assert "conditions\nglobal 5" in words and "3 blocks" in words
    assert "1 × 1 to 256\ncategorical" in words


def test_a_block_without_conditions_shows_none(axes):
    plot_block(axes, Architecture(dilations=[1]))
    assert not any("conditions" in text.get_text() for text in axes.texts)


def test_the_curve_of_mu_law_rises_through_all_codes(axes):
    plot_mu_law(axes, 16)
    amplitudes, codes = axes.lines[0].get_data()
    assert codes.tolist() == list(range(16)) and amplitudes[[0, -1]].tolist() == [-1, 1]


def test_mu_law_errs_less_than_linear_codes_near_silence_only(axes):
    plot_mu_law_error(axes)
    linear, companded = (line.get_ydata() for line in axes.lines)
    amplitudes = axes.lines[0].get_xdata()
    quiet, loud = amplitudes < 0.01, amplitudes > 0.5
    assert companded[quiet].mean() < linear[quiet].mean() / 5
    assert companded[loud].mean() > 2 * linear[loud].mean()


def test_codes_stand_beside_their_samples(axes):
    plot_codes(axes, np.array([-1.0, 0.0, 1.0]), 1000)
    twin = axes.figure.axes[-1]
    assert axes.lines[0].get_ydata().tolist() == [-1, 0, 1]
    assert twin.lines[0].get_ydata().tolist() == [0, 128, 255]
    assert axes.lines[0].get_xdata().tolist() == [0, 1, 2]
