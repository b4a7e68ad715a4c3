"""Training steps of the shapes of public WaveNets, and of plain code of these shapes.

Both of a pair run in one process, interleaved, on one thread, in processor time.
"""

import time

import keras
import numpy as np
from benchmarking import interleave, log

from keras_wavenet import WaveNet
from keras_wavenet.layers import mu_law_encode

R9Y9, IBAB = "r9y9", "ibab"
SAMPLES = {R9Y9: 10240, IBAB: 8000}  # that a step scores


def measure_peer(rounds, compiled=False):
    """Time a step of the peer of this backend, and ours; seconds by name.

    Args:
        rounds: Number of timed calls of each.
        compiled: Whether ours is compiled, too, on PyTorch.
    """
    backend = keras.backend.backend()
    make, name = {"torch": (_r9y9_steps, R9Y9), "tensorflow": (_ibab_steps, IBAB)}[
        backend
    ]
    log(f"{backend}: a step of {name}'s shape, and {rounds} rounds")
    ways = make(compiled) if backend == "torch" else make()
    seconds = interleave(ways, rounds, warm_up=2, clock=time.process_time)
    return {"peer": name, "samples": SAMPLES[name], "cpu_seconds": seconds}


def _r9y9_steps(compiled):
    from training_benchmark import plain_r9y9 as plain

    length, hop = SAMPLES[R9Y9], int(np.prod(plain.SCALES))
    generator = np.random.default_rng(0)
    audio = generator.uniform(-0.5, 0.5, (1, length + 1)).astype("float32")
    count = length // hop + 2 * plain.CONTEXT
    frames = generator.normal(size=(1, count, plain.MELS)).astype("float32")
    inputs = {
        "waveform": audio[:, :-1],
        "local": frames[:, plain.CONTEXT :],
        "local_context": frames[:, : plain.CONTEXT],
    }
    ways = {"plain": plain.make_step(audio, frames)}
    for name, jit_compile in (("ours", False), ("compiled", True)):
        if jit_compile and not compiled:
            continue
        model = r9y9_shape(plain)
        optimizer = keras.optimizers.Adam(global_clipnorm=1.0)
        model.compile(optimizer, jit_compile=jit_compile)
        ways[name] = _step(model, inputs, audio[:, 1:])
    return ways


def r9y9_shape(plain):
    """Return a model of the shape of the plain network."""
    return WaveNet(
        plain.DILATIONS,
        residual_channels=plain.RESIDUAL,
        dilation_channels=plain.GATE // 2,
        skip_channels=plain.SKIP,
        kernel_size=plain.TAPS,
        initial_kernel_size=1,
        distribution={"name": "logistic_mixture", "components": plain.COMPONENTS},
        local_channels=plain.MELS,
        hop=int(np.prod(plain.SCALES)),
        upsampling={
            "kind": "stretch",
            "scales": list(plain.SCALES),
            "initial_kernel_size": 2 * plain.CONTEXT + 1,
        },
        residual_scale=0.5**0.5,
        skip_scaling="total",
        start="zeros",
    )


def _ibab_steps():
    from training_benchmark import plain_ibab as plain

    length = SAMPLES[IBAB]
    shape = (1, plain.CONTEXT + 1 + length)
    audio = np.random.default_rng(0).uniform(-0.5, 0.5, shape).astype("float32")
    model = WaveNet(plain.DILATIONS, plain.CHANNELS, plain.CHANNELS, plain.SKIP)
    model.compile("adam")
    context = model.context_length
    inputs = {"context": audio[:, :context], "waveform": audio[:, context:-1]}
    return {
        "plain": plain.make_step(mu_law_encode(audio, plain.LEVELS)),
        "ours": _step(model, inputs, audio[:, context + 1 :]),
    }


def _step(model, inputs, targets):
    return lambda: model.train_on_batch(inputs, targets)
