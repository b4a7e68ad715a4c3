"""Thousands of files damaged at random: each is read, or rejected with a reason."""

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.neutral

PROGRAM = Path(__file__).parent / "read_damaged_files.py"


def test_damaged_files_are_read_or_rejected_with_a_reason(run_program, tmp_path):
    # In a process of its own: a crash or a hang of a decoder must not end the tests.
    ended = run_program(PROGRAM, tmp_path, 0, 2250, backend="numpy")
    lines = ended.stdout.splitlines()
    assert ended.returncode == 0, f"crashed or hung at {lines[-1:]}: {ended.stderr}"
    result = json.loads(lines[-1])
    assert not result["failures"]
    assert result["slowest"] < 5  # seconds
    outcomes = result["outcomes"]
    assert sum(outcomes.values()) == 2250
    assert 450 < outcomes["read"] < 1800  # damage neither too small nor too large
    assert len(outcomes) > 12  # reasons of many kinds
