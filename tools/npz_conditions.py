"""The conditions of samples for `speak_from_npz.py`: frames, vectors, context."""

import math

import numpy as np


class Context:
    """The context stack."""

    def __init__(self, arrays):
        self.arrays = arrays
        self.hop = len(arrays["context_frame"])
        self.queues = None
        self.step(np.zeros(self.hop, "float32"))

    def step(self, frame):
        a, zs, queues = self.arrays, [], []
        taps, width = a["context_filter_gate"].shape[1:3]
        x = frame @ a["context_frame"] + a["context_frame_bias"]
        for block, d in enumerate(a["context_dilations"]):
            past = np.repeat(x[None], (taps - 1) * d, axis=0)
            past = past if self.queues is None else self.queues[block]
            queue = np.concatenate([past, x[None]])
            total = a["context_filter_gate_bias"][block].copy()
            for j in range(taps):
                tap = queue[len(queue) - 1 - d * (taps - 1 - j)]
                total += tap @ a["context_filter_gate"][block, j]
            queues.append(queue[1:])
            zs.append(np.tanh(total[:width]) * sigmoid(total[width:]))
            if block < len(a["context_residual"]):
                x = x + zs[-1] @ a["context_residual"][block]
                x = x + a["context_residual_bias"][block]
        self.queues = queues
        joined = np.concatenate(zs) @ a["context_output"] + a["context_output_bias"]
        self.output = np.maximum(joined, 0)


class Rows:
    """The condition of each sample."""

    def __init__(self, metadata, arrays, conditions):
        self.metadata, self.arrays = metadata, arrays
        vectors = []
        if "speaker" in conditions:
            names = metadata["conditions"]["speaker"]["names"]
            speaker = conditions["speaker"]
            number = speaker if isinstance(speaker, int) else names.index(speaker)
            vectors.append(arrays["speakers"][number])
        vectors += [
            conditions[name] for name in ("tags", "global") if name in conditions
        ]
        self.vector = np.concatenate(vectors).astype("float32") if vectors else None
        self.local = conditions.get("local")
        if self.local is not None:
            self.local = np.asarray(self.local, "float32")
            self._make_rows(metadata["conditions"]["local"])

    def condition(self, t, context):
        a, total = self.arrays, np.zeros(0, "float32")
        if self.local is not None:
            total = self.row(t) @ a["condition_local"]
        if "condition_global" in a:
            own = self.vector @ a["condition_global"]
            total = own if not total.size else total + own
        if context is not None:
            own = context @ a["condition_context"]
            total = own if not total.size else total + own
        return total

    def row(self, t):
        local = self.metadata["conditions"]["local"]
        hop = local["hop"]
        if local["upsampling"]["kind"] != "linear":
            return self.rows[t + self.before * hop]
        middle = (t - hop // 2) / hop
        f = math.floor(middle)
        far = np.float32(middle - f)
        e = self.encoded[f + self.before :]
        return (1 - far) * e[0] + far * e[1]

    def _make_rows(self, local):
        """Frames from `-before` on, and the rows of samples from there on."""
        history = self.metadata["history"]
        self.before = -(-history // local["hop"]) + 8
        own = local["upsampling"]
        edges = "constant" if own.get("edges") == "zeros" else "edge"
        e = np.pad(self.local, [(self.before, 8), (0, 0)], mode=edges)
        if local["frame_encoder"]:
            e = self._encode(e, local["frame_encoder"]["layers"])
        self.encoded = e
        if own["kind"] == "linear":
            return
        inside = self.before, self.before + len(self.local)
        if "upsampling_initial_kernel" in self.arrays:
            kernel = self.arrays["upsampling_initial_kernel"]
            e, half = correlate(e, kernel), len(kernel) // 2
            inside = inside[0] + half, inside[1] - half
            e = only(e, inside, edges)
        scales = own["scales"] if own["kind"] != "repeat" else []
        for i, scale in enumerate(scales):
            kernel = self.arrays[f"upsampling_kernel_{i}"]
            stage = transposed if own["kind"] == "transposed" else stretched
            inside = inside[0] * scale, inside[1] * scale
            e = self._activated(stage(e, kernel, scale), i, own)
            e = only(e, inside, edges)
        self.rows = np.repeat(e, local["hop"], axis=0) if own["kind"] == "repeat" else e
        if own.get("edges") == "first_row":
            first = self.before * local["hop"]
            self.rows[:first] = self.rows[first]

    def _activated(self, y, stage, own):
        bias = self.arrays.get(f"upsampling_bias_{stage}")
        if bias is not None:
            by_phase = own["kind"] == "stretch" or own["shared_kernel"]
            y = y + (np.resize(bias, len(y))[:, None] if by_phase else bias)
        slope = {None: 1, "relu": 0}.get(own["activation"], own["negative_slope"])
        return np.maximum(y, 0) + np.float32(slope) * np.minimum(y, 0)

    def _encode(self, e, layers):
        if self.vector is not None:
            e = np.concatenate([e, np.tile(self.vector, (len(e), 1))], axis=1)
        for i in range(layers):
            y = correlate(e, self.arrays[f"encoder_kernel_{i}"])
            y = y + self.arrays[f"encoder_bias_{i}"]
            e = np.maximum(y if i == 0 else e + y, 0)
        return e

    def predictor(self, t):
        prediction, a = self.metadata["linear_prediction"], self.arrays
        hop = self.metadata["conditions"]["local"]["hop"]
        frame = min(max(t // hop, 0), len(self.local) - 1)
        first, stop = prediction["mel_channels"]
        mel = self.local[frame, first:stop].astype("float64")
        bands = np.exp(mel * a["prediction_slope"] + a["prediction_offset"])
        least = prediction["least_magnitude"] ** prediction["power"]
        spectrum = np.maximum(bands @ a["prediction_inverse"], least)
        r = spectrum ** (2 / prediction["power"]) @ a["prediction_lags"]
        c, power = np.zeros(0), r[0]
        for i in range(1, prediction["order"] + 1):
            k = (r[i] - np.sum(c * r[i - 1 : 0 : -1])) / max(power, 1e-30)
            c = np.append(c - k * c[::-1], k)
            power *= 1 - k * k
        scale = math.sqrt(max(power, 0) / prediction["window_energy"])
        scale = max(prediction["laplacian"] * scale, prediction["least_scale"])
        return np.append(c, scale).astype("float32")


def correlate(e, kernel):
    """A centered convolution of frames; those at both ends are of no use."""
    half = len(kernel) // 2
    padded = np.pad(e, [(half, half), (0, 0)])
    return sum(padded[j : j + len(e)] @ kernel[j] for j in range(len(kernel)))


def transposed(e, kernel, scale):
    shared, taps = kernel.ndim == 2, kernel.shape[kernel.ndim == 2]
    left, y = (taps - scale) // 2, np.zeros((len(e) * scale, e.shape[1]))
    high = kernel.shape[0] // 2
    wide = np.pad(e, [(0, 0), (high, high)])
    for t in range(len(y)):
        for f in range(len(e)):
            tap = t + left - f * scale
            if 0 <= tap < taps and not shared:
                y[t] += e[f] @ kernel[tap]
            for h in range(len(kernel) if shared and 0 <= tap < taps else 0):
                y[t] += wide[f, h : h + e.shape[1]] * kernel[h, tap]
    return y.astype("float32")


def stretched(e, kernel, scale):
    high, taps = kernel.shape[0] // 2, kernel.shape[1]
    wide = np.pad(e, [(0, 0), (high, high)])
    y = np.zeros((len(e) * scale, e.shape[1]), "float32")
    for t in range(len(y)):
        for j in range(taps):
            f = (t + j - taps // 2) // scale
            if 0 <= f < len(e):
                for h in range(len(kernel)):
                    y[t] += wide[f, h : h + e.shape[1]] * kernel[h, j]
    return y


def only(e, inside, edges):
    if edges == "constant":
        e = e.copy()
        e[: inside[0]], e[inside[1] :] = 0, 0
    return e


def sigmoid(x):
    return 1 / (1 + np.exp(-x))
