"""The computation of an `npz` export in NumPy alone, as its README describes it."""

import json
import math

import numpy as np


class Export:
    """An exported network, its arrays and numbers, and one running generation.

    It imports nothing of the package that it checks.
    """

    def __init__(self, folder):
        self.metadata = json.loads((folder / "metadata.json").read_text("utf-8"))
        with np.load(folder / "weights.npz", allow_pickle=False) as file:
            self.arrays = dict(file)

    def generate(self, count, seed, conditions=None, stream=0, temperature=1.0):
        """Samples, and the parameters of the distribution of each."""
        self._start(conditions or {})
        per_sample = self.metadata["distribution"]["uniforms_per_sample"]
        noise = uniforms(seed, stream, count * per_sample).reshape(count, per_sample)
        sample, samples, kept = np.float32(0), [], []
        for t in range(count):
            kept.append(self._step(sample, t))
            sample = self._draw(kept[-1], noise[t], np.float32(temperature))
            samples.append(sample)
            self._after(samples)
        return self._audio(np.array(samples, "float32")), np.array(kept)

    def _start(self, conditions):
        m, a = self.metadata, self.arrays
        self._rows = Rows(m, a, conditions)
        self._queues = [
            np.zeros(((m["kernel_size"] - 1) * d, a["initial"].shape[3]), "float32")
            for d in m["dilations"]
        ]
        signals = 3 if m["linear_prediction"] else 1
        nothing = -1 if m["input"]["encoding"] == "codes" else 0
        past = m["initial_kernel_size"] - 1
        self._inputs = np.full((signals, past), nothing, "float32")
        order = m["linear_prediction"]["order"] if signals == 3 else 0
        self._window = np.zeros(order, "float32")  # the newest sample first
        self._prediction, self._scale = np.float32(0), np.float32(1)
        self._context = Context(a) if "context_frame" in a else None
        self._fills = False
        if m["start"] == "silence" and "local" not in m["conditions"]:
            self._fills = True  # each queue with its first input
            self._step(np.float32(0), -1)
            self._fills = False
        elif m["start"] == "silence":
            for t in range(-m["history"], 0):
                self._step(np.float32(0), t)

    def _step(self, sample, t):
        m, a = self.metadata, self.arrays
        context = None if self._context is None else self._context.output
        condition = self._rows.condition(t, context)
        signals = [sample, *self._predict(sample, t)]
        x = self._first_layer(signals)
        parts = [x] if m["initial_skip"] else []
        depth = a["filter_gate"].shape[3] // 2
        for block, d in enumerate(m["dilations"]):
            z = self._gate(block, d, x, condition[block * 2 * depth :][: 2 * depth])
            parts.append(z)
            if block < len(a["residual"]):
                x = x + z @ a["residual"][block] + a["residual_bias"][block]
                x = x * np.float32(m["residual_scale"])
        hidden = np.maximum(np.concatenate(parts) @ a["skip"] + a["skip_bias"], 0)
        hidden = hidden @ a["post"] + a["post_bias"]
        if m["post_conditioning"]:
            hidden = hidden + condition[len(m["dilations"]) * 2 * depth :]
        parameters = np.maximum(hidden, 0) @ a["output"] + a["output_bias"]
        return self._relocated(parameters)

    def _gate(self, block, dilation, x, condition):
        a, taps = self.arrays, self.metadata["kernel_size"]
        if self._fills:
            self._queues[block][:] = x
        queue = np.concatenate([self._queues[block], x[None]])
        total = a["filter_gate_bias"][block].copy()
        for j in range(taps):
            past = dilation * (taps - 1 - j)
            total += queue[len(queue) - 1 - past] @ a["filter_gate"][block, j]
        self._queues[block] = queue[1:]
        if condition.size:
            total += condition
        depth = len(total) // 2
        return np.tanh(total[:depth]) * sigmoid(total[depth:])

    def _first_layer(self, signals):
        m, a = self.metadata, self.arrays
        x = a["initial_bias"].copy()
        for s, value in enumerate(signals):
            code = (a["edges"] <= value).sum() if "edges" in a else value
            if m["input"]["encoding"] == "companded":
                code = a["inputs"][code]
            if m["input"]["encoding"] == "mu_law":
                mu = m["input"]["mu"]
                code = math.copysign(math.log1p(mu * abs(value)), value)
                code /= math.log1p(mu)
            if self._fills:
                self._inputs[s] = code
            inputs = np.append(self._inputs[s], np.float32(code))
            for j, one in enumerate(inputs):
                if m["input"]["encoding"] != "codes":
                    x += one * a["initial"][s, j, 0]
                elif one >= 0:
                    x += a["initial"][s, j, int(one)]
            self._inputs[s] = inputs[1:]
        functions = {None: lambda x: x, "tanh": np.tanh}
        functions["relu"] = lambda x: np.maximum(x, 0)
        return functions[m["initial_activation"]](x)

    def _predict(self, sample, t):
        prediction = self.metadata["linear_prediction"]
        if not prediction:
            return ()
        predictor = self._rows.predictor(t)
        residual = sample - self._prediction
        residual /= np.float32(prediction["max_residual"]) * self._scale
        self._window = np.append(sample, self._window[:-1])
        self._prediction = np.sum(self._window * predictor[:-1], dtype="float32")
        self._scale = predictor[-1]
        return np.clip(residual, -1, 1), self._prediction

    def _relocated(self, parameters):
        if not self.metadata["linear_prediction"]:
            return parameters
        count = self.metadata["distribution"]["components"]
        logits, means, log_scales = np.split(parameters, [-2 * count, -count])
        means = self._prediction + self._scale * means
        return np.concatenate([logits, means, log_scales + np.log(self._scale)])

    def _draw(self, parameters, u, temperature):
        own = self.metadata["distribution"]
        if "samples" in own:
            return self.arrays["samples"][choose(parameters, u[0], temperature)]
        count, component = own["components"], 0
        if count > 1:
            component = choose(parameters[:count], u[0], temperature)
        mean = np.clip(parameters[-2 * count + component], -1000, 1000)
        log_scale = parameters[len(parameters) - count + component]
        log_scale = np.clip(log_scale, np.float32(own["min_log_scale"]), 30)
        one = float(u[-1])
        quantile = math.log(one) - math.log(1 - one)
        if own["name"] == "gaussian":
            quantile = math.sqrt(2) * inverse_erf(2 * one - 1)
        spread = np.exp(np.float32(log_scale)) * temperature
        sample = np.float32(np.clip(mean + spread * np.float32(quantile), -1, 1))
        if own.get("mu"):
            magnitude = math.expm1(abs(sample) * math.log1p(own["mu"])) / own["mu"]
            sample = np.float32(math.copysign(min(magnitude, 1), sample))
        return sample

    def _after(self, samples):
        if self._context is None or len(samples) % self._context.hop:
            return
        self._context.step(np.array(samples[-self._context.hop :]))

    def _audio(self, samples):
        own = self.metadata["waveform_filter"]
        if own is None:
            return samples
        audio = []
        for y in samples.astype("float64"):
            past = zip(own["coefficients"], reversed(audio), strict=False)
            audio.append(y / own["gain"] - sum(a * x for a, x in past))
        return np.clip(audio, -1, 1).astype("float32")


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


def choose(logits, u, temperature):
    weights = np.exp((logits - logits.max()) / temperature)
    reached = np.cumsum(weights, dtype="float32")
    return min(int((reached <= u * reached[-1]).sum()), len(weights) - 1)


def uniforms(seed, stream, count):
    """The noise of the README's formula, without `numpy.random`."""
    words = [
        word for j in range(-(-count // 4)) for word in philox(j + 1, seed, stream)
    ]
    steps = np.array([word >> 41 for word in words[:count]], "float32")
    return (steps + np.float32(0.5)) * np.float32(2**-23)


def philox(counter, *key):
    c, k, most = [counter, 0, 0, 0], list(key), 2**64
    for _ in range(10):
        high0, low0 = divmod(0xD2E7470EE14C6C93 * c[0], most)
        high1, low1 = divmod(0xCA5A826395121157 * c[2], most)
        c = [high1 ^ c[1] ^ k[0], low1, high0 ^ c[3] ^ k[1], low0]
        k = [(k[0] + 0x9E3779B97F4A7C15) % most, (k[1] + 0xBB67AE8584CAA73B) % most]
    return c


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def inverse_erf(y):
    """By Newton's method."""
    x = 0.0
    for _ in range(100):
        step = (math.erf(x) - y) * math.sqrt(math.pi) / 2 * math.exp(min(x * x, 700))
        x -= max(-0.5, min(0.5, step))
    return x
