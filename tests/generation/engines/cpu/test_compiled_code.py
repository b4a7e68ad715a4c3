"""Compiled code on disk: reused, never stale, and not required."""

import concurrent.futures
import shutil
from pathlib import Path

import pytest

import keras_wavenet
from keras_wavenet.generation.engines.cpu import compiled_code

pytestmark = pytest.mark.neutral

PACKAGE = Path(keras_wavenet.__file__).parent
# A function, and one in another file that it calls.
EXPONENTIATE = """
import numpy as np
from keras_wavenet.generation.engines.cpu import choice, compilation

exponentiate = compilation.compiled(choice.exponentiate.py_func)
weights = np.zeros(2, "float32")
exponentiate(weights, np.float32(1))
stats = exponentiate.stats
print(weights[0], sum(stats.cache_hits.values()), stats.cache_path)
"""
SEVEN = """

@inner
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
def exponentiate(run_program, package, tmp_path):
    """Run the function in a fresh process: its result, cache hits and cache folder."""

    def run(**variables):
        folders = {"NUMBA_CACHE_DIR": str(tmp_path / "kept"), **variables}
        found = {"backend": "numpy", "path": package.parent, **folders}
        ended = run_program("-c", EXPONENTIATE, cwd=tmp_path, **found)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.split()

    return run


def test_code_is_kept_until_a_file_changes_that_it_came_from(exponentiate, package):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        begun = [pool.submit(exponentiate) for _ in range(2)]  # both find nothing
    assert [one.result()[0] for one in begun] == ["1.0", "1.0"]
    assert exponentiate()[:2] == ["1.0", "1"]
    with (package / "generation/engines/cpu/arithmetic.py").open("a") as file:
        file.write(SEVEN)
    assert exponentiate()[:2] == ["7.0", "0"]


def test_where_nothing_can_be_written_all_is_compiled_each_time(
    exponentiate, package, tmp_path
):
    file = tmp_path / "file"
    file.touch()
    (package / "generation/engines/cpu/__pycache__").touch()  # where a folder would be
    nowhere = dict.fromkeys(["NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "HOME"], str(file))
    assert exponentiate(PYTHONDONTWRITEBYTECODE="1", **nowhere) == ["1.0", "0", "None"]


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A folder with code compiled from other sources, and with code of others."""
    for name in (
        "loop.generate-13.py311.nbi",
        "step.advance-9.py311.1.nbc",
        "other.1.nbc",
    ):
        (tmp_path / name).touch()
    monkeypatch.setattr(compiled_code, "_folder", lambda: tmp_path)
    return tmp_path


def names(folder):
    return {path.name for path in folder.iterdir() if path.suffix != ".txt"}


def test_only_what_the_engine_compiled_is_removed_and_only_once(kept):
    compiled_code.remove_stale_code()
    assert names(kept) == {"other.1.nbc"}
    (kept / "step.advance-9.py311.1.nbc").touch()
    compiled_code.remove_stale_code()
    assert names(kept) == {"other.1.nbc", "step.advance-9.py311.1.nbc"}
    (kept / compiled_code.STAMP).write_text("of other sources", "utf-8")
    compiled_code.remove_stale_code()
    assert names(kept) == {"other.1.nbc"}


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00half a stamp"])
def test_a_damaged_stamp_is_as_that_of_other_sources(kept, content):
    (kept / compiled_code.STAMP).write_bytes(content)
    compiled_code.remove_stale_code()
    assert names(kept) == {"other.1.nbc"}


def test_a_folder_that_is_gone_or_cannot_be_written_does_no_harm(kept, monkeypatch):
    monkeypatch.setattr(compiled_code, "_folder", lambda: kept / "new")
    compiled_code.remove_stale_code()
    assert (kept / "new" / compiled_code.STAMP).is_file()
    monkeypatch.setattr(compiled_code, "_folder", lambda: kept / "other.1.nbc")
    compiled_code.remove_stale_code()
    monkeypatch.setattr(compiled_code, "_folder", lambda: None)
    compiled_code.remove_stale_code()
