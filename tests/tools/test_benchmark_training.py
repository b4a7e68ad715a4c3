"""The figures of the training benchmark, and its plain network."""

import importlib
from pathlib import Path

import numpy as np
import pytest
from keras import ops

from keras_wavenet import WaveNet
from keras_wavenet.models.inputs import check_arrays

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def tool(monkeypatch):
    """Import a module of the tools."""
    monkeypatch.syspath_prepend(TOOLS)
    return importlib.import_module


def backend(ours, plain):
    return {
        "weights": {"ours": 1000, "plain": 1500},
        "window": 8000,
        "context": 4000,
        "seconds": {"ours": [9.0, ours, 0.0], "plain": [0.0, plain, 9.0]},
        "gemm": 1e8,
    }


@pytest.fixture
def backends():
    return {"torch": backend(1.0, 3.0), "jax": backend(1.25, 1.5)}


@pytest.mark.neutral
def test_figures_are_ratios_of_medians_with_their_targets(tool, backends):
    figures = tool("training_benchmark.figures").make_figures(backends)
    found = {each.what: (each.reached, each.verdict) for each in figures}
    assert found == {
        "torch: times as fast as plain": (3.0, "reached"),
        "torch: a position scored": (2.0, ""),
        "jax: times as fast as plain": (1.2, "missed"),
        "jax: a position scored": (pytest.approx(0.8), ""),
        "torch: share of the GEMM rate": (pytest.approx(0.48), "missed"),
        "jax: share of the GEMM rate": (pytest.approx(0.384), "missed"),
    }


@pytest.mark.neutral
def test_steps_of_the_shapes_of_peers_have_targets(tool, backends):
    seconds = {"plain": [2.6, 9.0, 0.0], "ours": [2.0, 2.0, 2.0], "compiled": [2.6] * 3}
    peer = {"peer": "r9y9", "samples": 10240, "cpu_seconds": seconds}
    figures = tool("training_benchmark.figures").make_figures(backends, peers=[peer])
    assert [(each.reached, each.verdict) for each in figures[-2:]] == [
        (pytest.approx(1.3), "reached"),
        (1.0, "missed"),
    ]


@pytest.mark.neutral
def test_a_wide_network_has_a_share_of_its_own(tool, backends):
    wide = {"jax": {**backend(0.5, 1.0), "weights": {"ours": 1000}}}
    figures = tool("training_benchmark.figures").make_figures(backends, wide=wide)
    assert (figures[-1].reached, figures[-1].target) == (pytest.approx(0.96), 0.7)


@pytest.mark.neutral
def test_the_vocoder_has_a_figure_in_samples_of_one_core(tool, backends):
    vocoder = {"samples": 12800, "cpu_seconds": [0.1, 0.2, 0.9]}
    figures = tool("training_benchmark.figures").make_figures(backends, vocoder)
    assert (figures[-1].reached, figures[-1].unit) == (64000, "samples/s")


@pytest.mark.neutral
def test_a_batch_of_the_vocoder_fits_its_model(tool):
    steps = tool("training_benchmark.steps")
    model = WaveNet.from_preset(steps.VOCODER, load_weights=False)
    inputs, targets = steps.make_vocoder_batch(model)
    check_arrays(model.architecture, inputs)
    assert inputs["waveform"].shape == targets.shape


@pytest.mark.neutral
def test_steps_are_printed_in_seconds(tool, backends, capsys):
    tool("training_benchmark.figures").print_steps(backends)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["torch", "1.00", "3.00", "0"],
        ["jax", "1.25", "1.50", "0"],
    ]


@pytest.mark.neutral
def test_the_picture_is_drawn(tool, tmp_path):
    path = tmp_path / "lengths.png"
    lengths = {"1000": 0.1, "4000": 0.3}
    figures = tool("training_benchmark.figures")
    figures.draw_lengths(path, {"ours": lengths, "plain": lengths}, "torch")
    assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.neutral
@pytest.mark.parametrize(
    "words, complaint",
    [
        (["--rounds", "0"], "--rounds must be at least 1. Received: 0"),
        (["--picture", "no/such/a.png"], "--picture must be in a folder that exists"),
        (["--backend", "theano"], "invalid choice: 'theano'"),
    ],
)
def test_a_wrong_argument_is_refused_first(tool, capsys, words, complaint):
    with pytest.raises(SystemExit):
        tool("benchmark_training").parse_arguments(words)
    assert complaint in capsys.readouterr().err


def plain_weights(ours):
    """The weights of a WaveNet in the order of the plain network's."""
    parts = ours.network
    found = [parts.initial.kernel]
    for block in parts.blocks:
        kernel, bias = (
            np.split(w, 2, axis=-1) for w in block.filter_gate.get_weights()
        )
        found += [kernel[0], bias[0], kernel[1], bias[1]]
        if block.residual_projection is not None:
            found += [
                block.residual_projection.kernel[None],
                block.residual_projection.bias,
            ]
    kernels = np.split(parts.skip.get_weights()[0], len(parts.blocks))
    biases = [parts.skip.bias, *(0 * parts.skip.bias for _ in kernels[1:])]
    for kernel, bias in zip(kernels, biases, strict=True):
        found += [kernel[None], bias]
    for layer in (parts.post, parts.output):
        found += [layer.kernel[None], layer.bias]
    return [ops.convert_to_numpy(weight) for weight in found]


def test_the_plain_network_is_the_same_wavenet(tool):
    """With the same weights, outputs are equal where the context is complete."""
    plain_wavenet = tool("training_benchmark.plain_wavenet").plain_wavenet
    ours = WaveNet(
        dilations=[1, 2, 4],
        residual_channels=4,
        dilation_channels=3,
        skip_channels=5,
        post_channels=5,
    )
    plain = plain_wavenet([1, 2, 4], 4, 3, 5)
    plain.set_weights(plain_weights(ours))
    audio = np.random.default_rng(0).uniform(-0.9, 0.9, (2, 30)).astype("float32")
    codes = ops.convert_to_numpy(ours.distribution.encode(audio))
    history = ours.context_length
    inputs = {"context": audio[:, :history], "waveform": audio[:, history:]}
    np.testing.assert_allclose(
        plain.predict(codes, verbose=0)[:, history:],
        ours.predict(inputs, verbose=0),
        rtol=0,
        atol=1e-5,
    )
