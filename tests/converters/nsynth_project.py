"""NSynth in NumPy, written from the layout of its checkpoints, in float64.

Axes as in `projects.py`; TensorFlow's kernels are (1, k, inputs, outputs).
"""

import numpy as np

from tests.converters.projects import relu, sigmoid

HOP, CHANNELS, CODES = 8, 3, 256
R, D, S, WIDTH = 4, 5, 6, 5
STAGES = {"num_stages": 3, "ae_num_stages": 3, "ae_hop_length": HOP}
LAYERS, ENCODER_LAYERS = 3, 4


def scalars(waveform):
    """floor(128 f) / 128 of mu-law companded samples."""
    x = np.asarray(waveform, "float64")
    f = np.sign(x) * np.log1p(255 * np.abs(x)) / np.log1p(255)
    return np.clip(np.floor(np.round(128 * f, 9)), -128, 127) / 128


def samples(codes):
    """The samples of codes from 0 to 255: at the middle of their bins."""
    f = (np.asarray(codes) - 128 + 0.5) / 128
    return np.sign(f) * np.expm1(np.abs(f) * np.log(256)) / 255


class Nsynth:
    name = "nsynth"

    def __init__(self, seed=0):
        shapes = {
            "ae_startconv": (3, 1, WIDTH),
            "ae_bottleneck": (1, WIDTH, CHANNELS),
            "startconv": (3, 1, R),
            "skip_start": (1, R, S),
            "out1": (1, S, S),
            "cond_map_out1": (1, CHANNELS, S),
            "logits": (1, S, CODES),
        }
        for i in range(1, ENCODER_LAYERS + 1):
            shapes[f"ae_dilatedconv_{i}"] = (3, WIDTH, WIDTH)
            shapes[f"ae_res_{i}"] = (1, WIDTH, WIDTH)
        for i in range(1, LAYERS + 1):
            shapes[f"dilatedconv_{i}"] = (3, R, 2 * D)
            shapes[f"cond_map_{i}"] = (1, CHANNELS, 2 * D)
            shapes[f"res_{i}"] = (1, D, R)
            shapes[f"skip_{i}"] = (1, D, S)
        rng = np.random.default_rng(seed)
        self.arrays = {}
        for name, shape in shapes.items():
            scale = 1.5 if name == "startconv" else 0.6
            kernel, bias = (
                rng.normal(0, scale, (1, *shape)),
                rng.normal(0, 0.2, shape[-1:]),
            )
            self.arrays[f"{name}/W"] = kernel.astype("float32")
            self.arrays[f"{name}/biases"] = bias.astype("float32")

    def conv(self, x, name, before, after, dilation=1):
        """A convolution over zeros, so many taps of which are before and after."""
        kernel = self.arrays[f"{name}/W"][0].astype("float64")
        padded = np.pad(x, [(before * dilation, after * dilation), (0, 0)])
        parts = [padded[i * dilation :][: len(x)] @ tap for i, tap in enumerate(kernel)]
        return sum(parts) + self.arrays[f"{name}/biases"]

    def encode(self, waveform):
        """The frames of a clip, which zeros lengthen to whole frames."""
        count = -(-len(waveform) // HOP)
        waveform = np.pad(waveform, (0, count * HOP - len(waveform)))
        h = self.conv(scalars(waveform)[:, None], "ae_startconv", 1, 1)
        for i in range(ENCODER_LAYERS):
            d = self.conv(relu(h), f"ae_dilatedconv_{i + 1}", 1, 1, 2 ** (i % 3))
            h = h + self.conv(relu(d), f"ae_res_{i + 1}", 0, 0)
        h = self.conv(h, "ae_bottleneck", 0, 0)
        return h.reshape(count, HOP, CHANNELS).mean(axis=1)

    def logits(self, waveform, frames):
        """Of inputs, the sample before the first one included."""
        rows = np.repeat(frames, HOP, axis=0)[: len(waveform)]
        x = self.conv(scalars(waveform)[:, None], "startconv", 2, 0)
        skips = self.conv(x, "skip_start", 0, 0)
        for i in range(LAYERS):
            y = self.conv(x, f"dilatedconv_{i + 1}", 2, 0, 2 ** (i % 3))
            y = y + self.conv(rows, f"cond_map_{i + 1}", 0, 0)
            z = sigmoid(y[:, :D]) * np.tanh(y[:, D:])
            x = x + self.conv(z, f"res_{i + 1}", 0, 0)
            skips = skips + self.conv(z, f"skip_{i + 1}", 0, 0)
        hidden = self.conv(relu(skips), "out1", 0, 0)
        hidden = relu(hidden + self.conv(rows, "cond_map_out1", 0, 0))
        return self.conv(hidden, "logits", 0, 0)

    def speak(self, frames, first=0.0):
        """The likeliest codes for frames, one at a time."""
        waveform, codes = [first], []
        for _ in range(len(frames) * HOP):
            codes.append(int(self.logits(np.array(waveform), frames)[-1].argmax()))
            waveform.append(samples(codes[-1]))
        return codes
