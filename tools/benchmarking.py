"""What the benchmarks share: timing in turn, the machine's own rate, and the report.

All ways of doing a thing that are compared run in one process and in turn, round after
round, so that whatever else the machine does meets all of them alike. Quoted are
medians over the rounds, compared are medians of one run. Standard library and NumPy.
"""

import concurrent.futures
import dataclasses
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GEMM_SIZE = 2048
# For the process that measures. NumPy's products keep to one thread each: the limit of
# one core is then one core's, and `make_gemm` shares its rows out by itself.
VARIABLES = {
    "OPENBLAS_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


@dataclasses.dataclass(frozen=True)
class Figure:
    """A figure of a benchmark.

    Attributes:
        what: What was measured, in words.
        reached: The figure.
        wanted: The least that is wanted, or the most; `None` where nothing is.
        unit: What stands behind the figure: `"x"`, `"s"` or `"samples/s"`.
        at_most: Whether `wanted` is the most.
        note: More words, printed if the figure is missed: why, and what was tried.
    """

    what: str
    reached: float
    wanted: float | None = None
    unit: str = "x"
    at_most: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        """`"reached"`, `"missed"`, or nothing where nothing is wanted."""
        if self.wanted is None:
            return ""
        better = self.wanted - self.reached if self.at_most else self.reached
        worse = 0.0 if self.at_most else self.wanted
        return "reached" if better >= worse else "missed"


def interleave(ways, rounds, warm_up=1, clock=time.perf_counter, every_round=None):
    """Time some ways of doing a thing, in turn.

    Args:
        ways: Dict of functions without arguments, by name.
        rounds: How often each is timed, at least 1.
        warm_up: How often each runs before, untimed.
        clock: What tells the time. `time.thread_time` leaves out what other processes
            take of the core, and all work of other threads of this process.
        every_round: Called without arguments after each round, such as to tell of it.

    Returns:
        Dict of the seconds of each round, by name.
    """
    for way in ways.values():
        for _ in range(warm_up):
            way()
    seconds = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            started = clock()
            way()
            seconds[name].append(clock() - started)
        if every_round is not None:
            every_round()
    return seconds


def median(seconds) -> float:
    """The median of some numbers."""
    return statistics.median(seconds)


def make_gemm(size=GEMM_SIZE, cores=None):
    """A product of two square float32 matrices on all cores, to be timed.

    Each core works out some rows, in a thread of its own: run the process with
    `VARIABLES`.

    Returns:
        Function without arguments.
    """
    import numpy as np

    cores = cores or count_cores()
    generator = np.random.default_rng(0)
    a, b = (generator.random((size, size), "float32") for _ in range(2))
    product = np.empty((size, size), "float32")
    pool = concurrent.futures.ThreadPoolExecutor(cores)
    edges = [size * part // cores for part in range(cores + 1)]
    spans = [slice(*edge) for edge in zip(edges[:-1], edges[1:], strict=True)]

    def multiply(rows):
        np.matmul(a[rows], b, out=product[rows])

    return lambda: list(pool.map(multiply, spans))


def gemm_rate(seconds, size=GEMM_SIZE) -> float:
    """Operations a second of what `make_gemm` made, from the seconds that it took."""
    return 2 * size**3 / median(seconds)


def count_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def describe_machine() -> dict:
    """What the figures were measured on."""
    return {
        "processor": _processor(),
        "cores": count_cores(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
    }


def _processor():
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if "model name" in line]
    return names[0] if names else platform.machine()


def print_figures(figures) -> None:
    """Print figures as a table, what was reached beside what was wanted."""
    rows = [("what", "reached", "wanted", "")]
    rows += [(each.what, *_in_words(each), each.verdict) for each in figures]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, tuple("-" * width for width in widths))
    for what, reached, wanted, verdict in rows:
        line = f"{what:<{widths[0]}}  {reached:>{widths[1]}}  {wanted:>{widths[2]}}"
        print(f"{line}  {verdict}".rstrip())
    missed = [each for each in figures if each.verdict == "missed"]
    print(f"\n{len(missed)} missed" + (":" if missed else ""))
    for each in missed:
        print(f"  {each.what}" + (f": {each.note}" if each.note else ""))


def _in_words(figure):
    wanted = ""
    if figure.wanted is not None:
        bound = "at most" if figure.at_most else "at least"
        wanted = f"{bound} {_number(figure.wanted)} {figure.unit}"
    return f"{_number(figure.reached)} {figure.unit}", wanted.rstrip()


def _number(value):
    """Three digits that say something; thousands are told apart."""
    if not math.isfinite(value) or value == 0:
        return f"{value:.0f}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(digits, 3)}f}"


def as_rows(figures) -> list[dict]:
    """Figures as they stand in a report."""
    return [{**dataclasses.asdict(each), "verdict": each.verdict} for each in figures]


def write_json(path, report) -> None:
    """Write a report, whole or not at all."""
    path = Path(path)
    temporary = path.with_name(f"{path.name}.tmp")
    temporary.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    temporary.replace(path)


def run_inside(python, backend) -> int:
    """Run this program again with the Python of an environment; its exit status."""
    variables = {**os.environ, **VARIABLES, "KERAS_BACKEND": backend}
    command = [str(python), *sys.argv, "--inside"]
    return subprocess.run(command, env=variables).returncode


def run_part(command, variables) -> dict:
    """Run a part of a benchmark in a process of its own; what it prints is seen.

    Args:
        command: List of strings; the file to which the part writes its report, in JSON,
            is added as the last one.
        variables: Environment variables beside `VARIABLES` and those of this process.

    Returns:
        The report.

    Raises:
        RuntimeError: If the part failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        environment = {**os.environ, **VARIABLES, **variables}
        ended = subprocess.run([*command, str(report)], env=environment)
        if ended.returncode or not report.exists():
            raise RuntimeError(
                f"A part of the benchmark ended with status {ended.returncode}; its "
                f"own words stand above: {' '.join(command)}"
            )
        return json.loads(report.read_text("utf-8"))


def say(message) -> None:
    """Tell what is going on, at once, apart from the report."""
    print(f"{time.strftime('%H:%M:%S')}  {message}", file=sys.stderr, flush=True)
