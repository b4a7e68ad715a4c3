"""The table of presets in README.md is up to date."""

import importlib
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.neutral

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def tool(monkeypatch):
    monkeypatch.syspath_prepend(CHECKOUT / "tools")
    return importlib.import_module("preset_table")


@pytest.fixture
def run(tool, monkeypatch):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["preset_table.py", *map(str, arguments)])
        tool.main()

    return run


def test_the_readme_is_up_to_date(run):
    run("--check", CHECKOUT / "README.md")


def test_the_table_has_a_row_for_each_preset(run, capsys):
    run()
    printed = capsys.readouterr().out
    for config in (CHECKOUT / "presets").glob("*/config.json"):
        assert f"| `{config.parent.name}` |" in printed
    assert "| 5,117 samples, 320 ms | 1,489,824 | 1,467,392 |" in printed


def test_only_an_outdated_table_is_replaced(tool, run, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{tool.BEGIN}\n\n| old |\n\n{tool.END}\nafter\n")
    with pytest.raises(SystemExit, match="out of date"):
        run("--check", page)
    assert "old" in page.read_text()
    run("--write", page)
    run("--check", page)
    lines = page.read_text().splitlines()
    assert (lines[0], lines[-1]) == ("before", "after")
    assert "| old |" not in lines


def test_a_page_without_the_marks_is_refused(run, tmp_path):
    (tmp_path / "page.md").write_text("no marks")
    with pytest.raises(SystemExit, match="must hold the lines"):
        run("--write", tmp_path / "page.md")
