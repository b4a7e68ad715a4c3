"""How fast a WaveNet speaks, beside a loop that hears everything anew each sample.

    python3 tools/benchmark_generation.py
    python3 tools/benchmark_generation.py --preset wavenet_speech --backend torch

Both run in one process, in turn, after a warm-up that compiles them. The naive loop
runs the network over a whole receptive field to choose each sample, as `predict` in a
loop does; the other is `generate`. Printed are samples a second (median, least and
most of the rounds) and the ratio of the medians.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import environment


def main():
    """Prepare the environment, then measure in it."""
    arguments = parse_arguments()
    if arguments.measure:
        measure(arguments)
        return
    try:
        python = environment.prepare(arguments.backend)
    except environment.EnvironmentFailure as failure:
        sys.exit(f"error: {failure}")
    variables = {
        **os.environ,
        "KERAS_BACKEND": arguments.backend,
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    command = [str(python), str(Path(__file__)), "--measure", *sys.argv[1:]]
    sys.exit(subprocess.run(command, env=variables).returncode)


def parse_arguments():
    """What the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--backend", choices=("jax", "tensorflow", "torch"), default="jax"
    )
    parser.add_argument("--preset", default="wavenet_tiny")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--samples", type=int, default=2048, help="of generate")
    parser.add_argument("--naive-samples", type=int, default=16)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def measure(arguments):
    """Run both in turn and print what they took."""
    import keras
    import numpy as np

    import keras_wavenet

    model = keras_wavenet.WaveNet.from_preset(arguments.preset, load_weights=False)
    noise = np.random.default_rng(0)

    def naive(count):
        heard = np.zeros(model.receptive_field, "float32")
        for _ in range(count):
            outputs = model.predict_on_batch(
                {"waveform": heard[None, -1:], "context": heard[None, :-1]}
            )
            logits = outputs[0, 0].astype("float64")
            code = np.argmax(logits + noise.gumbel(size=logits.shape))
            sample = keras_wavenet.layers.mu_law_decode(np.array([code]))
            heard = np.concatenate([heard[1:], sample])

    ways = {
        "naive": (naive, arguments.naive_samples),
        "generate": (lambda count: model.generate(count, seed=0), arguments.samples),
    }
    speeds = {name: [] for name in ways}
    for way, _ in ways.values():
        way(2)
    for _ in range(arguments.rounds):
        for name, (way, count) in ways.items():
            started = time.perf_counter()
            way(count)
            speeds[name].append(count / (time.perf_counter() - started))
    print(
        f"{arguments.preset} on {keras.backend.backend()}, one stream, "
        f"{os.cpu_count()} cores; samples a second:"
    )
    for name, found in speeds.items():
        print(
            f"  {name:<9} {statistics.median(found):9,.1f}"
            f"  ({min(found):,.1f} to {max(found):,.1f})"
        )
    medians = {name: statistics.median(found) for name, found in speeds.items()}
    print(f"  generate is {medians['generate'] / medians['naive']:,.0f} times as fast")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
