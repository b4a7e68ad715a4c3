"""The package works as a wheel, installed editable and from a checkout, anywhere."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SLOW_TO_IMPORT, program_environment

pytestmark = pytest.mark.neutral

CHECKOUT = Path(__file__).resolve().parent.parent
NOT_SOURCES = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist")
BUILT_IN = sorted(path.parent.name for path in CHECKOUT.glob("presets/*/config.json"))
OPTIONAL = {
    "grain",
    "jax",
    "librosa",
    "matplotlib",
    "numba",
    "soundfile",
    "soxr",
    "tensorflow",
    "tensorflow_datasets",
    "torch",
    "tqdm",
}
LOAD_PRESETS = """
from pathlib import Path
import keras_wavenet
print(Path(keras_wavenet.__file__).parent.parent)
classes = keras_wavenet.WaveNet, keras_wavenet.Recognizer
presets = {name: one for one in classes for name in one.presets}
for name in sorted(presets):
    if name in ("wavenet_tiny", "wavenet_timit"):
        presets[name].from_preset(name, load_weights=False)
    print(name)
"""


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """A copy of the checkout, so that building leaves nothing behind in it."""
    copy = tmp_path_factory.mktemp("sources") / "copy"
    shutil.copytree(CHECKOUT, copy, ignore=NOT_SOURCES)
    return copy


def run_tool(*arguments):
    command = [sys.executable, "-m", *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr[-2000:]


def pip_install(folder, *arguments):
    run_tool(
        "pip", "install", "--quiet", "--no-deps", "--no-build-isolation",
        "--target", folder, *arguments,
    )  # fmt: skip


def loads_presets_from(home, ended):
    assert ended.returncode == 0, ended.stderr
    found, *names = ended.stdout.splitlines()
    return Path(found) == home and names == BUILT_IN


def test_presets_load_from_a_checkout(run_program, tmp_path):
    ended = run_program("-c", LOAD_PRESETS, backend="numpy", cwd=tmp_path)
    assert loads_presets_from(CHECKOUT, ended)


def test_presets_load_from_an_editable_install(sources, run_program, tmp_path):
    site = tmp_path / "site"
    pip_install(site, "--editable", sources)
    program = f"import site; site.addsitedir({str(site)!r})\n{LOAD_PRESETS}"
    # On the path too: it comes before an editable install of the tests' own Python.
    ended = run_program("-c", program, backend="numpy", cwd=tmp_path, path=site)
    assert loads_presets_from(sources, ended)


@pytest.fixture(scope="module")
def installed_wheel(sources, tmp_path_factory):
    """The folder into which a wheel was installed; the wheel was made of the sdist."""
    folder = tmp_path_factory.mktemp("wheel")
    run_tool("build", "--no-isolation", "--outdir", folder / "dist", sources)
    (wheel,) = folder.glob("dist/*.whl")
    pip_install(folder / "site", wheel)
    return folder / "site"


def test_presets_load_from_a_wheel(installed_wheel, run_program, tmp_path):
    ended = run_program(
        "-c", LOAD_PRESETS, backend="numpy", cwd=tmp_path, path=installed_wheel
    )
    assert loads_presets_from(installed_wheel, ended)


def test_the_wheel_holds_all_that_the_checkout_does(installed_wheel):
    package = CHECKOUT / "keras_wavenet"
    expected = {
        path.relative_to(CHECKOUT)
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    expected |= {
        Path("keras_wavenet") / path.relative_to(CHECKOUT)
        for path in CHECKOUT.glob("presets/*/*")
    }
    held = {path.relative_to(installed_wheel) for path in installed_wheel.rglob("*")}
    assert not expected - held


def test_the_wheel_brings_the_command(installed_wheel):
    (entry_points,) = installed_wheel.glob("*.dist-info/entry_points.txt")
    assert "keras-wavenet = keras_wavenet.cli:main" in entry_points.read_text()


@pytest.mark.parametrize("backend", ["jax", "tensorflow", "torch"])
def test_importing_the_public_names_imports_nothing_optional(
    backend, run_without, tmp_path
):
    program = """
import keras_wavenet
for name in keras_wavenet.__all__:
    getattr(keras_wavenet, name)
"""
    # A package that can't be imported was not imported.
    run_without(OPTIONAL - {backend}, program, backend, cwd=tmp_path)


SAVE = """
from keras_wavenet import WaveNet
model = WaveNet([1, 2], residual_channels=4, dilation_channels=4, skip_channels=8)
model.save_to_preset("voice")
model.compile("adam")
model.save("voice.keras")
"""
# Keras imports other backends, where they are, to compile a model that it loads.
OTHER_BACKENDS = SLOW_TO_IMPORT | {"tensorflow", "torch"}


@pytest.fixture(scope="module")
def saved_models(tmp_path_factory):
    """A compiled model as Keras saves it, and a preset."""
    folder = tmp_path_factory.mktemp("saved")
    environment = program_environment("numpy", OTHER_BACKENDS)
    command = [sys.executable, "-c", SAVE]
    subprocess.run(command, cwd=folder, env=environment, check=True)
    return [str(folder / "voice"), str(folder / "voice.keras")]


@pytest.mark.parametrize(
    "imports",
    [
        "import keras_wavenet, keras",
        "import keras, keras_wavenet",
        "from keras_wavenet.commands import train; import keras",
    ],
)
def test_keras_finds_the_classes_whatever_was_imported_first(
    imports, saved_models, run_without
):
    program = f"""
{imports}
for path in {saved_models}:
    print(type(keras.saving.load_model(path)).__module__)
"""
    printed = run_without(OTHER_BACKENDS, program, "numpy")
    assert printed.split() == ["keras_wavenet.models.wavenet"] * 2


@pytest.mark.parametrize("command", ["", "train", "generate"])
def test_help_needs_no_keras(command, run_without):
    program = f"""
import sys
sys.argv = ["/usr/bin/keras-wavenet", *{command.split()}, "--help"]
from keras_wavenet.cli import main
try:
    main()
except SystemExit as ended:
    assert ended.code == 0
"""
    assert "usage: keras-wavenet" in run_without({"keras"}, program, None)
