"""Which run may use a folder."""

import json
import subprocess
import sys

import pytest

from keras_wavenet import preset_places
from keras_wavenet.training.run_folder import RunFolder
from tests.conftest import program_environment

pytestmark = pytest.mark.neutral

SETTINGS = {"seed": 0, "batch_size": 8}
RECORD = {
    "settings": SETTINGS,
    "model": {"dilations": [1, 2], "dropout": 0.0},
    "data": "5ca1ab1e",
    "steps": 100,
    "backend": "jax",
    "keras": "3.15.1",
    "keras_wavenet": "0.1.0",
}
MODEL = None  # whose class would read a config of an older version

# Locks the folder until its standard input ends, or it is killed.
HOLDER = """
import pathlib, sys
from keras_wavenet.utils.folder_lock import locked

with locked(pathlib.Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.read()
"""


def begin(path, record=RECORD, overwrite=False, fixed_length=False):
    folder = RunFolder(path, overwrite)
    with folder.opened():
        folder.check(record["settings"])
        folder.begin(record, MODEL, fixed_length)
    return folder


@pytest.fixture
def run(tmp_path):
    """The folder of a run that has begun."""
    return begin(tmp_path / "deep" / "run").path


def test_the_same_run_resumes(run):
    (run / "checkpoints").mkdir()
    begin(run)
    assert (run / "checkpoints").is_dir()
    assert json.loads((run / "run.json").read_text()) == RECORD


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"settings": {**SETTINGS, "seed": 1}}, "seed: was 0, is 1"),
        (
            {"settings": {"seed": 1, "batch_size": 4}},
            "batch_size: was 8, is 4; seed: was 0, is 1",
        ),
        (
            {"model": {"dilations": [1, 2, 4], "dropout": 0.0}},
            r"dilations: was \[1, 2\], is \[1, 2, 4\]",
        ),
        ({"data": "another"}, "data: was 5ca1ab1e, is another"),
    ],
)
def test_another_run_is_refused_with_what_differs(changes, words, run):
    with pytest.raises(ValueError, match=words + ".*or overwrite this one"):
        begin(run, {**RECORD, **changes})
    assert json.loads((run / "run.json").read_text()) == RECORD


def test_a_longer_run_resumes_where_no_learning_rate_depends_on_its_length(run):
    longer = {**RECORD, "steps": 200}
    with pytest.raises(ValueError, match="steps: was 100, is 200"):
        begin(run, longer, fixed_length=True)
    begin(run, longer)
    assert json.loads((run / "run.json").read_text())["steps"] == 200


def test_another_backend_resumes_with_a_warning_that_it_is_not_exact(run):
    with pytest.warns(UserWarning, match="backend jax and resumes with torch"):
        begin(run, {**RECORD, "backend": "torch"})


def test_settings_of_another_version_are_not_compared(run):
    begin(run, {**RECORD, "settings": {**SETTINGS, "new_flag": 3}})


def test_overwrite_deletes_the_run_and_no_other_files(run):
    for name in ("checkpoints", "best", "samples"):
        (run / name).mkdir()
    (run / "notes.txt").touch()
    begin(run, {**RECORD, "settings": {"seed": 5}}, overwrite=True)
    assert {path.name for path in run.iterdir()} == {"run.json", "notes.txt", ".lock"}


def test_a_folder_that_is_no_runs_is_refused(tmp_path):
    (tmp_path / "notes.txt").touch()
    for overwrite in (False, True):
        with pytest.raises(FileExistsError, match="no run. Name another folder"):
            begin(tmp_path, overwrite=overwrite)
    assert (tmp_path / "notes.txt").exists() and not (tmp_path / "run.json").exists()


def test_a_preset_is_refused_with_how_to_start_from_it(tmp_path):
    (tmp_path / "config.json").touch()
    with pytest.raises(FileExistsError, match="holds a preset.*start from this preset"):
        begin(tmp_path, overwrite=True)


@pytest.mark.parametrize(
    "text",
    [
        '{"settings": ',
        "[]",
        '{"settings": {}}',
        json.dumps({**RECORD, "settings": {}}),
        json.dumps({**RECORD, "settings": [1]}),
        json.dumps({**RECORD, "model": None}),
        json.dumps(RECORD) + " " * 2**20,
        "[" * 100_000,
    ],
    ids=["cut", "list", "keys", "none", "numbers", "model", "large", "deep"],
)
def test_a_damaged_record_is_refused(text, run):
    (run / "run.json").write_text(text)
    with pytest.raises(ValueError, match="run.json must hold the settings of a run"):
        begin(run)
    begin(run, overwrite=True)


def test_a_run_that_was_refused_leaves_no_folder(tmp_path):
    folder = RunFolder(tmp_path / "new" / "refused")
    with pytest.raises(ValueError, match="no audio"), folder.opened():
        raise ValueError("no audio")
    assert not list(tmp_path.iterdir())


def test_a_preset_that_was_being_replaced_when_the_process_was_killed_is_found(run):
    old = run / ".best.old.k1lled" / "best"
    old.mkdir(parents=True)
    (old / "config.json").touch()
    (run / ".last.k1lled").mkdir()
    begin(run)
    assert preset_places.find(run) == run / "best"
    assert {path.name for path in run.iterdir()} == {"run.json", ".lock", "best"}


def test_a_second_process_is_kept_out_until_the_first_is_gone(run):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(run)],
        env=program_environment("numpy"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "locked\n"
    with pytest.raises(RuntimeError, match=f"at work in .*: process {holder.pid}"):
        begin(run)
    holder.kill()
    holder.communicate()
    begin(run)


def test_a_run_whose_checkpoints_are_missing_is_not_started_again(run):
    folder = RunFolder(run)
    folder.check_unused()  # a run that was killed before it had made anything
    (run / "best").mkdir()
    with pytest.raises(ValueError, match="checkpoints are missing.*overwrite this one"):
        folder.check_unused()
