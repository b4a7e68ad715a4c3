"""The callback that saves a run: what it keeps, restores and refuses."""

import shutil

import keras
import numpy as np
import pytest

from keras_wavenet.training import Checkpoint
from keras_wavenet.training.checkpoints import checkpoint_file

X = np.linspace(0, 1, 12, dtype="float32")[:, None]
Y = 1 - X


def compiled(units=3, optimizer="adam", policy="float32"):
    model = keras.Sequential(
        [
            keras.Input((1,)),
            keras.layers.Dense(units, dtype=policy),
            keras.layers.Dropout(0.5, dtype=policy),
            keras.layers.Dense(1, dtype=policy),
        ]
    )
    model.compile(optimizer, "mse")
    return model


def fit(model, *callbacks, epochs=1):
    """Four steps an epoch."""
    model.fit(
        X, Y, batch_size=3, shuffle=False, epochs=epochs, verbose=0,
        callbacks=list(callbacks),
    )  # fmt: skip


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def damage(path):
    content = bytearray(path.read_bytes())
    content[100] ^= 4
    path.write_bytes(content)


def assert_same_variables(model, other):
    for one, two in zip(
        [*model.variables, *model.optimizer.variables],
        [*other.variables, *other.optimizer.variables],
        strict=True,
    ):
        np.testing.assert_array_equal(
            keras.ops.convert_to_numpy(one), keras.ops.convert_to_numpy(two), one.path
        )


class Tally:
    """An object whose state goes with the run."""

    count = 0

    def get_state(self):
        return {"count": self.count}

    def set_state(self, state):
        self.count = state["count"]


def test_a_model_that_is_restored_is_the_one_that_was_saved(tmp_path):
    model, tally = compiled(), Tally()
    tally.count = 7
    fit(model, Checkpoint(tmp_path, every=3, states={"tally": tally}))
    other, other_tally = compiled(), Tally()
    checkpoint = Checkpoint(tmp_path, every=3, states={"tally": other_tally})
    assert checkpoint.restore(other) == checkpoint.step == 4
    assert other_tally.count == 7
    assert_same_variables(model, other)


def test_whatever_was_drawn_before_models_that_are_restored_go_on_alike(tmp_path):
    fit(compiled(), Checkpoint(tmp_path / "saved"))
    ends = []
    for number in range(2):
        keras.utils.set_random_seed(number)
        shutil.copytree(tmp_path / "saved", tmp_path / str(number))
        model, checkpoint = compiled(), Checkpoint(tmp_path / str(number))
        checkpoint.restore(model)
        fit(model, checkpoint)
        assert checkpoint.step == 8
        ends.append(model)
    assert_same_variables(*ends)


@pytest.mark.parametrize("policy", ["bfloat16", "mixed_float16"])
def test_small_floats_come_back_to_the_bit(policy, tmp_path):
    model = compiled(policy=policy, optimizer="sgd")
    fit(model, Checkpoint(tmp_path))
    other = compiled(policy=policy, optimizer="sgd")
    assert Checkpoint(tmp_path).restore(other) == 4
    assert_same_variables(model, other)


def test_the_newest_two_are_kept_and_nothing_else(tmp_path):
    (tmp_path / ".step-00000001.ckpt.k1lled.tmp").touch()
    fit(compiled(), Checkpoint(tmp_path, every=2), epochs=3)
    # The last but one is of the step before the end of the epoch.
    assert names(tmp_path) == ["step-00000011.ckpt", "step-00000012.ckpt"]


def test_checkpoints_come_at_multiples_of_every_and_around_the_end_of_an_epoch(
    tmp_path,
):
    fit(compiled(), Checkpoint(tmp_path, every=2, keep=9), epochs=2)
    assert [int(name[5:13]) for name in names(tmp_path)] == [2, 3, 4, 6, 7, 8]


def test_a_damaged_checkpoint_is_reported_and_the_earlier_one_taken(tmp_path):
    fit(compiled(), Checkpoint(tmp_path, every=2, keep=3))
    damage(tmp_path / "step-00000004.ckpt")
    model, checkpoint = compiled(), Checkpoint(tmp_path, keep=3)
    with pytest.warns(UserWarning, match="step-00000004.ckpt, which is damaged"):
        assert checkpoint.restore(model) == 3
    fit(model, checkpoint)
    assert "step-00000004.ckpt" not in names(tmp_path)
    assert names(tmp_path)[:2] == ["step-00000003.ckpt", "step-00000006.ckpt"]


def test_where_all_are_damaged_nothing_is_begun_anew(tmp_path):
    fit(compiled(), Checkpoint(tmp_path))
    for path in tmp_path.iterdir():
        damage(path)
    with (
        pytest.warns(UserWarning, match="damaged"),
        pytest.raises(ValueError, match="All checkpoints in .* are damaged"),
    ):
        Checkpoint(tmp_path).restore(compiled())


@pytest.mark.parametrize(
    "others, words",
    [
        ({"units": 4}, "must be .*kernel', shape \\(1, 3\\).* Received: .*\\(1, 4\\)"),
        ({"optimizer": "sgd"}, "must be the one that was saved, Adam. Received: SGD"),
    ],
)
def test_a_model_that_does_not_fit_is_refused_and_stays_as_it_is(
    others, words, tmp_path
):
    fit(compiled(), Checkpoint(tmp_path))
    model = compiled(**others)
    before = model.get_weights()
    with pytest.raises(ValueError, match=words):
        Checkpoint(tmp_path).restore(model)
    for weight, same in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, same)


def test_a_new_run_does_not_overwrite_an_old_one(tmp_path):
    fit(compiled(), Checkpoint(tmp_path))
    with pytest.raises(ValueError, match="holds step-00000004.ckpt. Call `restore"):
        fit(compiled(), Checkpoint(tmp_path))
    assert Checkpoint(tmp_path / "empty").restore(compiled()) == 0


@pytest.mark.parametrize("argument", ["every", "keep"])
def test_its_arguments_are_checked(argument, tmp_path):
    with pytest.raises(ValueError, match=f"Received: {argument}=0"):
        Checkpoint(tmp_path, **{argument: 0})


class Blocker(keras.callbacks.Callback):
    """A file stands where the folder must, up to a step: no save succeeds till then."""

    def __init__(self, folder, until):
        super().__init__()
        self.folder, self.until, self.step = folder, until, 0
        folder.write_text("in the way")

    def on_train_batch_end(self, batch, logs=None):
        self.step += 1
        if self.step == self.until:
            self.folder.unlink()


def test_training_goes_on_after_a_save_that_failed(tmp_path):
    checkpoint = Checkpoint(tmp_path / "run", every=2)
    with pytest.warns(UserWarning, match="Step 2 could not be saved"):
        fit(compiled(), Blocker(tmp_path / "run", until=3), checkpoint)
    assert checkpoint.saved_step == 4


def test_a_run_whose_end_could_not_be_saved_ends_with_an_error(tmp_path):
    blocker = Blocker(tmp_path / "run", until=99)
    with (
        pytest.warns(UserWarning, match="could not be saved"),
        pytest.raises(OSError, match="The end of the run could not be saved"),
    ):
        fit(compiled(), blocker, Checkpoint(tmp_path / "run"))


@pytest.mark.filterwarnings("ignore:Step 7 could not be saved")
def test_weights_that_are_no_numbers_are_not_saved(tmp_path):
    model, checkpoint = compiled(), Checkpoint(tmp_path)
    fit(model, checkpoint)
    model.set_weights([np.full_like(weight, np.nan) for weight in model.get_weights()])
    with (
        pytest.warns(UserWarning, match="Step 8 .*finite.* Kept is step 4"),
        pytest.raises(FloatingPointError),
    ):
        fit(model, checkpoint)
    assert names(tmp_path)[-1] == "step-00000004.ckpt"
    assert checkpoint_file.read(tmp_path / "step-00000004.ckpt")[1]["step"] == 4


def test_the_scale_of_a_loss_in_float16_goes_along(tmp_path):
    def scaled():
        adam = keras.optimizers.Adam()
        return compiled(optimizer=keras.optimizers.LossScaleOptimizer(adam, 2.0**10))

    model = scaled()
    fit(model, Checkpoint(tmp_path))
    other = scaled()
    Checkpoint(tmp_path).restore(other)
    assert_same_variables(model, other)
    assert int(other.optimizer.iterations) > 0


@pytest.mark.parametrize(
    "name, value",
    [
        ("step", -1),
        ("step", 4.0),
        ("states", None),
        ("optimizer", 7),
        ("variables", {}),
        ("variables", {"model": [], "optimizer": []}),
        ("model/00001", None),
        ("model/00001", np.zeros(2)),
        ("model/00001", np.zeros(3, "int64")),
        ("random/numpy", np.zeros(3, "uint64")),
        ("random/python", None),
    ],
)
def test_a_checkpoint_of_something_else_is_damaged(name, value, tmp_path):
    fit(compiled(), Checkpoint(tmp_path, every=3))
    newest = tmp_path / names(tmp_path)[-1]
    arrays, state = checkpoint_file.read(newest)
    changed = arrays if "/" in name else state
    changed[name] = value
    arrays = {key: array for key, array in arrays.items() if array is not None}
    checkpoint_file.write(newest, arrays, state)
    with pytest.warns(UserWarning, match="is damaged: expected .* previous one"):
        assert Checkpoint(tmp_path).restore(compiled()) == 3
