"""The compiled loops: generation, and prefilling the memory from known samples."""

import numpy as np

from keras_wavenet.generation.description import Description
from keras_wavenet.generation.engines.cpu.arithmetic import compiled
from keras_wavenet.generation.engines.cpu.choice import Choice, choose
from keras_wavenet.generation.engines.cpu.conditions import Condition
from keras_wavenet.generation.engines.cpu.first_layer import run_first_layer
from keras_wavenet.generation.engines.cpu.memory import Memory, Workspace
from keras_wavenet.generation.engines.cpu.step import advance, run_blocks, step


@compiled
def generate(
    described: Description,
    memory: Memory,
    samples: np.ndarray,
    noise: np.ndarray,
    count: int,
    condition: Condition,
    choice: Choice,
    workspace: Workspace,
    audio: np.ndarray,
    kept: np.ndarray,
) -> None:
    """Generate `count` samples of the streams of a workspace.

    Args:
        described: A `Description`.
        memory: A `Memory` of all streams, written in place.
        samples: float32 `(streams of the workspace,)`, the newest, written in place.
        noise: float32 `(at least count, all streams, uniforms per sample)`.
        count: Number of samples.
        condition: A `Condition` of at least count samples, or of 1.
        choice: A `Choice`.
        workspace: A `Workspace`.
        audio: float32 `(at least count, all streams)`, written.
        kept: float32 `(at least count, all streams, channels)`: the parameters of the
            distributions, written; or of length 0.
    """
    for t in range(count):
        step(described, memory, samples, condition, t, workspace)
        for stream in range(len(samples)):
            number = workspace.first + stream
            parameters = workspace.parameters[stream, : len(described.output_bias)]
            if len(kept) > 0:  # `choose` overwrites the parameters
                for i in range(len(parameters)):
                    kept[t, number, i] = parameters[i]
            samples[stream] = choose(described, parameters, noise[t, number], choice)
            audio[t, number] = samples[stream]
        advance(described, memory.positions)


@compiled
def prefill(
    described: Description,
    memory: Memory,
    waveform: np.ndarray,
    condition: Condition,
    workspace: Workspace,
) -> None:
    """Run over known samples, `(N, all streams)`, for the memory after them.

    `condition` is a `Condition` of as many samples, or of 1.
    """
    for t in range(len(waveform)):
        samples = waveform[t, workspace.first : workspace.first + len(workspace.x)]
        run_first_layer(described, memory, samples, condition, t, workspace)
        run_blocks(described, memory, condition, t, workspace)
        advance(described, memory.positions)
