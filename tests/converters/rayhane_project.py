"""Rayhane-mamah/Tacotron-2's WaveNet in NumPy, from its checkpoints' layout alone.

Axes: T samples, F frames, C channels of a frame, H channels and W samples that a filter
spans. All kernels are (..., inputs, outputs), but (H, W, outputs, inputs) of transposed
convolutions. The package is not used.
"""

import numpy as np

from tests.converters.projects import DILATIONS, ROOT, D, R, S, relu, sigmoid

AVERAGE = "ExponentialMovingAverage"
FREQUENCY_KERNELS = ("2D", "Resize", "SubPixel")
LAYERS = {"1D": "ConvTranspose1D", "2D": "ConvTranspose2D"}
LAYERS |= {"Resize": "ResizeConvolution", "SubPixel": "SubPixelConvolution"}
K = 3


class Rayhane:
    """As r9y9's, but for the scales of skips and residuals, and the upsampling.

    Args:
        kind: Of upsampling, `upsample_type`.
        slope: Of the activation below zero: 0 for "Relu", 1 for none.
        scales: Factors of its stages.
        high: Channels that a filter spans.
        inputs, outputs: 256 for codes, 1 for samples; channels of the last layer.
        speakers: Their number; 0 for none.
        local: Channels of frames; 0 for none.
        legacy, residual_legacy: Whether skips and residuals are scaled.
        bias: Whether the layers of the blocks have biases.
        nn_init: Whether each sample of SubPixel has a kernel of its own.
        wide: Whether filters span the samples of two frames, as in older versions.
    """

    name = "rayhane"

    def __init__(
        self,
        kind="SubPixel",
        slope=0.0,
        scales=(2, 3),
        high=3,
        inputs=1,
        outputs=2,
        speakers=0,
        local=4,
        legacy=True,
        residual_legacy=True,
        bias=True,
        nn_init=True,
        wide=False,
    ):
        self.kind, self.slope, self.scales, self.inputs = kind, slope, scales, inputs
        self.legacy, self.residual_legacy, self.nn_init = (
            legacy,
            residual_legacy,
            nn_init,
        )
        self.local, self.speakers, self.wide = local, speakers, wide
        rng = np.random.default_rng(4)
        self.v = {}

        def layer(name, shape, biases, size=0.6):
            self.v[f"{name}/kernel"] = rng.normal(0, size, shape)
            if biases:
                self.v[f"{name}/bias"] = rng.normal(0, 0.2, biases)

        layer("input_convolution", (1, inputs, R), R, 1.5)
        widths = {"cin": local, "gin": 3 if speakers else 0}
        for i in range(len(DILATIONS)):
            shapes = {"causal": (K, R, 2 * D), "out": (1, D, R), "skip": (1, D, S)}
            shapes |= {n: (1, width, 2 * D) for n, width in widths.items() if width}
            for name, shape in shapes.items():
                name = f"residual_block_{name}_conv_ResidualConv1DGLU_{i}"
                layer(name, shape, shape[2] if bias else 0, 0.8)
        layer("final_convolution_1", (1, S, S), S)
        layer("final_convolution_2", (1, S, outputs), outputs, 0.3)
        if speakers:
            self.v["gc_embedding"] = rng.normal(size=(speakers, 3))
        for i, scale in enumerate(scales if local and kind in LAYERS else ()):
            span = 2 * scale if wide else scale
            shape, biases = {
                "1D": ((1, span, local, local), local),
                "2D": ((high, span, 1, 1), 1),
                "Resize": ((high, span, 1, 1), 1),
                "SubPixel": ((high, 2 if wide else 3, 1, scale), scale),
            }[kind]
            layer(f"{LAYERS[kind]}_layer_{i}", shape, biases, 0.7)
        self.v = {name: array.astype("float32") for name, array in self.v.items()}

    def arrays(self, averaged=True, optimizer=True):
        """A checkpoint of the training: last values, their averages, Adam's slots."""
        found = {}
        for name, array in self.v.items():
            layer = name.partition("/")[0]
            place = layer.rpartition("_conv_")[2] + "/" if "_conv_" in layer else ""
            if "causal" in layer:
                place = ""
            inner = f"WaveNet_model/inference/{place}{name}"
            found[inner] = array + 1 if averaged else array
            if averaged:
                found[f"WaveNet_model/{inner}/{AVERAGE}"] = array
            if optimizer:
                slots = {
                    f"WaveNet_model/{inner}/{s}": array for s in ("Adam", "Adam_1")
                }
                found |= slots
        if optimizer:
            found["WaveNet_model/WaveNet_model/beta1_power"] = np.float32(0.9)
        return found

    def rows(self, frames):
        """The conditions of samples, (T, C), of frames, (F, C)."""
        if self.kind == "NearestNeighbor":
            return np.repeat(frames, np.prod(self.scales), axis=0)
        x = frames.astype("float64")
        for i, scale in enumerate(self.scales):
            name = f"{LAYERS[self.kind]}_layer_{i}"
            kernel = self.v[f"{name}/kernel"].astype("float64")
            if not self.nn_init:
                kernel = np.repeat(kernel[..., :1], kernel.shape[-1], axis=-1)
            x = getattr(self, f"_{self.kind}")(x, kernel, self.v[f"{name}/bias"], scale)
            x = np.where(x > 0, x, self.slope * x)
        return x

    @staticmethod
    def _1D(x, kernel, bias, scale):
        added = np.einsum("fc,wdc->fwd", x, kernel[0])
        return overlapped(added, scale) + bias

    @staticmethod
    def _2D(x, kernel, bias, scale):
        """Each number adds a filter to the channels around it, in its own samples."""
        high, before = len(kernel), (len(kernel) - 1) // 2
        y = np.zeros((len(x), kernel.shape[1], x.shape[1] + high - 1))
        for frame, channel in np.ndindex(x.shape):
            added = x[frame, channel] * kernel[:, :, 0, 0].T
            y[frame, :, channel : channel + high] += added
        return overlapped(y[:, :, before : before + x.shape[1]], scale) + bias

    @staticmethod
    def _Resize(x, kernel, bias, scale):
        return same(np.repeat(x, scale, axis=0), kernel)[..., 0] + bias

    @staticmethod
    def _SubPixel(x, kernel, bias, scale):
        samples = same(x, kernel) + bias  # (F, C, scale)
        return samples.transpose(0, 2, 1).reshape(-1, x.shape[1])

    def conv(self, x, name, dilation=1):
        kernel = self.v[f"{name}/kernel"]
        padded = np.pad(x, [((len(kernel) - 1) * dilation, 0), (0, 0)])
        parts = [padded[i * dilation :][: len(x)] @ tap for i, tap in enumerate(kernel)]
        return sum(parts) + self.v.get(f"{name}/bias", 0)

    def logits(self, inputs, rows=None, speaker=None):
        """Of samples or codes, (T,), and the conditions of each."""
        x = np.asarray(inputs)[:, None]
        if self.inputs > 1:
            x = np.eye(self.inputs)[inputs]
        x, skips = self.conv(x, "input_convolution"), None
        for i, dilation in enumerate(DILATIONS):

            def conv(x, kind, dilation=1, i=i):
                name = f"residual_block_{kind}_conv_ResidualConv1DGLU_{i}"
                return self.conv(x, name, dilation)

            y = conv(x, "causal", dilation)
            if rows is not None:
                y = y + conv(rows, "cin")
            if speaker is not None:
                y = y + conv(self.v["gc_embedding"][[speaker]], "gin")
            z = np.tanh(y[:, :D]) * sigmoid(y[:, D:])
            skip = conv(z, "skip")
            skips = skip if skips is None else skips + skip
            if i and self.legacy:
                skips = skips * ROOT
            x = conv(z, "out") + x
            x = x * ROOT if self.residual_legacy else x
        hidden = self.conv(relu(skips), "final_convolution_1")
        return self.conv(relu(hidden), "final_convolution_2")


def overlapped(added, scale):
    """What frames add to W samples each, (F, W, C), summed: (F * scale, C).

    A frame of more samples than the scale begins half of those early.
    """
    frames, wide, channels = added.shape
    early = (wide - scale) // 2
    total = np.zeros((frames * scale + wide, channels))
    for frame, samples in enumerate(added):
        total[frame * scale : frame * scale + wide] += samples
    return total[early : early + frames * scale]


def same(x, kernel):
    """(F, C) filtered by (H, W, 1, outputs), with zeros around: (F, C, outputs).

    One zero less is before than after where the number of taps is even.
    """
    high, wide = kernel.shape[:2]
    pads = [((size - 1) // 2, size - 1 - (size - 1) // 2) for size in (wide, high)]
    padded = np.pad(x, pads)
    return sum(
        padded[w : w + len(x), h : h + x.shape[1], None] * kernel[h, w, 0]
        for h in range(high)
        for w in range(wide)
    )
