"""Shared by the benchmarks: interleaved timing, the GEMM rate of the machine, reports.

Compared functions run in one process, interleaved round by round, so that other load of
the machine affects all of them alike. Results are medians over the rounds of one run.
Standard library and NumPy.
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
# Environment of measuring processes. NumPy's matrix products use one thread each: the
# limits of one core are measured on one, and `make_gemm` distributes its rows itself.
VARIABLES = {
    "OPENBLAS_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


@dataclasses.dataclass(frozen=True)
class Figure:
    """A figure of a benchmark.

    Attributes:
        what: Name of the figure.
        reached: Its value.
        target: The least value to reach, or the largest; `None` for no target.
        unit: Unit of the value: `"x"`, `"s"` or `"samples/s"`.
        at_most: Whether `target` is the largest value.
        note: Explanation, printed if the target is missed.
    """

    what: str
    reached: float
    target: float | None = None
    unit: str = "x"
    at_most: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        """`"reached"`, `"missed"`, or `""` without a target."""
        if self.target is None:
            return ""
        better = self.target - self.reached if self.at_most else self.reached
        worse = 0.0 if self.at_most else self.target
        return "reached" if better >= worse else "missed"


def interleave(ways, rounds, warm_up=1, clock=time.perf_counter, every_round=None):
    """Time functions, interleaved.

    Args:
        ways: Dict of functions without arguments, by name.
        rounds: Number of timed calls of each, at least 1.
        warm_up: Number of untimed calls of each at the start.
        clock: Function that returns seconds. `time.thread_time` leaves out other
            processes and other threads of this process.
        every_round: Called without arguments after each round.

    Returns:
        Dict of lists of seconds, one for each round, by name.
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
    """Return the median of numbers."""
    return statistics.median(seconds)


def make_gemm(size=GEMM_SIZE, cores=None):
    """Return a function that multiplies two square float32 matrices on all cores.

    Each core computes some rows in a thread: run the process with `VARIABLES`.

    Returns:
        Function without arguments.
    """
    import numpy as np

    cores = cores or count_cores()
    generator = np.random.default_rng(0)
    a, b = (generator.random((size, size), "float32") for _ in range(2))
    result = np.empty((size, size), "float32")
    pool = concurrent.futures.ThreadPoolExecutor(cores)
    edges = [size * part // cores for part in range(cores + 1)]
    spans = [slice(*edge) for edge in zip(edges[:-1], edges[1:], strict=True)]

    def multiply(rows):
        np.matmul(a[rows], b, out=result[rows])

    return lambda: list(pool.map(multiply, spans))


def gemm_rate(seconds, size=GEMM_SIZE) -> float:
    """Return the operations per second of `make_gemm`, from its seconds."""
    return 2 * size**3 / median(seconds)


def count_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def describe_machine() -> dict:
    """Return the processor, cores, system and Python version."""
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
    """Print figures as a table: value, target and verdict."""
    rows = [("figure", "reached", "target", "")]
    rows += [(each.what, *_cells(each), each.verdict) for each in figures]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, tuple("-" * width for width in widths))
    for what, reached, target, verdict in rows:
        line = f"{what:<{widths[0]}}  {reached:>{widths[1]}}  {target:>{widths[2]}}"
        print(f"{line}  {verdict}".rstrip())
    missed = [each for each in figures if each.verdict == "missed"]
    print(f"\n{len(missed)} missed" + (":" if missed else ""))
    for each in missed:
        print(f"  {each.what}" + (f": {each.note}" if each.note else ""))


def _cells(figure):
    target = ""
    if figure.target is not None:
        bound = "at most" if figure.at_most else "at least"
        target = f"{bound} {_number(figure.target)} {figure.unit}"
    return f"{_number(figure.reached)} {figure.unit}", target.rstrip()


def _number(value):
    """A number with three significant digits and thousands separators."""
    if not math.isfinite(value) or value == 0:
        return f"{value:.0f}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(digits, 3)}f}"


def as_rows(figures) -> list[dict]:
    """Return figures as plain dicts, for a report."""
    return [{**dataclasses.asdict(each), "verdict": each.verdict} for each in figures]


def write_json(path, report) -> None:
    """Write a report as JSON, atomically."""
    path = Path(path)
    temporary = path.with_name(f"{path.name}.tmp")
    temporary.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    temporary.replace(path)


def run_inside(python, backend) -> int:
    """Run this program with the Python of an environment; returns its exit status."""
    variables = {**os.environ, **VARIABLES, "KERAS_BACKEND": backend}
    command = [str(python), *sys.argv, "--inside"]
    return subprocess.run(command, env=variables).returncode


def run_part(command, variables) -> dict:
    """Run a part of a benchmark in a process of its own, with its output printed.

    Args:
        command: List of strings; the path of the JSON report that the part writes is
            appended.
        variables: Environment variables, added to `VARIABLES` and this process's.

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
                f"A part of the benchmark ended with status {ended.returncode}; see "
                f"its output above: {' '.join(command)}"
            )
        return json.loads(report.read_text("utf-8"))


def log(message) -> None:
    """Print a progress message to stderr, apart from the report."""
    print(f"{time.strftime('%H:%M:%S')}  {message}", file=sys.stderr, flush=True)
