"""What `train` answers before it opens any data."""

import json

import pytest

from keras_wavenet.cli import build_parser, main
from keras_wavenet.commands.train import commands_of

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


def test_the_report_of_a_run_has_the_command_that_resumes_it(
    tiny_wavenet, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    line = ["train", "a b/", "--overw", "--out", "my voice", "--overwrite"]
    arguments = build_parser().parse_args(line)
    arguments.command_line = line
    model = tiny_wavenet(speakers=["o'hara"])
    assert commands_of(arguments, model) == {
        f"Resume a run that was stopped, in {tmp_path}": (
            "keras-wavenet train 'a b/' --out 'my voice'"
        ),
        "Generate audio with the best epoch": (
            "keras-wavenet generate 'my voice' --speaker 'o'\"'\"'hara'"
        ),
    }
