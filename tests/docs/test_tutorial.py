"""The chapters of the tutorial run, and their pages and notebooks show what they are.

The slow ones are run by `python3 tools/tutorial.py --check`.
"""

import importlib
import re
import runpy
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.neutral

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = CHECKOUT / "docs" / "tutorial"
CHAPTERS = sorted(path.stem for path in FOLDER.glob("[0-9][0-9]_*.py"))
LARGEST_PICTURE, LARGEST_FOLDER = 80_000, 4_500_000  # bytes

sys.path.insert(0, str(CHECKOUT / "tools"))
tool = importlib.import_module("tutorial_pages")
sys.path.remove(str(CHECKOUT / "tools"))


@pytest.fixture
def without_windows(monkeypatch):
    """Matplotlib draws, and shows nothing."""
    import matplotlib.pyplot as plt

    plt.switch_backend("agg")
    monkeypatch.chdir(FOLDER)
    yield
    plt.close("all")


@pytest.mark.parametrize(
    "chapter", [chapter for chapter in CHAPTERS if chapter not in tool.SLOW]
)
def test_the_chapter_runs_as_a_program(chapter, without_windows, capsys):
    runpy.run_path(str(FOLDER / f"{chapter}.py"), run_name="__main__")
    assert capsys.readouterr().out


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_notebook_has_the_cells_of_the_chapter(chapter):
    import nbformat

    source = tool.read(FOLDER / f"{chapter}.py")
    built = nbformat.read(FOLDER / f"{chapter}.ipynb", as_version=4)
    rebuild = f"run `python3 tools/tutorial.py {chapter[:2]}`"
    assert cells(built) == cells(source), rebuild
    assert all(cell.execution_count for cell in built.cells if is_code(cell)), rebuild


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_notebook_shows_no_warnings(chapter):
    import nbformat

    tool.refuse_warnings(nbformat.read(FOLDER / f"{chapter}.ipynb", as_version=4))


def test_a_warning_of_a_chapter_is_refused():
    import nbformat

    warning = nbformat.v4.new_output("stream", name="stderr", text="odd shape\n")
    cell = nbformat.v4.new_code_cell("load()", outputs=[warning])
    with pytest.raises(ValueError, match="without warnings.*odd shape\nfrom.*\nload"):
        tool.refuse_warnings(nbformat.v4.new_notebook(cells=[cell]))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_page_has_the_text_and_the_code_of_the_chapter(chapter):
    page = (FOLDER / f"{chapter}.md").read_text(encoding="utf-8")
    position = 0
    for cell in tool.read(FOLDER / f"{chapter}.py").cells:
        text = cell.source
        if is_code(cell):
            text = f"```python\n{text}\n```"
        elif not position:
            text = text.splitlines()[0]  # links stand between the title and the rest
        position = page.find(text, position)
        assert position >= 0, f"run `python3 tools/tutorial.py {chapter[:2]}`: {text}"


def test_each_chapter_is_in_the_index():
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    linked = re.findall(r"\]\((\d\d_\w+)\.md\)", index)
    assert linked == CHAPTERS


def test_each_picture_and_sound_is_on_a_page_and_small():
    shown = set()
    for chapter in CHAPTERS:
        page = (FOLDER / f"{chapter}.md").read_text(encoding="utf-8")
        shown.update(re.findall(rf"media/({chapter[:2]}_\w+\.\w+)", page))
    sizes = {path.name: path.stat().st_size for path in FOLDER.glob("media/*")}
    assert set(sizes) == shown
    pictures = [size for name, size in sizes.items() if name.endswith(".png")]
    assert max(pictures) <= LARGEST_PICTURE
    assert sum(f.stat().st_size for f in FOLDER.rglob("*.*")) <= LARGEST_FOLDER


def cells(notebook):
    """The type and the text of each cell."""
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def is_code(cell):
    return cell.cell_type == "code"
