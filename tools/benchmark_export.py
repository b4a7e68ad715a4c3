"""Benchmark of the export formats: file sizes, and samples a second on one core.

    python3 tools/benchmark_export.py
    python3 tools/benchmark_export.py --preset wavenet_tiny --rounds 5

Makes a virtual environment in the checkout. Exports each preset to each format, runs
`generate` and the loops of the formats interleaved in one process on one core, and
prints a table in Markdown. A row is the median of the rounds; what a loop needs once,
such as compiling it, is not in it. `step` calls a file once for each sample, from
Python; `loop` is one call for all samples.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import benchmarking
import environment

EXTRAS = ("cpu", "export", "features")
PRESETS = ("wavenet_tiny", "wavenet_realtime")
FORMATS = ("npz", "onnx", "saved_model", "litert", "web")


def main():
    """Prepare the environment, then measure in it."""
    arguments = parse_arguments()
    if arguments.inside:
        measure(arguments)
        return
    try:
        python = environment.prepare(*EXTRAS, "tensorflow")
    except environment.EnvironmentFailure as failure:
        sys.exit(f"error: {failure}")
    sys.exit(benchmarking.run_inside(python, "tensorflow"))


def parse_arguments(words=None):
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--preset", choices=PRESETS, action="append", help="default: both"
    )
    parser.add_argument("--rounds", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args(words)
    if arguments.rounds < 1:
        parser.error(f"--rounds must be at least 1. Received: {arguments.rounds}")
    arguments.preset = arguments.preset or PRESETS
    return arguments


def measure(arguments):
    """Export, time and print a table for each preset."""
    import numpy as np
    from export_benchmark import make_loops

    from keras_wavenet import WaveNet

    if hasattr(os, "sched_setaffinity"):  # one core, whatever a library asks for
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(benchmarking.describe_machine()["processor"])
    for preset in arguments.preset:
        model = WaveNet.from_preset(preset)
        with tempfile.TemporaryDirectory() as folder:
            sizes = export_all(model, Path(folder))
            loops = make_loops(model, Path(folder))
            timings = {name: [] for name in loops}
            for round_number in range(-1, arguments.rounds):
                for name, (samples, run) in loops.items():
                    started = time.perf_counter()
                    run()
                    seconds = time.perf_counter() - started
                    if round_number >= 0:
                        timings[name].append(samples / seconds)
        print(f"\n| {preset} | MB | samples a second |\n| --- | --- | --- |")
        for name, speeds in timings.items():
            size = sizes.get(name.partition(",")[0])
            shown = "" if size is None else f"{size / 1e6:.1f}"
            print(f"| {name} | {shown} | {np.median(speeds):,.0f} |", flush=True)
        for name in set(sizes) - {name.partition(",")[0] for name in loops}:
            print(f"| {name} | {sizes[name] / 1e6:.1f} | not run here |")


def export_all(model, folder):
    """Export a model to each format; returns the bytes of each folder."""
    sizes = {}
    for name in FORMATS:
        written = model.export_step(folder / name, name)
        files = (path for path in written.rglob("*") if path.is_file())
        sizes[name] = sum(path.stat().st_size for path in files)
    return sizes


if __name__ == "__main__":
    main()
