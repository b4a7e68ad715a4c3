"""The browser of the tests: Chromium from Debian's packages, where it is missing."""

import os
import shutil
import subprocess

import environment

PACKAGE = "chromium"
NAMES = (PACKAGE, "chromium-browser", "google-chrome")
SECONDS = 300  # that the installation may take


def install():
    """Install Chromium as root on Debian; elsewhere its tests are skipped if it lacks.

    A failure prints a line.
    """
    if any(map(shutil.which, NAMES)) or not can_install():
        return
    environment.log(f"installing Debian's package {PACKAGE}, which opens the pages")
    for command in (
        ["update"],
        ["install", "--yes", "--no-install-recommends", PACKAGE],
    ):
        failure = run(["apt-get", "--quiet", *command])
        if failure:
            environment.log(f"the tests in a browser are skipped: {failure}")
            return


def can_install():
    """Return whether this is Debian, or one of its kind, and we are root."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return is_root and shutil.which("apt-get") is not None


def run(command):
    """Run a command; returns the last line of its output if it fails, or None."""
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        ended = subprocess.run(
            command,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if ended.returncode == 0:
        return None
    return (ended.stdout.strip().splitlines() or ["no output"])[-1]
