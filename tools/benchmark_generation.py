"""How fast a WaveNet speaks, beside the machine's limit and beside other ways.

    python3 tools/benchmark_generation.py
    python3 tools/benchmark_generation.py --picture costs.png --json costs.json
    python3 tools/benchmark_generation.py --backend jax --preset wavenet_tiny

Makes a virtual environment in the checkout. Each backend has a process of its own;
what is compared runs there in turn, after a warm-up that compiles it, and the figures
are ratios of medians. Every process keeps to one thread for products: one stream is
one core, but for what XLA shares out. The limit of one stream is the rate of
NumPy's product of a vector with a matrix of as many float32 weights as a sample meets;
that of many streams is the rate of a product of two matrices of 2048 x 2048 on all
cores, 2 operations a weight and sample. "Cost" is the engine's, in seconds a sample.

The queue loops are what public implementations do: they come back to Python after each
sample, from the layers' own `step`, from tensor operations one by one, or from a `step`
that the backend has compiled (`jit`, `tf.function`). The naive loop runs the network
over a whole receptive field for each sample, as `predict` in a loop does. A start is
the first `generate` of a process; it is cold if nothing compiled lies on the disk.
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
    """What the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--backend",
        choices=BACKENDS,
        action="append",
        help="measure the loops of this one only; may be given several times",
    )
    parser.add_argument(
        "--preset",
        default="wavenet_speech",
        help="whose architecture, without conditions (default: %(default)s)",
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=5,
        help="how often each way is timed (default: %(default)s)",
    )
    parser.add_argument("--json", type=Path, help="write all that was timed to FILE")
    parser.add_argument(
        "--picture",
        type=Path,
        help="draw costs to FILE, a png; half a minute more, for the naive loop's",
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
    """Run all parts, print what they found, and write what was asked for."""
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
    """The reports of all parts, each in a process of its own, one after the other."""
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
        benchmarking.say("a cold start")
        cold = run("start", first)
        benchmarking.say("a warm start")
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
