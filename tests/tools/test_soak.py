"""The soak: it finds what it looks for, and its parts have no faults."""

import importlib
import os
import re
import warnings
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


@pytest.mark.skipif(os.name == "nt", reason="pipes and devices are among the cases")
def test_mutated_presets_are_loaded_or_refused_in_words(tool, tmp_path):
    open_case = tool("soak_parts.presets").open_cases(tmp_path)
    with warnings.catch_warnings(action="ignore"):
        found = [open_case(seed).run() for seed in range(24)]
    assert {result for result, _ in found} == {"loaded", "refused"}, found


@pytest.mark.skipif(os.name == "nt", reason="pipes are among the inputs")
def test_garbage_on_command_lines_differs_by_seed_alone(tool, tmp_path, monkeypatch):
    commands = tool("soak_parts.commands")
    monkeypatch.setattr(commands, "_in_copy", lambda *_: ("done", ""))
    open_case = commands.open_cases(tmp_path)
    lines = [open_case(seed).what for seed in (*range(60), *range(60))]
    assert lines[:60] == lines[60:]
    assert len(set(lines)) > 50
