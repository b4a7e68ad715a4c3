"""The public WaveNets in NumPy, written from their checkpoints' layouts alone.

Each has `arrays`, random weights by the names in a checkpoint, and `logits`, the
outputs for inputs as the network takes them, in float64. The package is not used.

Axes: T samples, k taps, R residual, D dilation, S skip, Q codes, C channels of a
condition. TensorFlow's kernels are (k, inputs, outputs), tap 0 the oldest, PyTorch's
(outputs, inputs, k).
"""

import numpy as np

DILATIONS = [1, 2, 4]
K, R, D, S, E, Q = 2, 4, 5, 6, 7, 32
ROOT = np.sqrt(0.5)


def one_hot(codes):
    return np.eye(Q)[codes]


def relu(x):
    return np.maximum(x, 0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def causal(x, kernel, bias, dilation=1):
    """A causal convolution after zeros; the kernel is (outputs, inputs, k)."""
    taps = kernel.shape[2]
    padded = np.pad(x, [((taps - 1) * dilation, 0), (0, 0)])
    parts = [
        padded[i * dilation : i * dilation + len(x)] @ kernel[:, :, i].T
        for i in range(taps)
    ]
    return sum(parts) + bias


def valid(x, kernel, bias, dilation=1):
    """A convolution where all taps are inside; the kernel is (k, inputs, outputs)."""
    taps = len(kernel)
    length = len(x) - (taps - 1) * dilation
    parts = [x[i * dilation :][:length] @ kernel[i] for i in range(taps)]
    return sum(parts) + bias


def random(shapes, seed=2):
    """Weights by name that make the earliest samples move the outputs."""
    rng = np.random.default_rng(seed)

    def draw(name, shape):
        if name.endswith("weight_g"):
            least = 0.4 if name.startswith("last_conv_layers.3") else 1.3
            return rng.uniform(least, 2 * least, shape)
        is_first = name.startswith(("causal", "start", "first"))
        is_last = name.endswith(("postprocess2", "end_conv_2.weight"))
        usual = 1.5 if is_first else 0.3 if is_last else 0.8
        width = 0.1 if len(shape) == 1 else usual
        return rng.normal(0, width, shape)

    return {n: draw(n, s).astype("float32") for n, s in shapes.items()}


class Ibab:
    """ibab/tensorflow-wavenet: valid convolutions, no scaling, plain skip sums."""

    name, coding = "ibab", lambda f: (f + 1) / 2 * (Q - 1) + 0.5

    def __init__(self, scalar=False, speakers=0, bias=True, taps=K):
        first = (3, 1, R) if scalar else (taps, Q, R)
        shapes = {"causal_layer/filter": first}
        for i in range(len(DILATIONS)):
            layer = {"filter": (taps, R, D), "gate": (taps, R, D)}
            layer |= {"dense": (1, D, R), "skip": (1, D, S)}
            if speakers:
                layer |= {"gc_gate": (1, 3, D), "gc_filter": (1, 3, D)}
            if bias:
                layer |= {"Variable": (D,), "Variable_1": (D,)}
                layer |= {"Variable_2": (R,), "Variable_3": (S,)}
            shapes |= {f"dilated_stack/layer{i}/{n}": s for n, s in layer.items()}
        post = {"postprocess1": (1, S, S), "postprocess2": (1, S, Q)}
        post |= {"Variable": (S,), "Variable_1": (Q,)} if bias else {}
        shapes |= {f"postprocessing/{n}": s for n, s in post.items()}
        if speakers:
            shapes["embeddings/gc_embedding"] = (speakers, 3)
        self._arrays = random(shapes)
        self.arrays = {f"wavenet/{n}": a for n, a in self._arrays.items()}
        self.scalar = scalar

    def logits(self, inputs, speaker=None):
        """Of codes (T,), or scalars; those of the samples before are part of them."""
        v = self._arrays.get
        x = np.asarray(inputs)[:, None] if self.scalar else one_hot(inputs)
        x, skips = valid(x, v("causal_layer/filter"), 0), []
        for i, dilation in enumerate(DILATIONS):
            layer = f"dilated_stack/layer{i}"
            f, g = (
                valid(x, v(f"{layer}/{n}"), v(f"{layer}/{bias}", 0), dilation)
                for n, bias in (("filter", "Variable"), ("gate", "Variable_1"))
            )
            if speaker is not None:
                h = v("embeddings/gc_embedding")[speaker]
                f = f + h @ v(f"{layer}/gc_filter")[0]
                g = g + h @ v(f"{layer}/gc_gate")[0]
            z = np.tanh(f) * sigmoid(g)
            dense = z @ v(f"{layer}/dense")[0] + v(f"{layer}/Variable_2", 0)
            x = x[len(x) - len(dense) :] + dense
            skips.append(z @ v(f"{layer}/skip")[0] + v(f"{layer}/Variable_3", 0))
        hidden = relu(sum(skip[len(skip) - len(x) :] for skip in skips))
        hidden = hidden @ v("postprocessing/postprocess1")[0]
        hidden = relu(hidden + v("postprocessing/Variable", 0))
        hidden = hidden @ v("postprocessing/postprocess2")[0]
        return hidden + v("postprocessing/Variable_1", 0)


class Vincentherrmann:
    """vincentherrmann/pytorch-wavenet: one tap first, E channels before the last."""

    name = "vincentherrmann"

    def __init__(self, bias=True):
        shapes = {"start_conv.weight": (R, Q, 1)}
        for i in range(len(DILATIONS)):
            shapes |= {
                f"filter_convs.{i}.weight": (D, R, K),
                f"gate_convs.{i}.weight": (D, R, K),
                f"residual_convs.{i}.weight": (R, D, 1),
                f"skip_convs.{i}.weight": (S, D, 1),
            }
        if bias:
            biases = {n.replace("weight", "bias"): s[:1] for n, s in shapes.items()}
            shapes |= biases
        shapes |= {"end_conv_1.weight": (E, S, 1), "end_conv_1.bias": (E,)}
        shapes |= {"end_conv_2.weight": (Q, E, 1), "end_conv_2.bias": (Q,)}
        self.arrays = random(shapes)

    def logits(self, codes):
        return self.network(one_hot(codes), self.arrays)

    def network(self, x, v):
        def conv(x, name, dilation=1):
            return causal(x, v[f"{name}.weight"], v.get(f"{name}.bias", 0), dilation)

        x, skips = conv(x, "start_conv"), 0
        for i, dilation in enumerate(DILATIONS):
            f = conv(x, f"filter_convs.{i}", dilation)
            z = np.tanh(f) * sigmoid(conv(x, f"gate_convs.{i}", dilation))
            skips = skips + conv(z, f"skip_convs.{i}")
            x = x + conv(z, f"residual_convs.{i}")
        return conv(relu(conv(relu(skips), "end_conv_1")), "end_conv_2")


class S4(Vincentherrmann):
    """state-spaces/s4: the same between an embedding and a projection."""

    name = "s4"

    def __init__(self):
        super().__init__(bias=False)
        rng = np.random.default_rng(7)
        inner = {**self.arrays, "start_conv.weight": rng.normal(size=(R, 3, 1))}
        self.encoder = rng.normal(size=(Q, 3)).astype("float32")
        self.head = rng.normal(size=(Q, Q)).astype("float32") * 0.3
        self.bias = rng.normal(size=Q).astype("float32") * 0.1
        self.inner = {n: array.astype("float32") for n, array in inner.items()}
        self.arrays = {
            **{f"model.{name}": array for name, array in self.inner.items()},
            "encoder.0.weight": self.encoder,
            "decoder.0.output_transform.weight": self.head,
            "decoder.0.output_transform.bias": self.bias,
        }

    def logits(self, codes):
        outputs = self.network(self.encoder[codes], self.inner)
        return outputs @ self.head.T + self.bias


class R9y9:
    """r9y9/wavenet_vocoder: weight norm, residuals times the root of 1/2.

    Args:
        inputs: Q for codes, 1 for samples.
        outputs: Channels of the last layer.
        local, speakers: Channels of frames, one for each sample; number of speakers.
        legacy: As up to version 0.1.1: skips scaled as they are summed, biases of
            conditions.
        scaled: Whether skips are; false with `legacy` alone.
        fused: Without weight norm, as after `make_generation_fast_`.
        scales: Factors of the stages that make samples of frames.
        front: Taps of the convolution before them.
    """

    name = "r9y9"

    def __init__(
        self,
        inputs=Q,
        outputs=Q,
        local=0,
        speakers=0,
        legacy=False,
        scaled=True,
        fused=0,
        scales=(),
        front=3,
    ):
        self.legacy, self.inputs, self.scales = legacy, inputs, scales
        self.scaled = scaled
        widths = {"conv1x1c": local, "conv1x1g": 3 if speakers else 0}
        layers = {"first_conv": (R, inputs, 1)}
        for i in range(len(DILATIONS)):
            layer = {"conv": (2 * D, R, 3)}
            layer |= {n: (2 * D, width, 1) for n, width in widths.items() if width}
            layer |= {"conv1x1_out": (R, D, 1), "conv1x1_skip": (S, D, 1)}
            layers |= {f"conv_layers.{i}.{n}": s for n, s in layer.items()}
        layers |= {"last_conv_layers.1": (S, S, 1)}
        layers |= {"last_conv_layers.3": (outputs, S, 1)}
        shapes = {}
        for name, shape in layers.items():
            if fused:
                shapes[f"{name}.weight"] = shape
            else:
                shapes[f"{name}.weight_g"] = (shape[0], 1, 1)
                shapes[f"{name}.weight_v"] = shape
            if legacy or name[-1] not in "cg":
                shapes[f"{name}.bias"] = shape[:1]
        if speakers:
            shapes["embed_speakers.weight"] = (speakers, 3)
        if scales:
            shapes["upsample_net.conv_in.weight"] = (local, local, front)
        for number, scale in enumerate(scales):
            name = f"upsample_net.upsample.up_layers.{2 * number + 1}"
            shapes[f"{name}.weight_g"] = (1, 1, 1, 1)
            shapes[f"{name}.weight_v"] = (1, 1, 3, 2 * scale + 1)
        self.arrays = random(shapes)

    def rows(self, frames):
        """Frames through a convolution where all its taps are inside, then stages:
        each repeats, and filters over channels and time, with zeros around."""
        v = self.arrays
        kernel = v["upsample_net.conv_in.weight"].transpose(2, 1, 0)
        x = valid(frames, kernel, 0)
        for number, scale in enumerate(self.scales):
            name = f"upsample_net.upsample.up_layers.{2 * number + 1}"
            kernel = v[f"{name}.weight_v"][0, 0].astype("float64")
            kernel = v[f"{name}.weight_g"][0, 0] * kernel / np.sqrt((kernel**2).sum())
            high, wide = kernel.shape
            x = np.repeat(x, scale, axis=0)
            padded = np.pad(x, [(wide // 2, wide // 2), (high // 2, high // 2)])
            x = sum(
                kernel[h, w] * padded[w : w + len(x), h : h + x.shape[1]]
                for h in range(high)
                for w in range(wide)
            )
        return x

    def conv(self, x, name, dilation=1):
        v = self.arrays
        kernel = v.get(f"{name}.weight")
        if kernel is None:
            kernel = v[f"{name}.weight_v"].astype("float64")
            norm = np.sqrt((kernel**2).sum(axis=(1, 2), keepdims=True))
            kernel = v[f"{name}.weight_g"] * kernel / norm
        return causal(x, kernel, v.get(f"{name}.bias", 0), dilation)

    def logits(self, inputs, frames=None, speaker=None):
        x = np.asarray(inputs)[:, None] if self.inputs == 1 else one_hot(inputs)
        x, skips = self.conv(x, "first_conv"), None
        for i, dilation in enumerate(DILATIONS):
            layer = f"conv_layers.{i}"
            y = self.conv(x, f"{layer}.conv", dilation)
            if frames is not None:
                y = y + self.conv(frames, f"{layer}.conv1x1c")
            if speaker is not None:
                h = self.arrays["embed_speakers.weight"][[speaker]]
                y = y + self.conv(h, f"{layer}.conv1x1g")
            z = np.tanh(y[:, :D]) * sigmoid(y[:, D:])
            skip = self.conv(z, f"{layer}.conv1x1_skip")
            if skips is None:
                skips = skip
            else:
                skips = (skips + skip) * (ROOT if self.legacy and self.scaled else 1)
            x = (self.conv(z, f"{layer}.conv1x1_out") + x) * ROOT
        skips = skips if self.legacy else skips * np.sqrt(1 / len(DILATIONS))
        hidden = self.conv(relu(skips), "last_conv_layers.1")
        return self.conv(relu(hidden), "last_conv_layers.3")


class KanBayashi:
    """kan-bayashi/PytorchWaveNetVocoder: a convolution of codes first, frames.

    Args:
        hop: 0 for a frame for each sample, else samples of a frame.
    """

    name = "kan-bayashi"

    def __init__(self, hop=0):
        shapes = {"causal.conv": (R, Q, K)}
        for i in range(len(DILATIONS)):
            for half in ("sigmoid", "tanh"):
                shapes[f"dil_{half}.{i}.conv"] = (R, R, K)
                shapes[f"aux_1x1_{half}.{i}"] = (R, 3, 1)
            shapes |= {f"skip_1x1.{i}": (S, R, 1), f"res_1x1.{i}": (R, R, 1)}
        shapes |= {"conv_post_1": (S, S, 1), "conv_post_2": (Q, S, 1)}
        if hop:
            shapes["upsampling.conv"] = (1, 1, 1, hop)
        named = {f"{name}.weight": shape for name, shape in shapes.items()}
        named |= {f"{name}.bias": shape[:1] for name, shape in shapes.items()}
        self.arrays, self.hop = random(named), hop

    def conv(self, x, name, dilation=1):
        v = self.arrays
        return causal(x, v[f"{name}.weight"], v[f"{name}.bias"], dilation)

    def rows(self, frames):
        """The conditions of samples."""
        if not self.hop:
            return frames
        kernel = self.arrays["upsampling.conv.weight"][0, 0, 0]
        rows = frames[:, None] * kernel[:, None] + self.arrays["upsampling.conv.bias"]
        return rows.reshape(-1, frames.shape[1])

    def logits(self, codes, rows):
        x, skips = self.conv(one_hot(codes), "causal.conv"), 0
        for i, dilation in enumerate(DILATIONS):
            f, g = (
                self.conv(x, f"dil_{half}.{i}.conv", dilation)
                + self.conv(rows, f"aux_1x1_{half}.{i}")
                for half in ("tanh", "sigmoid")
            )
            z = np.tanh(f) * sigmoid(g)
            skips = skips + self.conv(z, f"skip_1x1.{i}")
            x = x + self.conv(z, f"res_1x1.{i}")
        return self.conv(relu(self.conv(relu(skips), "conv_post_1")), "conv_post_2")


class NvWavenet:
    """NVIDIA/nv-wavenet: an embedding first, one kernel for all conditions."""

    name, window, stride = "nv-wavenet", 7, 3

    def __init__(self):
        layers = len(DILATIONS)
        shapes = {"cond_layers.conv": (2 * R * layers, 3, 1)}
        for i in range(layers):
            shapes[f"dilate_layers.{i}.conv"] = (2 * R, R, K)
            shapes[f"skip_layers.{i}.conv"] = (S, R, 1)
            if i < layers - 1:
                shapes[f"res_layers.{i}.conv"] = (R, R, 1)
        named = {f"{name}.weight": shape for name, shape in shapes.items()}
        named |= {f"{name}.bias": shape[:1] for name, shape in shapes.items()}
        named |= {"upsample.weight": (3, 3, self.window), "upsample.bias": (3,)}
        named |= {"conv_out.conv.weight": (Q, S, 1), "conv_end.conv.weight": (Q, Q, 1)}
        self.arrays = random({**named, "embed.weight": (Q, R)})

    def conv(self, x, name, dilation=1):
        v = self.arrays
        return causal(x, v[f"{name}.weight"], v.get(f"{name}.bias", 0), dilation)

    def rows(self, frames):
        """A transposed convolution, of which the end is cut off."""
        kernel = self.arrays["upsample.weight"]  # (inputs, outputs, window)
        rows = np.zeros((len(frames) * self.stride + self.window, kernel.shape[1]))
        for number, frame in enumerate(frames):
            begin = number * self.stride
            rows[begin : begin + self.window] += (kernel.T @ frame[:, None])[..., 0]
        return rows[: len(frames) * self.stride] + self.arrays["upsample.bias"]

    def logits(self, codes, rows):
        conditions = self.conv(rows, "cond_layers.conv")
        x, skips = self.arrays["embed.weight"][codes], 0
        for i, dilation in enumerate(DILATIONS):
            y = self.conv(x, f"dilate_layers.{i}.conv", dilation)
            y = y + conditions[:, i * 2 * R : (i + 1) * 2 * R]
            z = np.tanh(y[:, :R]) * sigmoid(y[:, R:])
            skips = skips + self.conv(z, f"skip_layers.{i}.conv")
            if i < len(DILATIONS) - 1:
                x = x + self.conv(z, f"res_layers.{i}.conv")
        return self.conv(relu(self.conv(relu(skips), "conv_out.conv")), "conv_end.conv")
