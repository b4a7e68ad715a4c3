"""Frames to samples: each kind against plain NumPy, and windows that join."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_wavenet.layers.frame_upsampling import FrameUpsampling

HOP, C, CLIP = 6, 3, 7  # samples of a frame, channels, frames of the clip
KINDS = {
    "transposed": {},
    "transposed, odd": {"kernel_sizes": [17]},
    "transposed, no overlap": {"kernel_sizes": [6]},
    "transposed, stages": {"scales": [2, 3], "kernel_sizes": [5, 4]},
    "transposed, wide": {"scales": [3, 2], "initial_kernel_size": 3},
    "stretch": {"kind": "stretch"},
    "stretch, stages": {
        "kind": "stretch",
        "scales": [3, 2],
        "kernel_sizes": [5, 11],
        "frequency_kernel_size": 3,
        "initial_kernel_size": 5,
    },
    "repeat": {"kind": "repeat"},
    "repeat, wide": {"kind": "repeat", "initial_kernel_size": 3},
}


def noisy_layer(noise, **arguments):
    """A layer whose weights are all different."""
    layer = FrameUpsampling(HOP, **arguments)
    layer.build((None, None, C))
    shapes = [weight.shape for weight in layer.weights]
    layer.set_weights([noise(*s, seed=1 + i) for i, s in enumerate(shapes)])
    return layer


@pytest.fixture(scope="module", params=KINDS.values(), ids=KINDS.keys())
def layer(request, noise):
    return noisy_layer(noise, **request.param)


@pytest.fixture(scope="module")
def clip(noise):
    return noise(2, CLIP, C)


def framed(clip, first, stop):
    """Frames of a clip, those at its edges again and again beyond them."""
    return clip[:, np.arange(first, stop).clip(0, CLIP - 1)]


def formula(layer, clip):
    """All rows of a clip in plain NumPy, sum by sum, far from any border."""
    far = 20
    x = framed(clip, -far, CLIP + far).astype("float64")
    kernels = [weight.astype("float64") for weight in layer.get_weights()]
    if layer.initial_kernel_size > 1:
        kernel = kernels.pop(0)
        half = len(kernel) // 2
        padded = np.pad(x, [(0, 0), (half, half), (0, 0)])
        x = sum(padded[:, k : k + x.shape[1]] @ tap for k, tap in enumerate(kernel))
    if layer.kind == "repeat":
        x = np.repeat(x, HOP, axis=1)
    convolve = transposed if layer.kind == "transposed" else stretched
    for scale, kernel in zip(layer.scales, kernels, strict=False):
        x = convolve(x, kernel, scale)
    return x[:, far * HOP : (far + CLIP) * HOP]


def transposed(x, kernel, scale):
    """Each frame adds its kernel's output, centered on the frame."""
    left = (len(kernel) - scale) // 2
    y = np.zeros((len(x), x.shape[1] * scale + 2 * len(kernel), kernel.shape[2]))
    for i in range(x.shape[1]):
        start = len(kernel) + i * scale - left
        y[:, start : start + len(kernel)] += np.einsum("bc,kcd->bkd", x[:, i], kernel)
    return y[:, len(kernel) : len(kernel) + x.shape[1] * scale]


def stretched(x, kernel, scale):
    """Frames repeated, then one filter over channels and samples."""
    x = np.repeat(x, scale, axis=1)
    high, wide = (size // 2 for size in kernel.shape)
    padded = np.pad(x, [(0, 0), (wide, wide), (high, high)])
    y = np.zeros_like(x)
    for h, k in np.ndindex(*kernel.shape):
        y += kernel[h, k] * padded[:, k : k + x.shape[1], h : h + C]
    return y


def test_every_kind_follows_its_formula(layer, clip):
    margin = layer.margin
    found = ops.convert_to_numpy(layer(framed(clip, -margin, CLIP + margin)))
    expected = formula(layer, clip)
    assert found.shape == (2, CLIP * HOP, C) and expected.std() > 0.1
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("first, stop", [(0, 3), (2, 5), (4, CLIP), (4, 5)])
def test_rows_of_a_window_are_those_of_the_whole_clip(layer, clip, first, stop):
    margin = layer.margin
    found = ops.convert_to_numpy(layer(framed(clip, first - margin, stop + margin)))
    expected = formula(layer, clip)[:, first * HOP : stop * HOP]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("early", [0, 5, 6, 13])
def test_rows_before_a_window_are_there_for_each_position(noise, clip, early):
    layer = noisy_layer(noise, early_positions=early)
    left = -(-early // HOP) + layer.margin
    frames = framed(clip, 3 - left, CLIP + layer.margin)
    positions = np.zeros((2, early + 20, 4), "float32")
    found = ops.convert_to_numpy(layer(frames, positions))
    expected = formula(layer, clip)[:, 3 * HOP - early : 3 * HOP + 20]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_a_repeated_frame_holds_for_its_samples_and_no_others(clip):
    layer = FrameUpsampling(HOP, kind="repeat")
    assert layer.margin == 0
    found = ops.convert_to_numpy(layer(clip))
    np.testing.assert_array_equal(found, np.repeat(clip, HOP, axis=1))


def test_kernels_have_the_shapes_that_are_asked_for():
    def shapes(**arguments):
        layer = FrameUpsampling(HOP, **arguments)
        layer.build((None, None, C))
        return [tuple(weight.shape) for weight in layer.weights]

    assert shapes() == [(12, C, C)]
    assert shapes(scales=[2, 3], initial_kernel_size=5) == [
        (5, C, C),
        (4, C, C),
        (6, C, C),
    ]
    assert shapes(kind="stretch", frequency_kernel_size=3) == [(3, 13)]
    assert shapes(kind="repeat") == []


@pytest.mark.parametrize("kind", ["transposed", "stretch"])
def test_at_the_start_rows_are_as_large_as_frames(kind, noise):
    layer = FrameUpsampling(200, kind=kind)
    frames = np.repeat(noise(1, 1, 80), 4, axis=1)
    rows = ops.convert_to_numpy(layer(frames))
    assert 0.7 < rows.std() / frames.std() < 1.4


def test_half_precision_gives_nearly_the_same_rows(noise, clip):
    found, expected = (
        ops.convert_to_numpy(
            ops.cast(noisy_layer(noise, kind=kind, dtype=policy)(clip), "float32")
        )
        for kind in ("stretch",)
        for policy in ("mixed_bfloat16", "float32")
    )
    assert 0 < np.abs(found - expected).max() < 0.1 * np.abs(expected).max()


def test_symbolic_shapes_are_those_of_real_ones(layer, clip):
    frames = framed(clip, -layer.margin, CLIP + layer.margin)
    assert tuple(layer(frames).shape) == layer.compute_output_shape(frames.shape)
    assert layer.compute_output_shape((None, None, C)) == (None, None, C)
    assert layer.compute_output_shape(frames.shape, (2, 9, 4)) == (2, 9, C)


def test_a_layer_made_from_its_config_is_the_same(layer):
    again = FrameUpsampling.from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    assert again.margin == layer.margin


@pytest.mark.parametrize("kind", ["transposed", "stretch"])
def test_kernels_are_made_as_those_of_keras_are(kind, clip):
    arguments = {
        "kind": kind,
        "scales": [2, 3],
        "initial_kernel_size": 3,
        "kernel_initializer": keras.initializers.Constant(2),
        "kernel_regularizer": keras.regularizers.L2(0.5),
        "kernel_constraint": "non_neg",
    }
    layer = FrameUpsampling.from_config(FrameUpsampling(6, **arguments).get_config())
    layer(clip)
    assert len(layer.weights) == 3
    count = layer.count_params()
    losses = [float(ops.convert_to_numpy(loss)) for loss in layer.losses]
    assert sum(losses) == pytest.approx(0.5 * 4 * count)
    for weight in layer.weights:
        assert (ops.convert_to_numpy(weight) == 2).all()
        assert isinstance(weight.constraint, keras.constraints.NonNeg)


@pytest.mark.neutral
@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"hop": 0}, "hop=0"),
        ({"scales": [2, 4]}, r"scales=\[2, 4\], whose product is 8, and hop=6"),
        ({"scales": [6, 0]}, r"scales\[1\]=0"),
        ({"kind": "linear"}, "kind='linear'"),
        ({"kernel_sizes": [12, 12]}, "one number for each of the `scales`"),
        ({"kernel_sizes": [5]}, r"at least 6. Received: kernel_sizes\[0\]=5"),
        ({"kind": "stretch", "kernel_sizes": [12]}, "must be odd"),
        ({"initial_kernel_size": 2}, "`initial_kernel_size` must be odd"),
        ({"frequency_kernel_size": 0}, "frequency_kernel_size=0"),
        ({"edges": "mirror"}, "must be one of 'repeat', 'zeros'"),
        ({"early_positions": -1}, "early_positions=-1"),
    ],
)
def test_an_impossible_argument_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        FrameUpsampling(**{"hop": HOP, **arguments})
