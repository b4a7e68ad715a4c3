"""The virtual environment of the demo and the tests: `.venv` in the checkout.

`prepare` makes it, or reuses and completes an existing one. A stamp inside records the
extras and whether the installation finished; an environment that does not match its
stamp is made again. One program at a time does so, and others wait. Standard library
only.
"""

import contextlib
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

OLDEST_PYTHON = (3, 11)
CHECKOUT = Path(__file__).resolve().parent.parent
FOLDER = CHECKOUT / ".venv"
PYTHON = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = FOLDER / "keras_wavenet_environment.json"
LOCK = CHECKOUT / ".venv.lock"  # beside it, as the folder may be removed
REQUIREMENT_FILES = ("setup.cfg", "setup.py", "pyproject.toml", "tools/environment.py")
LOCK_INTERVAL = 0.2  # s between two tries
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

    Waits while another program does the same.

    Args:
        *extras: Names of optional dependencies in `setup.cfg`.

    Returns:
        Path of the environment's Python.

    Raises:
        EnvironmentFailure: If it could not be made.
    """
    check_python()
    with locked():
        return prepare_alone(*extras)


def prepare_alone(*extras):
    """Prepare the environment while no other program does; see `prepare`."""
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


@contextlib.contextmanager
def locked():
    """Hold the lock of the environment; wait until no other program does.

    The system releases it when the process ends, for any reason. Where there can be no
    lock, as in a checkout that is read-only, nothing is waited for.
    """
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            file = stack.enter_context(LOCK.open("a"))
            if not lock(file):
                log(f"waiting for another program that prepares {FOLDER}")
                while not lock(file):
                    time.sleep(LOCK_INTERVAL)
        yield


def lock(file):
    """Lock an open file for this process; return whether no other one held it."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # what systems raise for a held lock
        return False
    return True


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
