"""Training steps of the package and of a plain WaveNet, timed in turn in one process.

    KERAS_BACKEND=jax python measure_training.py --rounds 3 REPORT

Both get the same audio: a window and its receptive field, one clip a step. Timed by
itself is a compiled step of a vocoder, in processor time.
"""

import time

import keras
import numpy as np
from benchmarking import gemm_rate, interleave, make_gemm, median, say

from keras_wavenet import WaveNet
from keras_wavenet.layers import mu_law_encode
from training_benchmark.plain_wavenet import plain_wavenet

PRESET = "wavenet_speech"
WINDOW = 8000  # samples that a step scores: the default of `keras_wavenet.data.load`
LENGTHS = (1000, 4000, 16000)
VOCODER = "wavenet_realtime"
VOCODER_WINDOWS = (8, 1600)  # as its recipe has it: windows of a step, samples of each
LAYERS_BY_LENGTH = 10  # one cycle of dilations: steps of many lengths compile soon


def measure_steps(rounds):
    """A step of the whole network beside the plain one, and the rate of products."""
    model = WaveNet.from_preset(PRESET, load_weights=False)
    ways, weights = make_steps(model, WINDOW)
    say(f"{keras.backend.backend()}: compiling both steps, and {rounds} rounds")
    seconds = interleave({**ways, "gemm": make_gemm()}, rounds)
    return {
        "weights": weights,
        "window": WINDOW,
        "context": model.context_length,
        "seconds": seconds,
        "gemm": gemm_rate(seconds["gemm"]),
    }


def measure_lengths(rounds):
    """Median seconds of both steps of a shorter network, by window length."""
    whole = WaveNet.from_preset(PRESET, load_weights=False)
    dilations = whole.architecture.dilations[:LAYERS_BY_LENGTH]
    found = {"ours": {}, "plain": {}}
    for length in LENGTHS:
        say(f"windows of {length} samples")
        ways, _ = make_steps(WaveNet(dilations), length)
        for name, seconds in interleave(ways, rounds).items():
            found[name][str(length)] = median(seconds)
    return found


def make_steps(model, window):
    """A training step of a model and of its plain counterpart, on the same noise.

    Returns:
        Dict of functions without arguments, and dict of the numbers of weights.
    """
    a = model.architecture
    plain = plain_wavenet(
        a.dilations, a.residual_channels, a.dilation_channels, a.skip_channels
    )
    model.compile("adam")
    context = model.context_length
    length = (1, context + window + 1)
    audio = np.random.default_rng(0).uniform(-0.5, 0.5, length).astype("float32")
    codes = mu_law_encode(audio, 256)
    heard = {"context": audio[:, :context], "waveform": audio[:, context:-1]}
    ways = {
        "ours": lambda: model.train_on_batch(heard, audio[:, context + 1 :]),
        "plain": lambda: plain.train_on_batch(codes[:, :-1], codes[:, 1:]),
    }
    return ways, {"ours": model.count_params(), "plain": plain.count_params()}


def measure_vocoder(rounds):
    """Processor time of a compiled training step of the real-time vocoder, bfloat16.

    Run it on one thread: threads that wait take processor time, too.
    """
    model = WaveNet.from_preset(VOCODER, load_weights=False, dtype="mixed_bfloat16")
    optimizer = keras.optimizers.Adam(global_clipnorm=1.0, use_ema=True)
    model.compile(optimizer, jit_compile=True)
    inputs, targets = make_vocoder_batch(model)
    say(f"{keras.backend.backend()}: compiling {VOCODER}, and {rounds} rounds")
    ways = {"step": lambda: model.train_on_batch(inputs, targets)}
    seconds = interleave(ways, rounds, warm_up=2, clock=time.process_time)
    return {"samples": targets.size, "cpu_seconds": seconds["step"]}


def make_vocoder_batch(model):
    """Noise, frames of noise and a speaker for each window; the samples to predict."""
    a, context = model.architecture, model.context_length
    windows, length = VOCODER_WINDOWS
    generator = np.random.default_rng(0)
    audio = generator.uniform(-0.5, 0.5, (windows, context + length + 1))
    audio = audio.astype("float32")
    inputs = {"context": audio[:, :context], "waveform": audio[:, context:-1]}
    frames = (windows, -(-length // a.hop), a.local_channels)
    inputs["local"] = generator.normal(size=frames).astype("float32")
    if "speaker" in a.conditions:
        inputs["speaker"] = np.arange(windows, dtype="int32") % a.speaker_count
    return inputs, audio[:, context + 1 :]
