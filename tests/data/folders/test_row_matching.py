"""Rows of a table find their files, and none that could belong to another."""

import pytest

from keras_wavenet.data.folders.row_matching import match_rows

pytestmark = pytest.mark.neutral


@pytest.mark.parametrize(
    ("rows", "files", "expected"),
    [
        (["a.wav", "b.wav"], ["a.wav", "b.wav"], ["a.wav", "b.wav"]),
        (["a.wav", "A.wav"], ["a.wav", "A.wav"], ["a.wav", "A.wav"]),
        (["a", "B.mp3"], ["a.wav", "b.flac"], ["a", "B.mp3"]),
        (["a.1", "a.2"], ["a.1.wav", "a.2.wav"], ["a.1", "a.2"]),
        (["a", "b"], ["clips/x/a.wav", "clips/y/b.wav"], ["a", "b"]),
        (["../rec/x/a.wav", "../rec/b.wav"], ["x/a.wav", "b.wav"], None),
        # Nothing that could be two files, or two rows.
        (["a"], ["a.wav", "a.flac"], [None, None]),
        (["train/a.wav", "test/a.wav"], ["a.wav"], [None]),
        (["a.wav"], ["x/a.wav", "y/a.wav"], [None, None]),
        # Folders may differ only where no row is found without that.
        (["a.wav", "gone/b.wav"], ["a.wav", "b.wav"], ["a.wav", None]),
        (["one/b.wav"], ["another/b.wav"], [None]),
    ],
)
def test_the_row_of_each_file(rows, files, expected):
    found = match_rows(rows, files)
    rows_found = [found.row_of.get(file) for file in files]
    assert rows_found == (rows if expected is None else expected)
    assert found.files_left == [f for f in files if f not in found.row_of]
    assert found.rows_left == [r for r in rows if r not in rows_found]
    respelled = [(row, file) for file, row in found.row_of.items() if row != file]
    assert sorted(found.respelled) == sorted(respelled)
