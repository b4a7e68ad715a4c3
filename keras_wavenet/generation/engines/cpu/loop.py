"""The compiled loops: generation, and the memory after known samples or silence.

They are the functions of the engine that Python calls.
"""

import numpy as np

from keras_wavenet.generation.description import Description
from keras_wavenet.generation.engines.cpu.choice import Choice, choose
from keras_wavenet.generation.engines.cpu.compilation import compiled
from keras_wavenet.generation.engines.cpu.conditions import Condition
from keras_wavenet.generation.engines.cpu.first_layer import (
    ZERO,
    as_input,
    run_first_layer,
)
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
    early: int,
    fills: bool,
) -> None:
    """Run over known samples, for the memory after them.

    Args:
        described: A `Description`.
        memory: A `Memory` of all streams, written in place.
        waveform: float32 `(N, all streams)`.
        condition: A `Condition` of as many samples, or of 1.
        workspace: A `Workspace`.
        early: Number of the first samples that only the first layer runs over.
        fills: Whether the memory is filled with that after silence before: each ring
            has equal rows. There is one sample, of silence.
    """
    if fills:
        memory.inputs[:] = as_input(described, ZERO)
    for t in range(len(waveform)):
        samples = waveform[t, workspace.first : workspace.first + len(workspace.x)]
        run_first_layer(described, memory, samples, condition, t, workspace)
        if t >= early:
            run_blocks(described, memory, condition, t, workspace, fills)
            if not fills:
                advance(described, memory.positions)


@compiled
def run_step(
    described: Description,
    memory: Memory,
    samples: np.ndarray,
    condition: Condition,
    t: int,
    workspace: Workspace,
) -> None:
    """Run one step, as `step.step`, and advance the memory."""
    step(described, memory, samples, condition, t, workspace)
    advance(described, memory.positions)
