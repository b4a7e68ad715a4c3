"""What `train` answers before it opens any data."""

import json

import pytest

from keras_wavenet.cli import main

pytestmark = pytest.mark.neutral

RECORD = {
    "settings": {"seed": 5}, "model": {}, "data": {}, "steps": 1, "backend": "torch",
    "keras": "3", "keras_wavenet": "0.1.0",
}  # fmt: skip


def refused(capsys, *arguments):
    assert main(["train", *map(str, arguments)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_advice_for_another_run_is_given_once_and_names_flags(tmp_path, capsys):
    (tmp_path / "run.json").write_text(json.dumps(RECORD))
    line = refused(capsys, "--out", tmp_path)
    assert "seed: was 5, is 0" in line
    assert line.count("another folder") == 1 and line.count("overwrite") == 1
    assert "--out names another folder" in line and "--overwrite starts" in line


def test_advice_for_a_folder_of_other_files_is_given_once(tmp_path, capsys):
    (tmp_path / "letter.txt").touch()
    line = refused(capsys, "--out", tmp_path)
    assert "holds files and no run" in line and line.count("another folder") == 1
