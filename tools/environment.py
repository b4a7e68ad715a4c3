"""The virtual environment of the demo and the tests: `.venv` in the checkout.

`prepare` makes it, or reuses and completes an existing one. A stamp inside records the
extras and whether the installation finished; an environment that does not match its
stamp is made again. Standard library only.
"""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 11)
CHECKOUT = Path(__file__).resolve().parent.parent
FOLDER = CHECKOUT / ".venv"
PYTHON = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = FOLDER / "keras_wavenet_environment.json"
REQUIREMENT_FILES = ("setup.cfg", "setup.py", "pyproject.toml", "tools/environment.py")
BUILD_TOOLS = ("setuptools>=77", "wheel")

# Builds in place of the extras of the same names: TensorFlow without its GPU support,
# and the PyTorch version of the tests.
BUILDS = {"torch": "torch==2.13.0"}
if sys.platform == "linux" and platform.machine() == "x86_64":
    BUILDS["tensorflow"] = "tensorflow-cpu"


class EnvironmentFailure(Exception):
    """The environment could not be made; the message has the remedy."""


def prepare(*extras):
    """Make, complete or find the `.venv` that has the project with these extras.

    Args:
        *extras: Names of optional dependencies in `setup.cfg`.

    Returns:
        Path of the environment's Python.

    Raises:
        EnvironmentFailure: If it could not be made.
    """
    check_python()
    stamp = read_stamp()
    fault = find_fault(stamp)
    if fault:
        log(f"{fault}; making it again")
        remove_folder()
        stamp = None
    held = set(stamp["extras"]) if stamp else set()
    if stamp and stamp["requirements"] != requirements_digest():
        log("the requirements have changed")
    elif stamp and held >= set(extras):
        log(f"{FOLDER} is ready")
        return PYTHON
    extras = sorted(held.union(extras))
    if not PYTHON.exists():
        create(extras)
    write_stamp(extras, finished=False)
    try:
        install(extras)
    except EnvironmentFailure:
        if stamp:  # pip undid its changes
            save_stamp(stamp)
        raise
    write_stamp(extras, finished=True)
    return PYTHON


def check_python():
    """Check that the package supports this Python."""
    if sys.version_info < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        raise EnvironmentFailure(
            f"Python {oldest} or later is needed. "
            f"Received: Python {platform.python_version()} ({sys.executable})"
        )


def find_fault(stamp):
    """Return why an environment can't be kept, or None."""
    if not FOLDER.exists():
        return None
    if not runs():
        return f"{FOLDER} has no working Python with pip"
    if stamp is None:
        return None  # the user's own environment: install into it
    if not stamp["finished"]:
        return f"an earlier installation into {FOLDER} was interrupted"
    if stamp["python"] != platform.python_version():
        return f"{FOLDER} holds Python {stamp['python']}"
    if stamp["checkout"] != str(CHECKOUT):
        return f"{FOLDER} was made for {stamp['checkout']}"
    return None


def runs():
    """Return whether the environment's Python starts and has pip."""
    command = [str(PYTHON), "-c", "import pip"]
    try:
        return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def remove_folder():
    """Remove an environment that can't be kept; refuse other folders."""
    made_by_venv = (FOLDER / "pyvenv.cfg").exists() or STAMP.exists()
    if not made_by_venv and any(FOLDER.iterdir()):
        raise EnvironmentFailure(
            f"{FOLDER} is not a virtual environment. Move it away and try again."
        )
    shutil.rmtree(FOLDER)


def create(extras):
    """Make an empty environment, with a stamp from the start."""
    log(f"making {FOLDER}")
    FOLDER.mkdir(exist_ok=True)
    write_stamp(extras, finished=False)
    command = [sys.executable, "-m", "venv", str(FOLDER)]
    made = subprocess.run(command, capture_output=True, text=True)
    if made.returncode:
        raise EnvironmentFailure(
            "The virtual environment could not be made (on Debian and Ubuntu this "
            f"needs the package python3-venv).\n{made.stdout}{made.stderr}"
        )


def install(extras):
    """Install the project, editable, with its extras."""
    log(f"installing {', '.join(extras)} (a minute or more)")
    plain = [name for name in extras if name not in BUILDS]
    pip_install(*BUILD_TOOLS)
    pip_install(
        "--no-build-isolation",  # the build tools were just installed
        *(BUILDS[name] for name in extras if name in BUILDS),
        "--editable",
        f"{CHECKOUT}[{','.join(plain)}]",
    )


def pip_install(*arguments):
    """Run `pip install` in the environment."""
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    if subprocess.run([*command, *quiet, *arguments]).returncode:
        raise EnvironmentFailure(
            "pip could not install the packages; see its output above. If there "
            "was no network connection, connect and run the same command again."
        )


def requirements_digest():
    """Return a digest of the files that define the requirements."""
    contents = [(CHECKOUT / name).read_bytes() for name in REQUIREMENT_FILES]
    return hashlib.sha256(b"".join(contents)).hexdigest()


def read_stamp():
    """Return the stamp of the environment, or None."""
    try:
        return json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def write_stamp(extras, finished):
    """Record the extras, and whether the installation finished."""
    save_stamp(
        {
            "checkout": str(CHECKOUT),
            "extras": extras,
            "finished": finished,
            "python": platform.python_version(),
            "requirements": requirements_digest(),
        }
    )


def save_stamp(stamp):
    """Write a stamp atomically."""
    temporary = STAMP.with_suffix(".tmp")
    temporary.write_text(json.dumps(stamp, indent=2) + "\n", encoding="utf-8")
    temporary.replace(STAMP)


def log(message):
    """Print one line about the environment."""
    print(f"Environment: {message}", flush=True)
