"""A run that a Python user holds: it starts, breaks off, resumes, and has presets."""

import contextlib
import dataclasses
import json
import shutil
import warnings
from pathlib import Path

import keras
import numpy as np
import pytest

from keras_wavenet import WaveNet
from keras_wavenet.training import AnotherRun, OptimizerOptions, Run, RunConfig
from keras_wavenet.training.checkpoints import checkpoint_file
from keras_wavenet.training.run_record import INEXACT

STEPS, PER_EPOCH, BROKEN_AT = 11, 4, 6
FULL = Path("/dev/full")
CONFIG = RunConfig(
    OptimizerOptions(schedule="cosine", weight_averaging=0.5),
    steps_per_epoch=PER_EPOCH,
    validation_steps=1,
    save_every=100,
    sample_every=0,
    tensorboard=False,
)


class PowerCut(Exception):
    """The end of a process, as far as one process can play it."""


class Break(keras.callbacks.Callback):
    """End a training within a step that is not saved."""

    def on_train_batch_begin(self, batch, logs=None):
        self.steps = getattr(self, "steps", 0) + 1
        if self.steps > BROKEN_AT:
            raise PowerCut


@pytest.fixture
def start(tiny_wavenet, tones):
    """A fresh model with its data, as a fresh process has them."""

    def make(**arguments):
        keras.utils.set_random_seed(0)
        model = tiny_wavenet(dilations=[1, 2], dropout=0.2, **arguments)
        return model, *tones(model)

    return make


def end_of(run, steps=STEPS):
    path = run.folder / "checkpoints" / f"step-{steps:08d}.ckpt"
    return checkpoint_file.read(path)


def test_a_run_that_breaks_off_resumes_exactly(start, tmp_path, capsys):
    whole = Run(tmp_path / "whole", CONFIG)
    assert (whole.step, whole.history, whole.recorded_model) == (0, [], None)
    history = whole.fit(*start(), steps=STEPS, verbose=0)
    assert len(history.epoch) == 3 and whole.step == STEPS

    broken = Run(tmp_path / "broken", CONFIG)
    with pytest.raises(PowerCut):
        broken.fit(*start(), steps=STEPS, callbacks=[Break()], verbose=0)
    assert broken.step == PER_EPOCH
    assert broken.recorded_model["dilations"] == [1, 2]
    capsys.readouterr()
    Run(tmp_path / "broken", CONFIG).fit(*start(), steps=STEPS, verbose=2)
    printed = capsys.readouterr().out
    assert f"Resuming {broken.folder} at step {PER_EPOCH} of {STEPS}." in printed
    assert "the best of the run" in printed

    (arrays, state), (others, other_state) = end_of(whole), end_of(broken)
    for description in (state, other_state):
        del description["variables"]  # Keras counts optimizers
    assert state == other_state and arrays.keys() == others.keys()
    for name in arrays:
        np.testing.assert_array_equal(arrays[name], others[name], name)
    assert [row["step"] for row in broken.history] == [4, 8, 11]
    for name in ("loss", "bits_per_sample", "val_bits_per_sample", "learning_rate"):
        rows = [[row[name] for row in run.history] for run in (whole, broken)]
        np.testing.assert_allclose(*rows, rtol=1e-6)


def test_the_presets_of_a_run_load(start, tmp_path):
    run = Run(tmp_path / "run", CONFIG)
    model, train, validation = start()
    run.fit(model, train, validation, steps=STEPS, license="CC0", verbose=0)
    last = WaveNet.from_preset(run.last)
    for one, other in zip(model.get_weights(), last.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)  # the averages, as `fit` ends
    scores = [row["val_bits_per_sample"] for row in run.history]
    best = WaveNet.from_preset(run.best)
    best.compile()
    best.evaluate(validation, verbose=0)  # 1 of its batches was the score
    assert scores[-1] == min(scores)  # it learns: the last is the best
    for one, other in zip(best.get_weights(), last.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert WaveNet.from_preset(tmp_path / "run").receptive_field == last.receptive_field
    assert '"license": "CC0"' in (run.best / "metadata.json").read_text()


@pytest.mark.neutral
def test_a_complete_run_is_not_trained_further(start, tmp_path, capsys):
    run = Run(tmp_path / "run", CONFIG)
    run.fit(*start(), steps=3, verbose=0)
    again = Run(run.folder, CONFIG).fit(*start(), steps=3, verbose=2)
    assert not again.epoch
    assert f"{run.folder} is complete, with 3 steps" in capsys.readouterr().out


@pytest.mark.neutral
def test_a_model_of_a_refused_run_is_compiled_for_the_next(start, tmp_path):
    Run(tmp_path / "one", CONFIG).fit(*start(), steps=1, verbose=0)
    model, train, validation = start()
    other = RunConfig(sample_every=0, tensorboard=False)
    with pytest.raises(AnotherRun):
        Run(tmp_path / "one", other).fit(model, train, validation, steps=1)
    run = Run(tmp_path / "two", CONFIG)
    run.fit(model, train, validation, steps=1, verbose=0)
    recorded = json.loads((run.folder / "run.json").read_text())["settings"]
    assert recorded["schedule"] == "cosine"  # no `optimizer` of the user


@pytest.mark.neutral
def test_another_run_is_refused_with_what_differs(start, tmp_path, tones):
    folder = tmp_path / "run"
    Run(folder, CONFIG, settings={"voice": "anna"}).fit(*start(), steps=3, verbose=0)
    model, train, validation = start()
    for config, settings, words in (
        (RunConfig(steps_per_epoch=4), {}, "schedule: was cosine, is constant"),
        (CONFIG, {"voice": "ben"}, "voice: was anna, is ben"),
    ):
        with pytest.raises(AnotherRun, match=words):
            Run(folder, config, settings=settings).fit(model, train, steps=3)
    run = Run(folder, CONFIG, settings={"voice": "anna"})
    with pytest.raises(AnotherRun, match="steps: was 3, is 4"):  # of a cosine
        run.fit(model, train, validation, steps=4)
    with pytest.raises(AnotherRun, match="model.use_bias: was True, is False"):
        run.fit(*start(use_bias=False), steps=3)
    with pytest.raises(AnotherRun, match="data.seed: was 0, is 1"):
        run.fit(start()[0], *tones(model, seed=1), steps=3)
    assert run.step == 3
    Run(folder, RunConfig(sample_every=0, tensorboard=False), overwrite=True).fit(
        *start(), steps=1, verbose=0
    )
    assert run.step == 1


@pytest.mark.neutral
def test_a_longer_run_continues_with_the_same_object(start, tmp_path):
    config = RunConfig(steps_per_epoch=2, sample_every=0, tensorboard=False)
    run = Run(tmp_path / "run", config)
    model, train, _ = start()
    run.fit(model, train, epochs=1, verbose=0)
    history = run.fit(model, train, epochs=3, verbose=0)
    assert history.epoch == [1, 2] and run.step == 6
    assert [row["epoch"] for row in run.history] == [1, 2, 3]


@pytest.mark.neutral
def test_a_compiled_model_keeps_its_optimizer_which_identifies_the_run(start, tmp_path):
    def fit(rate):
        model, train, _ = start()
        model.compile(keras.optimizers.SGD(rate))
        Run(tmp_path / "run", CONFIG).fit(model, train, steps=3, verbose=0)
        return model.optimizer

    assert isinstance(fit(0.01), keras.optimizers.SGD)
    fit(0.01)
    with pytest.raises(AnotherRun, match="optimizer.config.learning_rate: was 0.0099"):
        fit(0.02)
    with pytest.raises(AnotherRun, match="optimizer: was .*, is adam"):
        Run(tmp_path / "run", CONFIG).fit(*start(), steps=3, verbose=0)


@pytest.mark.neutral
def test_a_cost_is_estimated_and_nothing_written(start, tmp_path):
    run = Run(tmp_path / "run", CONFIG)
    estimate = run.estimate(*start(), epochs=2)
    assert estimate.steps == 2 * PER_EPOCH and estimate.step_seconds > 0
    assert "8" in str(estimate) and not run.folder.exists()


@pytest.mark.neutral
def test_only_one_length_is_taken(start, tmp_path):
    with pytest.raises(ValueError, match="`epochs` and `steps`.*epochs=1, steps=2"):
        Run(tmp_path / "run").fit(*start(), epochs=1, steps=2)


def test_what_cannot_be_a_run_is_refused_before_its_folder_is_written(start, tmp_path):
    model, train, validation = start()
    run = Run(tmp_path / "run", CONFIG)
    bad = {
        "`steps` must be": ((train, validation), {"steps": 0}),
        "`epochs` must be": ((train, validation), {"epochs": 0}),
        "`train` must be .* shuffle=True. Received: .* shuffle=False": (
            (validation, validation),
            {"steps": 1},
        ),
        "`validation` must be .* shuffle=False": ((train, train), {"steps": 1}),
        "`train` must be .* Received: train=ndarray": ((np.zeros(9),), {"steps": 1}),
    }
    for message, (datasets, options) in bad.items():
        with pytest.raises(ValueError, match=message):
            run.fit(model, *datasets, **options)
    assert not run.folder.exists()
    assert not model.compiled


def test_options_of_another_kind_are_refused():
    with pytest.raises(ValueError, match="`optimizer` must be `OptimizerOptions`"):
        RunConfig({"schedule": "cosine"})


def test_a_rate_that_follows_a_plateau_resumes_exactly(start, tmp_path):
    # A rate at which the loss cannot fall: each epoch after the first halves it.
    options = OptimizerOptions("sgd", momentum=0, learning_rate=1e-30)
    options = dataclasses.replace(options, schedule="plateau", patience=1)
    config = dataclasses.replace(CONFIG, optimizer=options, steps_per_epoch=2)
    whole, broken = (Run(tmp_path / name, config) for name in ("whole", "broken"))
    whole.fit(*start(), steps=STEPS, verbose=0)
    broken.fit(*start(), steps=BROKEN_AT, verbose=0)
    broken = Run(broken.folder, config)
    broken.fit(*start(), steps=STEPS, verbose=0)
    rates, others = (
        [r["learning_rate"] for r in run.history] for run in (whole, broken)
    )
    assert rates == others
    assert rates[-1] == pytest.approx(rates[0] / 2 ** (len(rates) - 2), rel=1e-6)


class Interrupts(keras.callbacks.Callback):
    """A callback of a user's that ends the training by itself, in a step or before."""

    def __init__(self, hook, at):
        super().__init__()
        self.at, self.count = at, 0
        setattr(self, hook, self.interrupt)

    def interrupt(self, batch, logs=None):
        self.count += 1
        if self.count == self.at:
            raise KeyboardInterrupt


def test_a_callback_that_interrupts_keeps_the_step(start, tmp_path, capsys):
    whole = Run(tmp_path / "whole", CONFIG)
    whole.fit(*start(), steps=3, verbose=0)
    run = Run(tmp_path / "run", CONFIG)
    interrupts = Interrupts("on_train_batch_end", 2)
    with pytest.raises(KeyboardInterrupt):
        run.fit(*start(), steps=3, callbacks=[interrupts], verbose=2)
    assert run.step == 2
    assert "Saved step 2." in capsys.readouterr().out
    run.fit(*start(), steps=3, verbose=0)
    (arrays, _), (others, _) = end_of(whole, 3), end_of(run, 3)
    for name in arrays:
        np.testing.assert_array_equal(arrays[name], others[name], name)


@pytest.mark.neutral
def test_a_callback_that_interrupts_before_a_step_keeps_the_one_before(start, tmp_path):
    run = Run(tmp_path / "run", CONFIG)
    interrupts = Interrupts("on_train_batch_begin", 2)
    with pytest.raises(KeyboardInterrupt):
        run.fit(*start(), steps=3, callbacks=[interrupts], verbose=0)
    assert run.step == 1


@pytest.mark.neutral
@pytest.mark.filterwarnings("ignore:Audio sample at step")
def test_what_a_kill_after_the_last_checkpoint_left_unmade_is_made(start, tmp_path):
    config = dataclasses.replace(CONFIG, sample_every=100, sample_seconds=0.01)
    run = Run(tmp_path / "run", config)
    model, *datasets = start()
    run.fit(model, *datasets, steps=3, verbose=0)
    samples = run.folder / "samples"
    made = {path.name: path.read_bytes() for path in samples.iterdir()}
    assert sorted(made) == ["step-00000003.png", "step-00000003.wav"]
    for name in made:
        (samples / name).unlink()
    for name in ("run.png", "report.html"):
        (run.folder / name).unlink()
    (samples / ".step-00000003.wav.k1lled.tmp").touch()
    again, *datasets = start()
    run.fit(again, *datasets, steps=3, verbose=0)
    assert {path.name: path.read_bytes() for path in samples.iterdir()} == made
    assert (run.folder / "run.png").is_file()
    assert "<audio" in (run.folder / "report.html").read_text(encoding="utf-8")
    for one, other in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)  # the averages, as `fit` ends


@pytest.mark.neutral
def test_a_last_preset_that_could_not_be_saved_is_saved_later(start, tmp_path):
    run = Run(tmp_path / "run", CONFIG)

    class InTheWay(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            run.last.mkdir(exist_ok=True)
            (run.last / "letter.txt").touch()

    with (
        pytest.warns(UserWarning, match="last could not be saved"),
        pytest.raises(OSError, match="last could not be saved"),
    ):
        run.fit(*start(), steps=3, callbacks=[InTheWay()], verbose=0)
    assert run.step == 3
    shutil.rmtree(run.last)
    run.fit(*start(), steps=3, verbose=0)
    WaveNet.from_preset(run.last)


@pytest.mark.neutral
@pytest.mark.skipif(not FULL.exists(), reason="only Linux has such a device")
def test_a_log_on_a_full_disk_does_not_end_a_run(start, tmp_path):
    run = Run(tmp_path / "run", CONFIG)
    full = FULL.open("w")
    with contextlib.redirect_stdout(full):
        run.fit(*start(), steps=2, verbose=2)
    with contextlib.suppress(OSError):
        full.close()
    assert run.step == 2


@pytest.mark.neutral
def test_a_folder_is_held_against_another_run_of_this_process(start, tmp_path):
    run = Run(tmp_path / "run", CONFIG)
    with run:
        with pytest.raises(RuntimeError, match="This process is at work in"):
            Run(tmp_path / "run", CONFIG).__enter__()
        run.fit(*start(), steps=1, verbose=0)
    with Run(tmp_path / "run", CONFIG):
        pass


@pytest.mark.neutral
def test_what_exactness_depends_on_is_recorded_and_compared(start, tmp_path):
    run = Run(tmp_path / "run", CONFIG)
    run.fit(*start(), steps=1, verbose=0)
    path = run.folder / "run.json"
    record = json.loads(path.read_text())
    assert record["device"] == "cpu" and record["threads"] >= 1
    assert {"processor", "backend_version", "jit_compile"} <= record.keys()
    path.write_text(json.dumps({**record, "threads": 99}))
    with pytest.warns(UserWarning, match="threads 99 and resumes with.*last bits"):
        run.fit(*start(), steps=1, verbose=0)
    old = {name: record[name] for name in record if name not in INEXACT[4:]}
    path.write_text(json.dumps({**old, "backend_version": record["backend_version"]}))
    with warnings.catch_warnings():
        warnings.filterwarnings("error", ".*resumes with")
        run.fit(*start(), steps=1, verbose=0)


@pytest.mark.neutral
def test_so_many_checkpoints_are_kept_as_were_asked_for(start, tmp_path):
    config = dataclasses.replace(CONFIG, save_every=1, max_checkpoints=3)
    run = Run(tmp_path / "run", config)
    run.fit(*start(), steps=6, verbose=0)
    kept = sorted(path.name for path in (run.folder / "checkpoints").iterdir())
    assert kept == [f"step-{step:08d}.ckpt" for step in (4, 5, 6)]


def test_an_option_that_does_not_exist_is_answered_with_the_right_one():
    with pytest.raises(ValueError, match="`save_evry`. Did you mean `save_every`"):
        RunConfig(save_evry=3)
    with pytest.raises(ValueError, match=r"optimizer=OptimizerOptions\(schedule="):
        RunConfig(schedule="cosine")
