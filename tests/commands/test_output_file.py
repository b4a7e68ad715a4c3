"""Files are written whole, and over no other by chance."""

import wave

import numpy as np
import pytest

from keras_wavenet.commands.output_file import check_free, free_name, write_wav

pytestmark = pytest.mark.neutral


def test_a_wav_file_holds_the_samples_as_16_bit_pcm(tmp_path):
    path = tmp_path / "a.wav"
    write_wav(path, np.array([0, 0.5, -1, 3], "float32"), 8000)
    with wave.open(str(path)) as file:
        assert file.getparams()[:4] == (1, 2, 8000, 4)
        samples = np.frombuffer(file.readframes(4), "<i2")
    assert samples.tolist() == [0, 16384, -32768, 32767]
    assert [p.name for p in tmp_path.iterdir()] == ["a.wav"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(b"precious")
    with pytest.raises(wave.Error):
        write_wav(path, np.zeros(4, "float32"), 0)
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"precious"]


def test_a_taken_name_gets_a_number(tmp_path):
    path = tmp_path / "a.wav"
    assert free_name(path) == path
    path.touch()
    (tmp_path / "a-2.wav").touch()
    assert free_name(path).name == "a-3.wav"


def test_an_existing_file_is_replaced_only_when_that_is_said(tmp_path):
    path = tmp_path / "a.wav"
    path.touch()
    with pytest.raises(FileExistsError, match="--overwrite"):
        check_free(path, overwrite=False)
    check_free(path, overwrite=True)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(IsADirectoryError):
        check_free(tmp_path, overwrite=True)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        check_free(tmp_path / "nowhere" / "a.wav", overwrite=True)
