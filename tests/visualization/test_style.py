"""Charts without matplotlib: an error that says what to install."""

import sys

import pytest

from keras_wavenet.visualization.style import new_figure

pytestmark = pytest.mark.neutral


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r'pip install "keras-wavenet\[plots\]"'):
        new_figure(1, 1)
