"""Soak: thousands of damaged inputs, of which none may be taken wrongly.

    python3 tools/soak.py --part recordings
    python3 tools/soak.py --part presets
    python3 tools/soak.py --part commands
    python3 tools/soak.py --part recordings --seed 1234 --count 1

Makes a virtual environment in the checkout, and runs the cases there in a process that
may crash or hang. What is damaged, and how, is a pure function of the seed: the last
line repeats one case. Faults are cases that are accepted short, that raise another
error than the package's own, that hang, crash, or print past the package; each is
printed with its seed, and any of them makes the exit status 1.
"""

import argparse
import sys
import time
from collections import Counter

import benchmarking
import environment
from soak_parts import PARTS
from soak_parts.cases import FAULTS, Outcome, run_cases

BACKEND = "torch"
EXTRAS = ("data", "features", "plots", BACKEND)


def main():
    """Prepare the environment, then run in it."""
    arguments = parse_arguments()
    if arguments.inside:
        sys.exit(soak(arguments))
    try:
        python = environment.prepare(*EXTRAS)
    except environment.EnvironmentFailure as failure:
        sys.exit(f"error: {failure}")
    sys.exit(benchmarking.run_inside(python, BACKEND))


def parse_arguments(words=None):
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--part", choices=PARTS, required=True, help="what is damaged")
    parser.add_argument(
        "--seed", type=int, default=0, help="of the first case (default: %(default)s)"
    )
    parser.add_argument(
        "--count", type=int, help="number of cases (default: that of the part)"
    )
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args(words)
    if arguments.count is None:
        arguments.count = PARTS[arguments.part][1]
    if arguments.count < 1 or arguments.seed < 0:
        parser.error(
            "--count must be at least 1, and --seed at least 0. "
            f"Received: {arguments.count}, {arguments.seed}"
        )
    return arguments


def soak(arguments) -> bool:
    """Run the cases, print the table and the faults; returns whether there are any."""
    started, outcomes, faults = time.monotonic(), [], []
    for outcome in run_cases(arguments.part, arguments.seed, arguments.count):
        outcomes.append(outcome)
        if outcome.result in FAULTS:
            faults.append(outcome)
            print(f"{outcome.result}: --seed {outcome.seed} --count 1: {outcome.what}")
            print(f"    {outcome.answer}", flush=True)
    print("\n".join(table(outcomes)))
    seconds = time.monotonic() - started
    print(f"\n{len(outcomes)} cases in {seconds:.0f} s, {len(faults)} faults{peak()}")
    return bool(faults)


def peak() -> str:
    """The largest memory of the processes of the cases, where the system tells it."""
    try:
        import resource
    except ImportError:  # Windows
        return ""
    kibibytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return f", {kibibytes / 2**10:,.0f} MiB at most"


def table(outcomes: list[Outcome]) -> list[str]:
    """Lines of a table in Markdown: how often which kind had which result."""
    counts = Counter((one.kind, one.result) for one in outcomes)
    good = sorted({one.result for one in outcomes} - set(FAULTS))
    columns = [*good, *FAULTS]
    lines = ["| | " + " | ".join(columns) + " |", "| --- " * (len(columns) + 1) + "|"]
    for kind in dict.fromkeys(one.kind for one in outcomes):
        row = (counts[kind, column] for column in columns)
        lines.append(f"| {kind} | " + " | ".join(map(str, row)) + " |")
    totals = (sum(one.result == column for one in outcomes) for column in columns)
    return [*lines, "| all | " + " | ".join(map(str, totals)) + " |"]


if __name__ == "__main__":
    main()
