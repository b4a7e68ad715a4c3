"""Compiled code on disk: used again, never stale, and missed nowhere."""

import concurrent.futures
import shutil
from pathlib import Path

import pytest

import keras_wavenet
from keras_wavenet.generation.engines.cpu import freshness

pytestmark = pytest.mark.neutral

PACKAGE = Path(keras_wavenet.__file__).parent
# A function, and one in another file that it calls.
WEIGH = """
import numpy as np
from keras_wavenet.generation.engines.cpu.choice import weigh

weights = np.zeros(2, "float32")
weigh(weights, np.float32(1))
print(weights[0], sum(weigh.stats.cache_hits.values()), weigh.stats.cache_path)
"""
SEVEN = """

@compiled
def exp(x):
    return np.float32(7)
"""


@pytest.fixture
def package(tmp_path):
    """A copy of the package's code that may be changed, in a folder of its own."""
    leave_out = shutil.ignore_patterns("__pycache__", "spoken_prompts")
    shutil.copytree(PACKAGE, tmp_path / "keras_wavenet", ignore=leave_out)
    return tmp_path / "keras_wavenet"


@pytest.fixture
def weigh(run_program, package, tmp_path):
    """Run the function in a fresh process: its result, hits, and where code is kept."""

    def run(**variables):
        folders = {"NUMBA_CACHE_DIR": str(tmp_path / "kept"), **variables}
        found = {"PYTHONPATH": str(package.parent), **folders}
        ended = run_program("-c", WEIGH, backend="jax", cwd=tmp_path, **found)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.split()

    return run


def test_code_is_kept_until_a_file_changes_that_it_came_from(weigh, package):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        begun = [pool.submit(weigh) for _ in range(2)]  # both find nothing
    assert [one.result()[0] for one in begun] == ["1.0", "1.0"]
    assert weigh()[:2] == ["1.0", "1"]
    with (package / "generation/engines/cpu/arithmetic.py").open("a") as file:
        file.write(SEVEN)
    assert weigh()[:2] == ["7.0", "0"]


def test_where_nothing_can_be_written_all_is_compiled_each_time(
    weigh, package, tmp_path
):
    file = tmp_path / "file"
    file.touch()
    (package / "generation/engines/cpu/__pycache__").touch()  # where a folder would be
    nowhere = dict.fromkeys(["NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "HOME"], str(file))
    assert weigh(PYTHONDONTWRITEBYTECODE="1", **nowhere) == ["1.0", "0", "None"]


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A folder of code that was compiled from other sources, and of strangers' code."""
    for name in ("loop.speak-13.py311.nbi", "step.hear-9.py311.1.nbc", "other.1.nbc"):
        (tmp_path / name).touch()
    monkeypatch.setattr(freshness, "_folder", lambda: tmp_path)
    return tmp_path


def names(folder):
    return {path.name for path in folder.iterdir() if path.suffix != ".txt"}


def test_only_what_the_engine_compiled_is_removed_and_only_once(kept):
    freshness.remove_stale_code()
    assert names(kept) == {"other.1.nbc"}
    (kept / "step.hear-9.py311.1.nbc").touch()
    freshness.remove_stale_code()
    assert names(kept) == {"other.1.nbc", "step.hear-9.py311.1.nbc"}
    (kept / freshness.STAMP).write_text("of other sources", "utf-8")
    freshness.remove_stale_code()
    assert names(kept) == {"other.1.nbc"}


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00half a stamp"])
def test_a_damaged_stamp_is_as_that_of_other_sources(kept, content):
    (kept / freshness.STAMP).write_bytes(content)
    freshness.remove_stale_code()
    assert names(kept) == {"other.1.nbc"}


def test_a_folder_that_is_gone_or_cannot_be_written_does_no_harm(kept, monkeypatch):
    monkeypatch.setattr(freshness, "_folder", lambda: kept / "new")
    freshness.remove_stale_code()
    assert (kept / "new" / freshness.STAMP).is_file()
    monkeypatch.setattr(freshness, "_folder", lambda: kept / "other.1.nbc")
    freshness.remove_stale_code()
    monkeypatch.setattr(freshness, "_folder", lambda: None)
    freshness.remove_stale_code()
