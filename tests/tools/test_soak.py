"""The soak: it finds what it looks for, and its parts have no faults."""

import importlib
import re
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
pytestmark = pytest.mark.neutral

FAULTY = """
import os, time
from soak_parts.cases import Case

def open_cases(folder):
    def end():
        os._exit(3)

    def fail():
        raise RuntimeError("of another kind")

    def wait():
        time.sleep(100)

    def speak():
        os.write(2, b"Note: past the package")
        return "refused", "damaged"

    runs = [lambda: ("refused", "damaged"), end, fail, wait, speak]
    return lambda seed: Case("kind", f"case {seed}", runs[seed])
"""


@pytest.fixture
def tool(monkeypatch):
    """Import a module of the tools."""
    monkeypatch.syspath_prepend(TOOLS)
    return importlib.import_module


def test_crashes_errors_hangs_and_raw_lines_are_faults(tool, monkeypatch, tmp_path):
    cases = tool("soak_parts.cases")
    (tmp_path / "faulty.py").write_text(FAULTY)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setitem(cases.PARTS, "faulty", ("faulty", 5))
    monkeypatch.setattr(cases, "PATIENCE", 1)
    found = list(cases.run_cases("faulty", 0, 5))
    assert [outcome.result for outcome in found] == [
        "refused", cases.CRASH, cases.EXCEPTION, cases.HANG, cases.RAW_LINES
    ]  # fmt: skip
    assert [outcome.seed for outcome in found] == [0, 1, 2, 3, 4]
    assert found[2].answer == "RuntimeError: of another kind"
    lines = tool("soak").table(found)
    assert lines[0].startswith("| | refused | accepted short | other exceptions |")
    assert lines[-1] == "| all | 1 | 0 | 1 | 1 | 1 | 1 |"


def test_damaged_recordings_are_read_whole_or_refused(run_program):
    # In a process of its own: a crash or a hang of a decoder must not end the tests.
    arguments = ("--part", "recordings", "--count", "150", "--inside")
    ended = run_program(TOOLS / "soak.py", *arguments, backend="numpy")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    (total,) = re.findall(r"^\| all \| (\d+) \| (\d+) ", ended.stdout, re.MULTILINE)
    assert 15 < int(total[0]) < 75  # damage neither too small nor too large
    assert int(total[0]) + int(total[1]) == 150
