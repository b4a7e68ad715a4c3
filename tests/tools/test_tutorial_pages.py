"""How a chapter of the tutorial becomes a notebook, a page, pictures and sounds."""

import base64
import importlib
import io
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.neutral

TOOLS = Path(__file__).resolve().parents[2] / "tools"
SOURCE = """\
# %% [markdown]
# # 5. A chapter
#
# Text.

# %% A tone, twice
import keras_wavenet
"""


@pytest.fixture
def tool(monkeypatch, tmp_path):
    """Import a module of tools/; chapters are in an empty folder."""
    monkeypatch.syspath_prepend(TOOLS)
    pages = importlib.import_module("tutorial_pages")
    monkeypatch.setattr(pages, "FOLDER", tmp_path)
    return importlib.import_module


@pytest.fixture
def chapter(tool, tmp_path):
    """A chapter and its notebook, whose cell has outputs of the given kinds."""
    from nbformat.v4 import new_output

    path = tmp_path / "05_a_chapter.py"
    path.write_text(SOURCE)
    notebook = tool("tutorial_pages").read(path)
    notebook.cells[1].outputs = [
        new_output("stream", text="440 Hz\n"),
        *(new_output("display_data", {"text/html": player()}) for _ in range(2)),
        new_output("display_data", {"image/png": picture()}),
    ]
    return path, notebook


def player():
    """What IPython shows for a sound."""
    from IPython.display import Audio

    tone = 0.5 * np.sin(np.arange(8000) * 2 * np.pi * 440 / 16000)
    return Audio(tone, rate=16000, normalize=False)._repr_html_()


def picture():
    """A png file of noise and one orange dot."""
    from PIL import Image

    gray = np.random.default_rng(0).integers(0, 256, (40, 40, 1), "uint8")
    pixels = np.repeat(gray, 3, axis=2)
    pixels[20, 20] = (230, 159, 0)
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, format="png")
    return base64.b64encode(content.getvalue()).decode()


def test_a_page_shows_text_code_sounds_and_pictures(tool, chapter):
    path, notebook = chapter
    tool("tutorial_pages").write(path, notebook)
    page = path.with_suffix(".md").read_text()
    assert page.startswith("# 5. A chapter\n\n*This chapter as a [notebook](05_a")
    shown = [
        "Text.",
        "```python\nimport keras_wavenet\n```",
        "    440 Hz\n",
        '<audio controls src="media/05_a_tone_twice.mp3"><a href="media/05_a_tone',
        '<audio controls src="media/05_a_tone_twice_2.mp3">',
        "![A tone, twice](media/05_a_tone_twice.png)",
    ]
    places = [page.find(part) for part in shown]
    assert min(places) >= 0 and places == sorted(places)


def test_sounds_and_pictures_are_small_files_of_the_same_content(tool, chapter):
    import soundfile
    from PIL import Image

    path, notebook = chapter
    tool("tutorial_pages").write(path, notebook)
    sound, rate = soundfile.read(path.parent / "media" / "05_a_tone_twice.mp3")
    spectrum = np.abs(np.fft.rfft(sound, rate))
    assert rate == 16000 and abs(int(spectrum.argmax()) - 440) <= 1
    shrunk = Image.open(path.parent / "media" / "05_a_tone_twice.png")
    assert shrunk.mode == "P" and shrunk.size == (40, 40)
    assert shrunk.convert("RGB").getpixel((20, 20)) == (230, 159, 0)


def test_a_chapter_is_built_the_same_each_time(tool, chapter):
    path, notebook = chapter
    built = []
    for _ in range(2):
        tool("tutorial_pages").write(path, tool("copy").deepcopy(notebook))
        files = sorted(file for file in path.parent.rglob("*") if file.is_file())
        built.append([(file.name, file.read_bytes()) for file in files])
    assert built[0] == built[1]


def test_a_picture_without_a_title_is_refused(tool, chapter):
    path, notebook = chapter
    del notebook.cells[1].metadata["title"]
    with pytest.raises(ValueError, match="must have a title"):
        tool("tutorial_pages").write(path, notebook)


def test_chapters_are_chosen_by_number(tool, chapter, tmp_path):
    (tmp_path / "09_loss_and_training.py").write_text(SOURCE)
    pages = tool("tutorial_pages")
    names = [path.stem for path in pages.choose([], fast=False)]
    assert names == ["05_a_chapter", "09_loss_and_training"]
    assert [path.stem for path in pages.choose(["05"], fast=False)] == names[:1]
    assert [path.stem for path in pages.choose([], fast=True)] == names[:1]
    with pytest.raises(SystemExit, match="numbers of chapters .*, not '7'"):
        pages.choose(["7"], fast=False)
