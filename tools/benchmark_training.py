"""Benchmark of training: the package's step, and that of a plain WaveNet in Keras.

    python3 tools/benchmark_training.py
    python3 tools/benchmark_training.py --backend jax --json steps.json
    python3 tools/benchmark_training.py --picture steps.png

Makes a virtual environment in the checkout. Each backend has a process of its own;
compared steps run there interleaved, after a warm-up that compiles them, and figures
are ratios of medians. The network is that of wavenet_speech. A step scores one window
of 8,000 samples, with a context of 5,116 samples, the receptive field less one.

The plain network has one-hot codes, separate `Conv1D(padding="causal")` layers for
filter and gate, a skip projection in each layer, and Keras' own `compile`; it computes
and scores all 13,116 positions, and "a position scored" counts them all. The share of
the GEMM rate counts 6 operations for each weight and scored sample, relative to the
product of two 2048 x 2048 matrices on all cores. That of wavenet_ljspeech_mulaw, four
times as wide and with mel frames, is measured likewise.

Then come, on one thread and in processor time, steps of the shapes of public WaveNets
against plain code of these shapes, without the package: with PyTorch of
r9y9/wavenet_vocoder's (30 layers of kernel size 3, mel frames, 10,240 samples), with
TensorFlow of the defaults of ibab/tensorflow-wavenet (50 layers, 8,000 samples).
`--compiled` also compiles ours on PyTorch, in a minute or more.

With PyTorch, a compiled step of wavenet_realtime follows, in bfloat16 on one thread: 8
windows of 1,600 samples, with Adam, clipping and averages of the weights. Its figure is
in processor time, "samples a second of one core".
"""

import argparse
import sys
import time
from pathlib import Path

import benchmarking
import environment

BACKENDS = ("torch", "jax", "tensorflow")
COMPILED = "torch"  # the backend of the vocoder's compiled step
PEERS = ("torch", "tensorflow")
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
}
MEASURE = Path(__file__).with_name("measure_training.py")


def main():
    """Prepare the environment, then measure in it."""
    arguments = parse_arguments()
    if arguments.inside:
        measure(arguments)
        return
    try:
        python = environment.prepare("plots", *arguments.backend)
    except environment.EnvironmentFailure as failure:
        sys.exit(f"error: {failure}")
    sys.exit(benchmarking.run_inside(python, arguments.backend[0]))


def parse_arguments(words=None):
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--backend",
        choices=BACKENDS,
        action="append",
        help="measure this backend only; may be given several times",
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=3,
        help="number of timed calls of each step (default: %(default)s)",
    )
    parser.add_argument(
        "--compiled", action="store_true", help="also a compiled step of r9y9's shape"
    )
    parser.add_argument("--json", type=Path, help="write all timings to FILE")
    parser.add_argument(
        "--picture",
        type=Path,
        help="draw seconds against the length of the window, for 10 layers, to FILE, a "
        "png; takes half a minute more",
    )
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args(words)
    if arguments.rounds < 1:
        parser.error(f"--rounds must be at least 1. Received: {arguments.rounds}")
    for name in ("json", "picture"):
        path = getattr(arguments, name)
        if path is not None and not path.resolve().parent.is_dir():
            parser.error(f"--{name} must be in a folder that exists. Received: {path}")
    arguments.backend = list(dict.fromkeys(arguments.backend or BACKENDS))
    return arguments


def measure(arguments):
    """Run each backend, print the figures, and write the files of the flags."""
    from training_benchmark import figures

    started = time.monotonic()
    first = arguments.backend[0]
    lengths = vocoder = None
    try:
        backends = {name: run(arguments, name) for name in arguments.backend}
        wide = {name: run(arguments, name, "--wide") for name in arguments.backend}
        more = ("--compiled-peer",) if arguments.compiled else ()
        peers = [
            run(arguments, name, "--peer", *more, **ONE_THREAD)
            for name in PEERS
            if name in backends
        ]
        if COMPILED in backends:
            vocoder = run(arguments, COMPILED, "--vocoder", **ONE_THREAD)
        if arguments.picture:
            lengths = run(arguments, first, "--lengths")
    except RuntimeError as failure:
        sys.exit(f"error: {failure}")
    found = figures.make_figures(backends, vocoder, peers, wide)
    machine = benchmarking.describe_machine()
    print(f"\n{machine['processor']}, {machine['cores']} cores\n")
    figures.print_steps(backends)
    print()
    benchmarking.print_figures(found)
    seconds = time.monotonic() - started
    print(f"\nMeasured in {seconds:.0f} s")
    if arguments.json:
        report = {
            "machine": machine,
            "backends": backends,
            "vocoder": vocoder,
            "peers": peers,
            "wide": wide,
            "lengths": lengths,
            "figures": benchmarking.as_rows(found),
            "seconds": seconds,
        }
        benchmarking.write_json(arguments.json, report)
        print(f"Wrote {arguments.json}")
    if arguments.picture:
        figures.draw_lengths(arguments.picture, lengths, first)
        print(f"Wrote {arguments.picture}")


def run(arguments, backend, *more, **variables):
    """Return the report of one backend, run in a process of its own."""
    command = [sys.executable, str(MEASURE), "--rounds", str(arguments.rounds), *more]
    return benchmarking.run_part(command, {"KERAS_BACKEND": backend, **variables})


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
