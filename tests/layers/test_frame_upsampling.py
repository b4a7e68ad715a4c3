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
    "transposed, wide": {"scales": [3, 2], "initial_kernel_size": 3, "use_bias": True},
    "transposed, shared": {
        "shared_kernel": True,
        "scales": [2, 3],
        "kernel_sizes": [6, 4],
        "frequency_kernel_size": 3,
        "use_bias": True,
        "activation": "leaky_relu",
        "negative_slope": 0.2,
    },
    "stretch": {"kind": "stretch"},
    "stretch, stages": {
        "kind": "stretch",
        "scales": [3, 2],
        "kernel_sizes": [5, 11],
        "frequency_kernel_size": 3,
        "initial_kernel_size": 5,
        "use_bias": True,
        "activation": "relu",
    },
    "repeat": {"kind": "repeat"},
    "repeat, wide": {"kind": "repeat", "initial_kernel_size": 3},
}


def noisy_layer(noise, **arguments):
    """A layer whose weights are all different."""
    layer = FrameUpsampling(HOP, **arguments)
    layer.build((None, None, C + (layer.edges != "repeat")))
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
    count = len(layer.scales) if layer.use_bias else 0
    biases = kernels[len(kernels) - count :] or np.zeros((len(layer.scales), 1))
    if layer.initial_kernel_size > 1:
        kernel = kernels.pop(0)
        half = len(kernel) // 2
        padded = np.pad(x, [(0, 0), (half, half), (0, 0)])
        x = sum(padded[:, k : k + x.shape[1]] @ tap for k, tap in enumerate(kernel))
    if layer.kind == "repeat":
        x = np.repeat(x, HOP, axis=1)
    for scale, kernel, bias in zip(layer.scales, kernels, biases, strict=False):
        if layer.kind == "transposed" and not layer.shared_kernel:
            x = transposed(x, kernel, scale) + bias
        else:
            x = (
                shared(x, kernel, scale)
                if layer.shared_kernel
                else stretched(x, kernel, scale)
            )
            x = x + np.resize(bias, x.shape[1])[:, None]  # one for each phase
        slope = {None: 1, "relu": 0}.get(layer.activation, layer.negative_slope)
        x = np.where(x > 0, x, slope * x)
    return x[:, far * HOP : (far + CLIP) * HOP]


def transposed(x, kernel, scale):
    """Each frame adds its kernel's output, centered on the frame."""
    left = (len(kernel) - scale) // 2
    y = np.zeros((len(x), x.shape[1] * scale + 2 * len(kernel), kernel.shape[2]))
    for i in range(x.shape[1]):
        start = len(kernel) + i * scale - left
        y[:, start : start + len(kernel)] += np.einsum("bc,kcd->bkd", x[:, i], kernel)
    return y[:, len(kernel) : len(kernel) + x.shape[1] * scale]


def shared(x, kernel, scale):
    """The same, where a channel depends on its neighbors by one filter."""
    kernels = np.zeros((kernel.shape[1], C, C))
    for h, c in np.ndindex(len(kernel), C):
        if 0 <= c + h - len(kernel) // 2 < C:
            kernels[:, c + h - len(kernel) // 2, c] = kernel[h]
    return transposed(x, kernels, scale)


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


def test_beyond_a_clip_rows_are_zeros_or_the_first_one(noise, clip):
    options = {"kernel_sizes": [HOP], "use_bias": True, "activation": "relu"}
    marks = np.repeat([0.0, 0.0, 1.0, 1.0], 2).reshape(1, 4, 2).transpose(2, 1, 0)
    frames = np.concatenate([framed(clip, -2, 2), marks], axis=-1)
    inside = formula(noisy_layer(noise, **options), clip)[:, : 2 * HOP]
    for edges, before in (("zeros", 0 * inside), ("first_row", inside[:, :1])):
        layer = noisy_layer(noise, edges=edges, **options)
        found = ops.convert_to_numpy(layer(frames.astype("float32")))
        before = np.broadcast_to(before, inside.shape)
        expected = np.concatenate([before[:, : 2 * HOP], inside], axis=1)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


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
    assert shapes(use_bias=True) == [(12, C, C), (C,)]
    options = {"shared_kernel": True, "frequency_kernel_size": 3, "use_bias": True}
    assert shapes(scales=[2, 3], **options) == [(3, 4), (3, 6), (2,), (3,)]
    assert shapes(kind="repeat") == []


@pytest.mark.parametrize("kind", ["transposed", "stretch", "shared"])
def test_at_the_start_rows_are_as_large_as_frames(kind, noise):
    options = {"shared_kernel": True} if kind == "shared" else {"kind": kind}
    layer = FrameUpsampling(200, **options)
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
        ({"edges": "first_row"}, "depend on 1 frames to the left or right"),
        ({"activation": "elu"}, "must be one of None, 'relu', 'leaky_relu'"),
        ({"negative_slope": -0.1}, "`negative_slope` must be a number from 0 to 1"),
        ({"kind": "stretch", "shared_kernel": True}, "shared_kernel` is for the kind"),
        ({"frequency_kernel_size": 3}, "give `shared_kernel=True`"),
        ({"kind": "repeat", "use_bias": True}, '"repeat" has no stages'),
        ({"early_positions": -1}, "early_positions=-1"),
    ],
)
def test_an_impossible_argument_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        FrameUpsampling(**{"hop": HOP, **arguments})
