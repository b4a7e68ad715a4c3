"""What identifies a run."""

import json

import keras
import pytest

from keras_wavenet.cli import build_parser
from keras_wavenet.commands.option_flags import options_from
from keras_wavenet.commands.train import settings_of
from keras_wavenet.run_config import OptimizerOptions, RunConfig
from keras_wavenet.training import Run
from keras_wavenet.training.run_record import (
    KEYS,
    NAME,
    AnotherRun,
    check_same_run,
    check_same_settings,
    differences,
    make_record,
    read_record,
)

pytestmark = pytest.mark.neutral

# As the first version of `run.json` has them, for `train --schedule cosine`.
RECORDED = {
    "data": "spoken_prompts", "split_by": "clip", "keys": None, "stored_rate": None,
    "train_split_name": "train", "trim_silence": None, "local_dir": False,
    "batch_size": 8, "seed": 0, "load_weights": False, "add_speakers": False,
    "freeze_blocks": False, "steps_per_epoch": None,
    "validation_split_name": "validation", "validation_steps": None,
    "pre_emphasis": None, "noise_shaping": None, "optimizer": "adam", "epsilon": None,
    "learning_rate": None, "schedule": "cosine", "decay_steps": None,
    "warmup_steps": 0, "clipnorm": None, "global_clipnorm": None, "clipvalue": None,
    "weight_decay": None, "weight_averaging": None,
}  # fmt: skip
ADDED = {  # by later versions
    "l2": None, "momentum": None, "patience": None, "high_pass": None,
    "normalize": None,
}  # fmt: skip


def settings(*flags):
    """What identifies the run of a command, besides its model and clips."""
    arguments = build_parser().parse_args(["train", *flags])
    optimizer = options_from(OptimizerOptions, arguments)
    config = options_from(RunConfig, arguments, optimizer=optimizer)
    return Run("run", config, settings=settings_of(arguments)).settings


def test_a_command_has_the_settings_that_it_recorded_first():
    assert settings("--schedule", "cosine") == {**RECORDED, **ADDED}


def test_only_what_decides_the_weights_identifies_a_run():
    free = ["--data-dir", "here", "--epochs", "3", "--out", "there", "--save-every"]
    free += ["7", "--pipeline", "grain", "--rematerialize", "--no-jit-compile"]
    free += ["--sample-every", "5", "--sample-seconds", "1", "--no-tensorboard"]
    free += ["--backend", "jax", "--debug", "--overwrite", "--schedule", "cosine"]
    assert settings(*free) == {**RECORDED, **ADDED}


def test_weights_that_a_run_starts_from_identify_it():
    started = settings("--load-weights", "--schedule", "cosine")
    loaded = {"load_weights": True, "preset": "wavenet_tiny"}
    assert started == {**RECORDED, **ADDED, **loaded}


def test_an_option_that_a_record_lacks_had_its_default(tmp_path):
    (tmp_path / NAME).write_text(
        json.dumps({key: {} for key in KEYS} | {"settings": RECORDED})
    )
    was = read_record(tmp_path)
    check_same_settings(tmp_path, was, settings("--schedule", "cosine"))
    with pytest.raises(AnotherRun, match="l2: was None, is 0.1"):
        now = settings("--schedule", "cosine", "--l2", "0.1")
        check_same_settings(tmp_path, was, now)


def test_a_window_is_compared_by_the_length_that_it_has():
    of_old_version = {**settings(), "window_length": None}
    assert differences(of_old_version, settings()) == []
    found = differences(
        {"data": {"window_length": 8000}}, {"data": {"window_length": 4}}
    )
    assert found == ["data.window_length: was 8000, is 4"]


def test_a_folder_of_frames_may_be_moved_but_not_left_out():
    here, there = settings("--local-dir", "here"), settings("--local-dir", "there")
    assert here == there
    assert differences(here, settings()) == ["local_dir: was True, is False"]


def test_a_long_difference_is_cut():
    (line,) = differences({"speakers": ["p" * 9] * 100}, {"speakers": None})
    assert len(line) < 120 and line.endswith("..., is None")


def test_a_recorded_config_is_read_as_the_model_reads_it(tiny_wavenet, tones):
    model = tiny_wavenet(speakers=["anna"], features="mel_16k")
    now = make_record({"seed": 0}, model, *tones(model), 10)
    was = {**now, "model": {**now["model"]}}
    del was["model"]["upsampling"]  # filled in as the default
    names = {"n_mels": "bands", "n_fft": "fft", "fmin": "lowest", "fmax": "highest"}
    (part,) = was["model"]["features"]["parts"]
    old = {names.get(name, name): value for name, value in part.items()}
    assert old.keys() != part.keys()
    was["model"]["features"] = {**was["model"]["features"], "parts": [old]}
    check_same_run("run", was, now, fixed_length=True, model=model)
    was["model"]["speakers"] = ["ben"]
    with pytest.raises(AnotherRun, match="speakers: was .'ben'., is .'anna'."):
        check_same_run("run", was, now, fixed_length=True, model=model)


def test_a_model_that_is_no_wavenet_is_compared_by_its_config(tones, tiny_wavenet):
    data = tones(tiny_wavenet())
    one, other = (keras.Sequential([keras.layers.Dense(n)]) for n in (1, 2))
    one, other = (make_record({"seed": 0}, model, *data, 10) for model in (one, other))
    with pytest.raises(AnotherRun, match=r"layers\[0\].config.units: was 1, is 2"):
        check_same_run("run", one, other, fixed_length=True, model=None)
