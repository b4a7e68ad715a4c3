"""Chromium is installed where it is missing and can be, and nothing fails elsewhere."""

import os
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
pytestmark = [
    pytest.mark.neutral,
    pytest.mark.skipif(os.name == "nt", reason="Windows has no apt-get"),
]


@pytest.fixture
def install(monkeypatch, tmp_path):
    """Call `install` as root on a machine whose programs are scripts.

    They are an `apt-get` of the shell commands given, and further ones by name. Returns
    the calls of `apt-get`.
    """
    monkeypatch.syspath_prepend(str(TOOLS))
    monkeypatch.setenv("PATH", str(tmp_path))
    import browser_package

    calls = tmp_path / "calls"

    def call(apt="exit 0", programs=(), user=0):
        monkeypatch.setattr(os, "geteuid", lambda: user)
        scripts = {"apt-get": f'echo "$@" >> {calls}\n{apt}'}
        scripts |= dict.fromkeys(programs, "exit 0")
        for name, script in scripts.items():
            (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
            (tmp_path / name).chmod(0o755)
        browser_package.install()
        return calls.read_text().splitlines() if calls.exists() else []

    return call


def test_a_missing_browser_is_installed(install, capsys):
    assert install() == [
        "--quiet update",
        "--quiet install --yes --no-install-recommends chromium",
    ]
    assert "installing Debian's package chromium" in capsys.readouterr().out


def test_a_browser_that_is_there_is_used_and_only_root_installs_one(install, capsys):
    assert install(user=1000) == []
    assert install(programs=["google-chrome"]) == []
    assert capsys.readouterr().out == ""


def test_a_failure_is_a_line_with_its_reason(install, capsys):
    assert install(apt="echo first; echo no network; exit 100") == ["--quiet update"]
    printed = capsys.readouterr().out
    assert printed.endswith("the tests in a browser are skipped: no network\n")
