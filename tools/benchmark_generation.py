"""Benchmark of generation: the engines, the machine's limits, and other loops.

    python3 tools/benchmark_generation.py
    python3 tools/benchmark_generation.py --picture costs.png --json costs.json
    python3 tools/benchmark_generation.py --backend jax --preset wavenet_tiny

Makes a virtual environment in the checkout. Each backend has a process of its own;
compared functions run there interleaved, after a warm-up that compiles them, and the
figures are ratios of medians. Matrix products use one thread: one stream is one core,
except where XLA uses more. The limit of one stream is the rate of NumPy's product of a
vector with a matrix of as many float32 weights as a sample needs; that of many streams
is the rate of a product of two 2048 x 2048 matrices on all cores, with 2 operations per
weight and sample. "Cost" is the engine's, in seconds per sample.

The queue loops are those of public implementations: they return to Python after each
sample, from the layers' `step`, from single tensor operations, or from a `step` that
the backend compiled (`jit`, `tf.function`). The naive loop runs the network over a
receptive field for each sample, like `predict` in a loop. A start is the first
`generate` of a process; it is cold if no compiled code is on the disk.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import benchmarking
import environment

BACKENDS = ("torch", "jax", "tensorflow")
EXTRAS = ("cpu", "plots")
MEASURE = Path(__file__).with_name("measure_generation.py")  # a part
ONE_THREAD = {"OMP_NUM_THREADS": "1"}


def main():
    """Prepare the environment, then measure in it."""
    arguments = parse_arguments()
    if arguments.inside:
        measure(arguments)
        return
    try:
        python = environment.prepare(*EXTRAS, *arguments.backend)
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
        help="measure the loops of this backend only; may be given several times",
    )
    parser.add_argument(
        "--preset",
        default="wavenet_speech",
        help="preset of the architecture, without conditions (default: %(default)s)",
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=5,
        help="number of timed calls of each loop (default: %(default)s)",
    )
    parser.add_argument("--json", type=Path, help="write all timings to FILE")
    parser.add_argument(
        "--picture",
        type=Path,
        help="draw the costs to FILE, a png; half a minute more, for the naive loop",
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
    """Run all parts, print the figures, and write the files of the flags."""
    from generation_benchmark.figures import make_figures, print_speeds

    started = time.monotonic()
    try:
        report = run_parts(arguments)
    except RuntimeError as failure:
        sys.exit(f"error: {failure}")
    figures = make_figures(report)
    report["figures"] = benchmarking.as_rows(figures)
    report["seconds"] = time.monotonic() - started
    machine = report["machine"]
    print(f"\n{report['preset']}, {report['limits']['weights']:,} weights a sample")
    print(f"{machine['processor']}, {machine['cores']} cores\n")
    print_speeds(report["backends"])
    print()
    benchmarking.print_figures(figures)
    print(f"\nMeasured in {report['seconds']:.0f} s")
    if arguments.json:
        benchmarking.write_json(arguments.json, report)
        print(f"Wrote {arguments.json}")
    if arguments.picture:
        from generation_benchmark.picture import draw_costs

        draw_costs(arguments.picture, report)
        print(f"Wrote {arguments.picture}")


def run_parts(arguments):
    """Return the reports of all parts, each run in a process of its own."""
    first = arguments.backend[0]
    with tempfile.TemporaryDirectory() as compiled:

        def run(part, backend, *more):
            variables = {**ONE_THREAD, "NUMBA_CACHE_DIR": compiled}
            command = [sys.executable, str(MEASURE), "--part", part, *more]
            command += ["--preset", arguments.preset, "--rounds", str(arguments.rounds)]
            return benchmarking.run_part(
                command, {**variables, "KERAS_BACKEND": backend}
            )

        naive_costs = ["--naive-costs"] if arguments.picture else []
        benchmarking.log("a cold start")
        cold = run("start", first)
        benchmarking.log("a warm start")
        cpu = run("cpu", first, *naive_costs)
        return {
            "preset": arguments.preset,
            "machine": benchmarking.describe_machine(),
            "starts": {"cold": cold, "warm": cpu["start"]},
            "limits": cpu["limits"],
            "costs": cpu["costs"],
            "backends": {name: run("backend", name) for name in arguments.backend},
        }


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
