"""When the virtual environment of the tools is kept, and when it is made again."""

import importlib
import subprocess
import sys
import types
from pathlib import Path

import pytest

pytestmark = pytest.mark.neutral

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """The tool's module; its `.venv` is an empty folder and runs this Python."""
    monkeypatch.syspath_prepend(TOOLS)
    module = importlib.import_module("environment")
    folder = tmp_path / ".venv"
    folder.mkdir()
    monkeypatch.setattr(module, "FOLDER", folder)
    monkeypatch.setattr(module, "STAMP", folder / "stamp.json")
    monkeypatch.setattr(module, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(module, "LOCK", tmp_path / ".venv.lock")
    return module


def stamped(environment, **changes):
    environment.write_stamp(["jax"], finished=True)
    stamp = {**environment.read_stamp(), **changes}
    environment.save_stamp(stamp)
    return stamp


def test_a_finished_environment_is_reused_as_it_is(environment, capsys):
    stamped(environment)
    assert environment.prepare("jax") == environment.PYTHON
    assert "ready" in capsys.readouterr().out


@pytest.mark.parametrize(
    "change, words",
    [
        ({"finished": False}, "interrupted"),
        ({"python": "3.11.0rc1"}, "3.11.0rc1"),
        ({"checkout": "elsewhere"}, "elsewhere"),
    ],
)
def test_one_that_does_not_match_its_stamp_is_made_again(environment, change, words):
    assert words in environment.find_fault(stamped(environment, **change))


def test_one_without_a_working_python_is_made_again(environment, monkeypatch):
    monkeypatch.setattr(environment, "PYTHON", environment.FOLDER / "python")
    assert "no working Python" in environment.find_fault(stamped(environment))


def test_a_damaged_stamp_counts_as_none(environment):
    environment.STAMP.write_text('{"finished": tr')
    assert environment.read_stamp() is None


def test_a_folder_that_is_not_an_environment_is_not_removed(environment):
    mine = environment.FOLDER / "mine.txt"
    mine.write_text("precious")
    with pytest.raises(environment.EnvironmentFailure, match="Move it away"):
        environment.remove_folder()
    assert mine.read_text() == "precious"


def test_a_failed_installation_leaves_the_environment_unchanged(
    environment, monkeypatch
):
    stamp = stamped(environment)
    # pip refuses a requirement that can't be read before it changes anything.
    monkeypatch.setattr(environment, "BUILDS", {"torch": "torch is not=a requirement"})
    monkeypatch.setattr(environment, "BUILD_TOOLS", ("pip",))
    with pytest.raises(environment.EnvironmentFailure):
        environment.prepare("torch")
    assert environment.read_stamp() == stamp


def test_an_old_python_is_an_error_with_the_required_version(environment, monkeypatch):
    monkeypatch.setattr(environment, "OLDEST_PYTHON", (99, 0))
    with pytest.raises(environment.EnvironmentFailure, match="Python 99.0 or later"):
        environment.check_python()


OTHER_PROGRAM = """
import pathlib, sys
sys.path.insert(0, sys.argv[1])
import environment
environment.LOCK = pathlib.Path(sys.argv[2])
with environment.locked():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_program_waits_until_the_first_has_ended(
    environment, monkeypatch, capsys
):
    stamped(environment)
    command = [sys.executable, "-c", OTHER_PROGRAM, str(TOOLS), str(environment.LOCK)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as first:
        assert first.stdout.readline() == "held\n"
        waits = []

        def end_the_first(interval):
            waits.append(interval)
            first.kill()
            first.wait()

        # Not `time.sleep` itself, which threads of other tests may call.
        clock = types.SimpleNamespace(sleep=end_the_first)
        monkeypatch.setattr(environment, "time", clock)
        assert environment.prepare("jax") == environment.PYTHON
    assert len(waits) == 1
    assert "waiting for another program" in capsys.readouterr().out


def test_where_there_can_be_no_lock_nothing_is_waited_for(environment, monkeypatch):
    stamped(environment)
    monkeypatch.setattr(environment, "LOCK", environment.FOLDER / "gone" / "lock")
    assert environment.prepare("jax") == environment.PYTHON
