"""The examples of docs/own_dataset.md run as they are written, on every backend."""

import contextlib
import re

import numpy as np
import pytest
import soundfile

from tests.conftest import CHECKOUT

PAGE = (CHECKOUT / "docs" / "own_dataset.md").read_text(encoding="utf-8")
FIRST, *SECTIONS = re.split(r"^## ", PAGE, flags=re.MULTILINE)
TITLES = [section.partition("\n")[0] for section in SECTIONS]


def code_of(section):
    return "\n".join(re.findall(r"```python\n(.*?)```", section, flags=re.DOTALL))


@pytest.fixture(scope="module")
def page(tmp_path_factory, prepare_catalogue):
    """A folder with what the page reads, and the names that its beginning defines."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "recordings").mkdir()
    rng = np.random.default_rng(0)
    for number in range(12):
        path = folder / "recordings" / f"{number:02}.wav"
        soundfile.write(path, rng.uniform(-0.5, 0.5, 2400), 16000)
    corpora, _ = prepare_catalogue("yes_no", {"train": 12}, seconds=0.1)
    (folder / "corpora").symlink_to(corpora, target_is_directory=True)
    with contextlib.chdir(folder):
        names = {}
        exec(code_of(FIRST) + code_of(SECTIONS[0]), names)
    return folder, names


@pytest.mark.parametrize("title", TITLES[1:])
def test_an_example_of_the_page_runs(title, page):
    folder, names = page
    with contextlib.chdir(folder):
        found = dict(names)
        exec(code_of(SECTIONS[TITLES.index(title)]), found)
    assert len(found["train"].source) in (9, 10)  # of 12; some are held out


def test_the_first_example_trains_and_validates(page):
    _, names = page
    assert np.isfinite(names["history"].history["val_loss"]).all()
    assert len(names["everything"].source) == 12
    assert len(names["train"].source) == 6  # of the other speaker
    assert names["train"].spec.speakers == ("anna", "ben")
