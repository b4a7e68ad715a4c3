"""Speak from an export of the format npz, with NumPy alone.

    keras-wavenet export wavenet_tiny --format npz --out tiny
    python tools/speak_from_npz.py tiny babble.wav --seconds 1
    keras-wavenet export wavenet_realtime --format npz --out voice
    keras-wavenet features speech.flac --preset wavenet_realtime --out frames
    python tools/speak_from_npz.py voice speech.wav --speaker en_allison \
        --frames frames/speech.flac.npy

The computation is that of the README in the folder, in its order and with its names.
This program is an example for other programs: it does not need the package.
"""

import argparse
import json
import math
import wave
from pathlib import Path

import numpy as np
from npz_conditions import Context, Rows, sigmoid


class Export:
    """An exported network, its arrays and numbers, and one running generation.

    Args:
        folder: Path of the folder.
    """

    def __init__(self, folder):
        text = Path(folder, "metadata.json").read_text("utf-8")
        self.metadata = json.loads(text)
        with np.load(Path(folder, "weights.npz"), allow_pickle=False) as file:
            self.arrays = dict(file)

    def generate(self, count, seed=0, conditions=None, stream=0, temperature=1.0):
        """Audio, float32 `(count,)`, and the parameters of each sample's distribution.

        Args:
            count: Number of samples.
            seed, stream: Of the noise.
            conditions: Dict of `"speaker"`, a number or name, `"tags"` and `"global"`,
                vectors, and `"local"`, frames; those that the network has.
            temperature: Above 0.
        """
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
        self._steps = 0
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
        self._steps += 1
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
        queue, total = self._queues[block], x @ a["filter_gate"][block, -1]
        oldest = self._steps % max(len(queue), 1)  # it is a ring, written in place
        for j in range(taps - 1):
            tap = queue[(oldest + j * dilation) % len(queue)]
            total += tap @ a["filter_gate"][block, j]
        total += a["filter_gate_bias"][block]
        if len(queue):
            queue[oldest] = x
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


def inverse_erf(y):
    """By Newton's method."""
    x = 0.0
    for _ in range(100):
        step = (math.erf(x) - y) * math.sqrt(math.pi) / 2 * math.exp(min(x * x, 700))
        x -= max(-0.5, min(0.5, step))
    return x


def write_wav(path, audio, sample_rate):
    samples = np.rint(audio * 32768).clip(-32768, 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(samples.tobytes())


def speaker_number(known, speaker):
    """The number of a speaker, which is given as a number or a name."""
    names = [*(known["names"] or ()), *map(str, range(known["count"]))]
    if speaker not in names:
        raise SystemExit(f"--speaker is one of {', '.join(names)}, not {speaker}.")
    return names.index(speaker) % known["count"]


def given_conditions(metadata, speaker=None, frames=None):
    """All conditions of the model: the first speaker and zeros, unless given."""
    given, known = {}, metadata["conditions"]
    if "speaker" in known:
        given["speaker"] = speaker_number(known["speaker"], speaker or "0")
    if "tags" in known:
        given["tags"] = np.zeros(known["tags"]["count"], "float32")
    if "global" in known:
        given["global"] = np.zeros(known["global"]["channels"], "float32")
    if "local" in known:
        if frames is None:
            raise SystemExit("This model needs --frames, an array of its features.")
        given["local"] = np.load(frames, allow_pickle=False)
    return given


def main(words=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="an export of the format npz")
    parser.add_argument("wav", type=Path, help="the file to write")
    parser.add_argument("--seconds", type=float, help="default: all frames, or 1")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--speaker", help="a number or a name")
    parser.add_argument("--frames", type=Path, help="a .npy file of local frames")
    arguments = parser.parse_args(words)
    export = Export(arguments.folder)
    given = arguments.speaker, arguments.frames
    conditions = given_conditions(export.metadata, *given)
    rate, seconds = export.metadata["sample_rate"], arguments.seconds
    if "local" in conditions:
        hop = export.metadata["conditions"]["local"]["hop"]
        seconds = seconds or len(conditions["local"]) * hop / rate
    audio, _ = export.generate(
        round((seconds or 1) * rate),
        arguments.seed,
        conditions,
        temperature=arguments.temperature,
    )
    write_wav(arguments.wav, audio, rate)


if __name__ == "__main__":
    main()
