"""Training steps of the package and of a plain WaveNet, timed interleaved.

    KERAS_BACKEND=jax python measure_training.py --rounds 3 REPORT

Both train on the same audio: one window with its context per step. A compiled step of a
vocoder is timed separately, in processor time.
"""

import time

import keras
import numpy as np
from benchmarking import gemm_rate, interleave, log, make_gemm, median

from keras_wavenet import WaveNet
from keras_wavenet.layers import mu_law_encode
from training_benchmark.plain_wavenet import plain_wavenet

PRESET = "wavenet_speech"
WIDE_PRESET = "wavenet_ljspeech_mulaw"
WINDOW = 8000  # samples that a step scores: the default of `keras_wavenet.data.load`
LENGTHS = (1000, 4000, 16000)
VOCODER = "wavenet_realtime"
VOCODER_WINDOWS = (8, 1600)  # of its recipe: windows per step, samples per window
LAYERS_BY_LENGTH = 10  # one cycle of dilations, so that many lengths compile fast


def measure_steps(rounds):
    """Time a step of the network and of the plain one, and the GEMM rate."""
    model = WaveNet.from_preset(PRESET, load_weights=False)
    ways, weights = make_steps(model, WINDOW)
    log(f"{keras.backend.backend()}: compiling both steps, and {rounds} rounds")
    seconds = interleave({**ways, "gemm": make_gemm()}, rounds)
    return {
        "weights": weights,
        "window": WINDOW,
        "context": model.context_length,
        "seconds": seconds,
        "gemm": gemm_rate(seconds["gemm"]),
    }


def measure_wide(rounds):
    """Time a step of a wider network with mel frames, and the GEMM rate."""
    model = WaveNet.from_preset(WIDE_PRESET, load_weights=False)
    model.compile("adam")
    a, context = model.architecture, model.context_length
    window = WINDOW // a.hop * a.hop
    generator = np.random.default_rng(0)
    audio = generator.uniform(-0.5, 0.5, (1, context + window + 1)).astype("float32")
    frames = generator.normal(size=(1, window // a.hop, a.local_channels))
    inputs = {
        "context": audio[:, :context],
        "waveform": audio[:, context:-1],
        "local": frames.astype("float32"),
    }
    targets = audio[:, context + 1 :]
    log(f"{keras.backend.backend()}: {WIDE_PRESET}, and {rounds} rounds")
    ways = {"ours": lambda: model.train_on_batch(inputs, targets), "gemm": make_gemm()}
    seconds = interleave(ways, rounds)
    return {
        "weights": {"ours": model.count_params()},
        "window": window,
        "context": context,
        "seconds": seconds,
        "gemm": gemm_rate(seconds["gemm"]),
    }


def measure_lengths(rounds):
    """Time both steps of a shorter network; median seconds by window length."""
    whole = WaveNet.from_preset(PRESET, load_weights=False)
    dilations = whole.architecture.dilations[:LAYERS_BY_LENGTH]
    found = {"ours": {}, "plain": {}}
    for length in LENGTHS:
        log(f"windows of {length} samples")
        ways, _ = make_steps(WaveNet(dilations), length)
        for name, seconds in interleave(ways, rounds).items():
            found[name][str(length)] = median(seconds)
    return found


def make_steps(model, window):
    """Return a training step of a model and of its plain counterpart, on noise.

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
    inputs = {"context": audio[:, :context], "waveform": audio[:, context:-1]}
    ways = {
        "ours": lambda: model.train_on_batch(inputs, audio[:, context + 1 :]),
        "plain": lambda: plain.train_on_batch(codes[:, :-1], codes[:, 1:]),
    }
    return ways, {"ours": model.count_params(), "plain": plain.count_params()}


def measure_vocoder(rounds):
    """Time a compiled bfloat16 training step of the vocoder, in processor time.

    Run it on one thread: waiting threads use processor time, too.
    """
    model = WaveNet.from_preset(VOCODER, load_weights=False, dtype="mixed_bfloat16")
    optimizer = keras.optimizers.Adam(global_clipnorm=1.0, use_ema=True)
    model.compile(optimizer, jit_compile=True)
    inputs, targets = make_vocoder_batch(model)
    log(f"{keras.backend.backend()}: compiling {VOCODER}, and {rounds} rounds")
    ways = {"step": lambda: model.train_on_batch(inputs, targets)}
    seconds = interleave(ways, rounds, warm_up=2, clock=time.process_time)
    return {"samples": targets.size, "cpu_seconds": seconds["step"]}


def make_vocoder_batch(model):
    """Return inputs (noise, frames of noise, speakers) and the samples to predict."""
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
