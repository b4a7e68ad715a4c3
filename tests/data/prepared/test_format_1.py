"""A dataset that `prepare` wrote before tfds builders did: `tones_of_format_1`."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from keras_wavenet.data import PreparedSource, open_splits, prepare

pytestmark = [
    pytest.mark.neutral,
    pytest.mark.filterwarnings("ignore:Skipped 1 of 5 clips"),
]

RATE = 8000
LENGTHS = {"0.wav": 400, "1.wav": 401, "2.wav": 70_000, "3.wav": 403}
SPLITS = {"train": ["1.wav", "2.wav", "3.wav"], "validation": ["0.wav"]}


def tone(name):
    """The int16 samples of a recording of the dataset."""
    period = 40 / (int(name[0]) + 1)
    wave = np.sin(np.arange(LENGTHS[name]) * 2 * np.pi / period)
    return np.round(8000 * wave).astype("int16")


@pytest.fixture
def earlier(tmp_path):
    """A copy of the dataset."""
    folder = Path(__file__).parent / "tones_of_format_1"
    return shutil.copytree(folder, tmp_path / "tones")


@pytest.fixture
def recordings(tmp_path):
    """The recordings that the dataset was made of."""
    folder = tmp_path / "recordings"
    folder.mkdir()
    for name in LENGTHS:
        soundfile.write(folder / name, tone(name), RATE)
    (folder / "empty.wav").touch()
    return folder


@pytest.mark.parametrize("split", ["train", "validation"])
def test_its_clips_are_read_to_the_last_bit(earlier, split):
    source = PreparedSource(earlier, split, RATE)
    assert [clip.clip_id for clip in source.clips] == SPLITS[split]
    for clip in source:
        expected = tone(clip.info.clip_id)
        np.testing.assert_array_equal(clip.waveform * 2**15, expected)
        assert clip.info.loudness.samples == len(expected)
        peak = np.abs(expected / 2**15).max()
        assert clip.info.loudness.peak == pytest.approx(peak, rel=1e-5)
    assert source.report.skipped == (("empty.wav", "empty file"),)


def test_it_is_prepared_again_without_writing_a_shard(earlier, recordings):
    shards = sorted(earlier.glob("*.array_record-*"))
    times = [path.stat().st_mtime_ns for path in shards]
    before = json.loads((earlier / "prepared.json").read_text())
    splits = open_splits(recordings, RATE)
    report = prepare(splits, earlier, settings={"split_by": "clip"})
    assert "4 clips, 8.9 s; 1 rejected" in report
    assert [path.stat().st_mtime_ns for path in shards] == times
    plan = json.loads((earlier / "prepared.json").read_text())
    for split, planned in before["splits"].items():
        assert plan["splits"][split]["shards"] == planned["shards"]
    test_its_clips_are_read_to_the_last_bit(earlier, "train")


def test_one_that_was_not_finished_is_continued(earlier, recordings):
    plan = json.loads((earlier / "prepared.json").read_text())
    plan["splits"]["validation"]["shards"][0].update(size=None, sha256=None)
    (earlier / "prepared.json").write_text(json.dumps(plan))
    (earlier / "dataset_info.json").unlink()
    shards = sorted(earlier.glob("*.array_record-*"))
    content = shards[1].read_bytes()
    shards[1].unlink()
    time = shards[0].stat().st_mtime_ns
    with pytest.raises(OSError, match="one that is not finished"):
        PreparedSource(earlier, "train", RATE)
    prepare(open_splits(recordings, RATE), earlier, settings={"split_by": "clip"})
    assert shards[0].stat().st_mtime_ns == time
    assert shards[1].read_bytes() == content
    test_its_clips_are_read_to_the_last_bit(earlier, "validation")
