"""Other upsampling of r9y9/wavenet_vocoder in NumPy, from its checkpoints' layouts.

Axes: F frames, T samples, C channels. A filter is (1, 1, channels, samples).
"""

import numpy as np

from tests.converters.projects import R9y9, relu

STAGES = "upsample_net.upsample.up_layers."


class Transposed(R9y9):
    """Versions up to 0.1.1: transposed convolutions, each with a ReLU after it."""

    def __init__(self, scales, fused=False):
        super().__init__(local=5, legacy=True, fused=fused)
        self.stages, rng = scales, np.random.default_rng(5)
        for i, scale in enumerate(scales):
            name = f"upsample_conv.{2 * i}"
            kernel = rng.normal(0, 0.8, (1, 1, 3, scale)).astype("float32")
            if fused:
                self.arrays[f"{name}.weight"] = kernel
            else:
                self.arrays[f"{name}.weight_v"] = kernel
                self.arrays[f"{name}.weight_g"] = np.full((1, 1, 1, 1), 2.5, "float32")
            self.arrays[f"{name}.bias"] = rng.normal(0, 0.3, 1).astype("float32")

    def rows(self, frames):
        x, v = frames.astype("float64"), self.arrays
        for i, scale in enumerate(self.stages):
            name = f"upsample_conv.{2 * i}"
            kernel = v.get(f"{name}.weight")
            if kernel is None:
                kernel = v[f"{name}.weight_v"].astype("float64")
                kernel = 2.5 * kernel / np.sqrt((kernel**2).sum())
            y = np.zeros((len(x), scale, x.shape[1] + 2))
            for h in range(3):  # each channel adds to the channels around it
                y[..., h : h + x.shape[1]] += x[:, None] * kernel[0, 0, h][:, None]
            x = relu(y[..., 1:-1] + v[f"{name}.bias"]).reshape(-1, x.shape[1])
        return x


class Activated(R9y9):
    """Each stage of the later versions with an activation after it."""

    def __init__(self, scales, slope):
        super().__init__(local=5, scales=scales)
        self.slope = slope
        plain, self.arrays = self.arrays, {}
        for name, array in plain.items():
            number = name.removeprefix(STAGES).partition(".")[0]
            if name.startswith(STAGES):
                later = (int(number) - 1) // 2 * 3 + 1
                name = name.replace(f"{STAGES}{number}", f"{STAGES}{later}")
            self.arrays[name] = array

    def rows(self, frames):
        """Those of networks of one stage, one after the other."""
        first = R9y9(local=5)
        first.arrays = self.arrays
        x = first.rows(frames)
        for i, scale in enumerate(self.scales):
            stage = R9y9(local=5, scales=(scale,), front=1)
            stage.arrays["upsample_net.conv_in.weight"] = np.eye(5)[..., None]
            for kind in ("weight_g", "weight_v"):
                array = self.arrays[f"{STAGES}{3 * i + 1}.{kind}"]
                stage.arrays[f"{STAGES}1.{kind}"] = array
            x = stage.rows(x)
            x = np.where(x > 0, x, self.slope * x)
        return x
