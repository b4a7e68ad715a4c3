"""The speech that ships with the package, as a tfds dataset."""

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import keras_wavenet
from keras_wavenet.data.spoken_prompts.builder import prepared_builder
from tests.conftest import program_environment

pytestmark = pytest.mark.neutral

HOME = Path(keras_wavenet.__file__).parent / "data" / "spoken_prompts"


def read_metadata():
    with (HOME / "audio" / "metadata.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_splits_share_no_clip(spoken_prompts):
    train, validation = (
        {clip.info.clip_id for clip in source} for source in spoken_prompts
    )
    assert len(train) == 46
    assert len(validation) == 10
    assert not train & validation


def test_each_speaker_is_in_both_splits_in_fair_shares(spoken_prompts):
    for source in spoken_prompts:
        seconds = {}
        for clip in source:
            duration = len(clip.waveform) / 16000
            seconds[clip.info.speaker] = seconds.get(clip.info.speaker, 0) + duration
        assert set(seconds) == {"en_allison", "it_carlo", "ru_maxim"}
        assert max(seconds.values()) < 1.2 * min(seconds.values())


def test_there_are_three_minutes_to_train_on(spoken_prompts):
    train, validation = spoken_prompts
    assert 180 < train.lengths.sum() / 16000 < 190
    assert 35 < validation.lengths.sum() / 16000 < 40


def test_clips_are_waveforms_with_speaker_and_transcript(spoken_prompts):
    rows = {row["path"].removesuffix(".flac"): row for row in read_metadata()}
    for clip in spoken_prompts[1]:
        row = rows[clip.info.clip_id]
        assert (clip.info.speaker, clip.info.transcript) == (
            row["speaker"],
            row["transcript"],
        )
        assert clip.waveform.dtype == np.float32
        assert 0.05 < np.abs(clip.waveform).max() <= 1
        assert len(clip.waveform) == pytest.approx(float(row["seconds"]) * 16000, abs=9)


def test_every_shipped_file_is_listed_and_attributed():
    rows = read_metadata()
    shipped = {
        path.relative_to(HOME / "audio").as_posix()
        for path in HOME.glob("audio/*/*.flac")
    }
    assert shipped == {row["path"] for row in rows}
    attribution = (HOME / "ATTRIBUTION.md").read_text(encoding="utf-8")
    assert all(row["speaker"] in attribution for row in rows)


def test_processes_seeded_alike_can_prepare_it_at_once(tmp_path):
    program = (
        "import random; random.seed(0)\n"
        "from keras_wavenet.data.spoken_prompts.builder import prepared_builder\n"
        f"builder = prepared_builder({str(tmp_path)!r})\n"
        "print(len(builder.as_data_source(split='train')))"
    )
    command = [sys.executable, "-c", program]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    options["env"] = program_environment("numpy")
    started = [subprocess.Popen(command, **options) for _ in range(2)]
    for process in started:
        printed, errors = process.communicate(timeout=120)
        assert printed.strip() == "46", errors
    assert [path.name for path in (tmp_path / "spoken_prompts").iterdir()] == ["1.0.0"]


def test_it_goes_where_the_environment_variable_says(tmp_path, run_program):
    program = (
        "from keras_wavenet.data import open_source\n"
        "open_source('spoken_prompts', 'validation', 16000)"
    )
    ended = run_program("-c", program, backend="numpy", TFDS_DATA_DIR=str(tmp_path))
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == ""
    assert (tmp_path / "spoken_prompts").is_dir()


def test_parquet_serves_where_array_record_does_not_exist(tmp_path, data_dir):
    by_parquet = prepared_builder(tmp_path, file_format="parquet")
    by_array_record = prepared_builder(data_dir)
    first, second = (
        {
            example["id"]: example["audio"]
            for example in builder.as_data_source(split="validation")
        }
        for builder in (by_parquet, by_array_record)
    )
    assert first.keys() == second.keys()
    for clip_id, audio in first.items():
        np.testing.assert_array_equal(audio, second[clip_id])
