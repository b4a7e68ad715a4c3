"""The compiled loops: streams that speak, and streams that only listen."""

from keras_wavenet.generation.engines.cpu.arithmetic import compiled
from keras_wavenet.generation.engines.cpu.choice import choose
from keras_wavenet.generation.engines.cpu.first_layer import run_first_layer
from keras_wavenet.generation.engines.cpu.step import (
    advance,
    run_blocks,
    step,
)


@compiled
def speak(described, memory, samples, noise, count, condition, choice, desk, audio):
    """Generate so many samples of the streams of a desk.

    Args:
        described: A `Description`.
        memory: A `Memory` of all streams, written in place.
        samples: float32 `(streams of the desk,)`, the newest, written in place.
        noise: float32 `(at least count, all streams, uniforms per sample)`.
        count: Number of samples.
        condition: A `Condition` of at least count samples, or of 1.
        choice: A `Choice`.
        desk: A `Desk`.
        audio: float32 `(at least count, all streams)`, written.
    """
    for t in range(count):
        step(described, memory, samples, condition, t, desk)
        for stream in range(len(samples)):
            number = desk.first + stream
            parameters = desk.parameters[stream, : len(described.output_bias)]
            samples[stream] = choose(described, parameters, noise[t, number], choice)
            audio[t, number] = samples[stream]
        advance(described, memory.positions)


@compiled
def listen(described, memory, waveform, condition, desk):
    """Hear `(T, all streams)` without a word: only what is remembered changes.

    `condition` is a `Condition` of as many samples, or of 1.
    """
    for t in range(len(waveform)):
        samples = waveform[t, desk.first : desk.first + len(desk.x)]
        run_first_layer(described, memory, samples, condition, t, desk)
        run_blocks(described, memory, condition, t, desk)
        advance(described, memory.positions)
