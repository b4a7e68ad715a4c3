"""Cases run one after the other in a process, which may crash, hang or print.

    python -m soak_parts.cases MODULE SEED COUNT FOLDER

is that process. It prints two lines of JSON for each case, one before and one after.
"""

import importlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from soak_parts import PARTS

PATIENCE = 120  # s for one case, on a busy machine
START = 300  # s until the first one begins
MEMORY = 2**31  # bytes of address space beyond what Python has taken
ACCEPTED_SHORT, EXCEPTION = "accepted short", "other exceptions"
HANG, CRASH, RAW_LINES = "hangs", "crashes", "raw lines"
FAULTS = (ACCEPTED_SHORT, EXCEPTION, HANG, CRASH, RAW_LINES)


@dataclass(frozen=True)
class Case:
    """Something damaged, to be given to the package.

    Attributes:
        kind: Row of the table, such as the format of a file.
        what: What was done to it, in words.
        run: Gives it to the package. Returns the column of the table, a good one or one
            of `FAULTS`, and what the package answered.
    """

    kind: str
    what: str
    run: Callable[[], tuple[str, str]]


@dataclass(frozen=True)
class Outcome:
    """What became of a case: see `Case`."""

    seed: int
    kind: str
    what: str
    result: str
    answer: str


def run_cases(part: str, seed: int, count: int) -> Iterator[Outcome]:
    """Runs the cases of some seeds in processes, a new one after a crash or a hang."""
    end = seed + count
    while seed < end:
        with tempfile.TemporaryDirectory() as folder:
            for outcome in _run_process(part, seed, end - seed, folder):
                yield outcome
                seed = outcome.seed + 1


def _run_process(part, seed, count, folder) -> Iterator[Outcome]:
    module = PARTS[part][0]
    command = [sys.executable, "-m", "soak_parts.cases", module, str(seed), str(count)]
    tools = str(Path(__file__).parents[1])
    path = os.pathsep.join(filter(None, [tools, os.environ.get("PYTHONPATH")]))
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [*command, folder],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )
        lines = queue.SimpleQueue()
        reader = threading.Thread(target=_put_lines, args=(process.stdout, lines))
        reader.start()
        try:
            yield from _outcomes(process, lines, seed, errors)
        finally:
            process.kill()
            process.wait()
            reader.join()
            process.stdout.close()


def _put_lines(stream, lines):
    for line in stream:
        lines.put(json.loads(line))
    lines.put(None)  # its end


def _outcomes(process, lines, seed, errors) -> Iterator[Outcome]:
    case, patience = {"seed": seed, "kind": "start", "what": "nothing"}, START
    while True:
        try:
            line = lines.get(timeout=patience)
        except queue.Empty:
            yield Outcome(**case, result=HANG, answer=f"none in {patience} s")
            return
        if line is None:
            if process.wait():
                errors.seek(0)
                text = errors.read()[-4000:].decode("utf-8", "replace")
                yield Outcome(**case, result=CRASH, answer=text)
            return
        if "result" in line:
            yield Outcome(**case, **line)
        else:
            case, patience = line, PATIENCE


def main(module, seed, count, folder):
    """Run the cases in this process."""
    open_case = importlib.import_module(module).open_cases(Path(folder))
    _limit_memory()
    warnings.simplefilter("ignore")  # the package's own words, which are no faults
    for number in range(seed, seed + count):
        case = open_case(number)
        _print({"seed": number, "kind": case.kind, "what": case.what})
        printed = os.fstat(2).st_size
        try:
            result, answer = case.run()
        except Exception as error:
            result, answer = EXCEPTION, f"{type(error).__name__}: {error}"
        if os.fstat(2).st_size > printed and result not in FAULTS:
            result = RAW_LINES
            answer = os.pread(2, 2000, printed).decode("utf-8", "replace")
        _print({"result": result, "answer": answer})


def _print(line: dict):
    print(json.dumps(line), flush=True)


def _limit_memory():
    """Limit memory, where the system can: needing terabytes is then an error."""
    try:
        import resource

        status = Path("/proc/self/statm").read_text(encoding="ascii")
    except (ImportError, OSError):
        return
    taken = int(status.split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, taken + MEMORY))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
