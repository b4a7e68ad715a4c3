"""Which backend a command runs on."""

import importlib.util
import json
import sys

import keras
import pytest

from keras_wavenet.commands import backend_choice

pytestmark = pytest.mark.neutral

# Put before a program, which then imports the package as the command does.
AS_COMMAND = "import sys; sys.argv = ['keras-wavenet']"


def write_settings(folder, backend):
    (folder / "keras.json").write_text(json.dumps({"backend": backend}))


def test_keras_json_decides_where_its_backend_is_installed(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    write_settings(tmp_path, "torch")
    assert backend_choice.configured_backend() == "torch"


@pytest.mark.parametrize("backend", ["a_backend_of_the_future", 3, None])
def test_keras_json_is_passed_over_where_its_backend_is_missing(
    backend, tmp_path, monkeypatch
):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    write_settings(tmp_path, backend)
    assert backend_choice.configured_backend() is None


def test_a_damaged_keras_json_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "keras.json").write_text("{")
    assert backend_choice.configured_backend() is None


@pytest.mark.parametrize(
    "missing, expected",
    [
        (set(), "jax"),
        ({"jax"}, "torch"),
        ({"jax", "torch"}, "tensorflow"),
        ({"tensorflow"}, "jax"),
    ],
)
def test_without_any_setting_an_installed_backend_is_taken(
    missing, expected, run_without, tmp_path
):
    code = f"""{AS_COMMAND}
from keras_wavenet.commands.backend_choice import first_installed
print(first_installed())
"""
    assert run_without(missing, code, None).strip() == expected


def test_a_backend_that_is_not_installed_is_named_with_its_extra(run_without):
    code = f"""{AS_COMMAND}
from keras_wavenet.cli import main
sys.stderr = sys.stdout
print(main(["presets", "--backend", "torch"]))
"""
    printed = run_without({"torch"}, code, None)
    assert printed == (
        "keras-wavenet: error: The Keras backend 'torch' is not installed. "
        "Install it with: pip install 'keras-wavenet[torch]'\n1\n"
    )


def test_another_backend_than_that_of_this_process_is_refused():
    running = keras.backend.backend()
    others = [name for name in backend_choice.BACKENDS if name != running]
    with pytest.raises(ImportError, match=f"with the backend '{running}'"):
        backend_choice.import_keras(others[0])
    assert backend_choice.import_keras(running) == running


def test_a_backend_that_there_is_not_is_answered_with_those_there_are(run_program):
    ended = run_program("-m", "keras_wavenet", "presets", backend="tensorflaw")
    assert ended.returncode == 1
    assert ended.stderr == (
        "keras-wavenet: error: The Keras backend must be one of jax, torch, "
        "tensorflow. Received: KERAS_BACKEND=tensorflaw\n"
    )


def test_a_user_without_a_home_folder_has_no_configured_backend(monkeypatch):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, "~")  # as Python has it for such a user
    monkeypatch.delenv("KERAS_HOME", raising=False)
    assert backend_choice.configured_backend() is None


def test_modules_that_a_command_does_not_need_are_missing_to_keras_alone(monkeypatch):
    monkeypatch.delitem(sys.modules, "this", raising=False)
    with backend_choice.without_modules("this", "json"):
        with pytest.raises(ImportError):
            importlib.import_module("this.submodule")
        assert importlib.import_module("json") is json  # imported before
    assert "this" not in sys.modules and importlib.util.find_spec("this") is not None
