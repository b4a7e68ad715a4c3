"""Run all checks: lint, then the tests, in a virtual environment made for them.

    python3 tools/test.py                      everything, on the three backends
    python3 tools/test.py --backend jax        lint, the neutral tests, and one backend
    python3 tools/test.py -- -k mu_law -x      the rest is passed to pytest

Tests marked `neutral` do not depend on a backend and run once; all others run once
for each backend, in a process of its own. Two such runs run in parallel,
with one thread each; the output of a run is printed at its end. A run begins with the
compiled code of the CPU engine that an earlier one left. The tests that open pages in a
browser need Chromium, which is installed where that takes no question: by root, from
Debian's packages.
"""

import argparse
import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import browser_package
import environment

# Two run at a time, the longest first: those of JAX and TensorFlow compile most.
BACKENDS = ("jax", "tensorflow", "torch")
EXTRAS = (
    *("beam", "cpu", "data", "dev", "docs", "evaluation"),
    *("export", "features", "hub", "logs", "plots", "words"),
)
# Compilation is most of the time of a test of a small network: XLA does not optimize.
XLA_FLAGS = (
    "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true "
    "--xla_cpu_use_fusion_emitters=false"
)
NO_TESTS_COLLECTED = 5
IN_PARALLEL = 2
ENDED = ".ended"  # of a folder with compiled code that nothing writes any more


def main():
    arguments = parse_arguments()
    try:
        python = str(environment.prepare(*EXTRAS, *BACKENDS))
    except environment.EnvironmentFailure as failure:
        sys.exit(f"error: {failure}")
    browser_package.install()
    started = time.monotonic()
    # A selection such as `-k` may leave a run without tests: not a failure.
    accepted = {0, NO_TESTS_COLLECTED} if arguments.pytest_arguments else {0}
    lint, tests = legs(python, arguments)
    with tempfile.TemporaryDirectory() as compiled:
        rows = [run_leg(*leg, compiled, {0}) for leg in lint]
        with concurrent.futures.ThreadPoolExecutor(IN_PARALLEL) as pool:
            running = [pool.submit(run_leg, *leg, compiled, accepted) for leg in tests]
            rows += [leg.result() for leg in running]
    print_summary(rows, time.monotonic() - started)
    sys.exit(any(not passed for _, passed, _ in rows))


def parse_arguments():
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--backend",
        choices=BACKENDS,
        action="append",
        help="run the backend tests on this one only; may be given several times",
    )
    parser.add_argument(
        "pytest_arguments", nargs="*", help="passed on to pytest, after a `--`"
    )
    return parser.parse_args()


def legs(python, arguments):
    """Return the runs of the linter and of the tests: (name, command, backend)."""
    ruff = [python, "-m", "ruff"]
    lint = [
        ("lint", [*ruff, "check", "."], "jax"),
        ("format", [*ruff, "format", "--check", "."], "jax"),
    ]
    pytest = [python, "-m", "pytest", "--no-header", *arguments.pytest_arguments]
    tests = [
        (f"{backend} tests", [*pytest, "-m", "not neutral"], backend)
        for backend in arguments.backend or BACKENDS
    ]
    # PyTorch compiles nothing: it runs the neutral tests in the shortest time.
    tests.insert(2, ("neutral tests", [*pytest, "-m", "neutral"], "torch"))
    return lint, tests


def run_leg(name, command, backend, compiled, accepted):
    """Run one command in the checkout; return (name, passed, seconds)."""
    started = time.monotonic()
    # A folder for each run, as numba does not lock its cache; its content is shared.
    code = copy_compiled_code(Path(compiled), name)
    variables = {
        **os.environ,
        "KERAS_BACKEND": backend,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "OMP_NUM_THREADS": "1",
        "XLA_FLAGS": XLA_FLAGS,
        # Tests of the same network share what one of them compiled.
        "JAX_COMPILATION_CACHE_DIR": compiled,
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.2",
        "NUMBA_CACHE_DIR": str(code),
    }
    ended = subprocess.run(
        command,
        cwd=environment.CHECKOUT,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    print(f"\n== {name} ==\n{ended.stdout}", flush=True)
    code.rename(code.with_suffix(ENDED))
    return name, ended.returncode in accepted, time.monotonic() - started


def copy_compiled_code(folder, name):
    """Make the folder of a run for compiled code, with that of the last to end."""
    code = folder / f"{name}.running"
    ended = sorted(folder.glob(f"*{ENDED}"), key=lambda path: path.stat().st_ctime)
    if ended:
        shutil.copytree(ended[-1], code)
    else:
        code.mkdir()
    return code


def print_summary(rows, seconds):
    """Print how every run ended and how long it took."""
    print("\n== summary ==")
    for name, passed, taken in rows:
        print(f"{'passed' if passed else 'FAILED':8}{name:20}{taken:7.1f} s")
    print(f"{'':28}{seconds:7.1f} s", flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
