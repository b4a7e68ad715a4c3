"""Training steps of the package and of a plain WaveNet, timed in turn in one process.

    KERAS_BACKEND=jax python measure_training.py --rounds 3 REPORT

Both hear the same audio: a window and its receptive field, one clip a step.
"""

import keras
import numpy as np
from benchmarking import gemm_rate, interleave, make_gemm, median, say

from keras_wavenet import WaveNet
from keras_wavenet.layers import mu_law_encode
from training_benchmark.plain_wavenet import plain_wavenet

PRESET = "wavenet_speech"
WINDOW = 8000  # samples that a step scores: the default of `keras_wavenet.data.load`
LENGTHS = (1000, 4000, 16000)
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
