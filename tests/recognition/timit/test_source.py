"""TIMIT in small: its layout as published, and what may be wrong with it."""

import re
import shutil

import numpy as np
import pytest
import soundfile

from keras_wavenet.recognition.timit import TimitSource

pytestmark = pytest.mark.neutral

RATE = 16000
PHONES = ((0, 1000, "h#"), (1000, 2500, "sh"), (2500, 2600, "q"), (2600, 4000, "ix"))
SPEAKERS = {
    "TRAIN/DR1/FCJF0": ("SA1", "SI648", "SX37"),
    "TRAIN/DR2/MCEM0": ("SI768",),
    "TEST/DR1/FAKS0": ("SA1", "SI943"),  # of the development set
    "TEST/DR1/MDAB0": ("SX49",),  # of the core test set
    "TEST/DR1/FDAC1": ("SI844",),
    "TEST/DR3/MDLD0": ("SX1",),  # of neither
}


def tone(frequency, samples=4000):
    return (0.5 * np.sin(frequency * np.arange(samples))).astype("float32")


def table(phones):
    return "".join(f"{start} {stop} {name}\n" for start, stop, name in phones)


@pytest.fixture
def write(tmp_path):
    """Write an utterance of made-up sound, as TIMIT has it, or otherwise."""

    def write_utterance(name, phones=PHONES, samples=None, rate=RATE, suffix=".WAV"):
        path = tmp_path / "TIMIT" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        samples = tone(0.1) if samples is None else samples
        kind = {"format": "NIST"} if suffix == ".WAV" else {}
        soundfile.write(f"{path}{suffix}", samples, rate, subtype="PCM_16", **kind)
        if phones is not None:
            text = phones if isinstance(phones, str) else table(phones)
            path.with_suffix(".PHN").write_text(text)
        return tmp_path / "TIMIT"

    return write_utterance


@pytest.fixture
def timit(write):
    """A folder with a few speakers of each split."""
    for speaker, sentences in SPEAKERS.items():
        for sentence in sentences:
            folder = write(f"{speaker}/{sentence}")
    return folder


def names(source):
    return [clip.clip_id for clip in source.clips]


@pytest.mark.parametrize(
    "split, expected",
    [
        (
            "train",
            ["train/dr1/fcjf0/si648", "train/dr1/fcjf0/sx37", "train/dr2/mcem0/si768"],
        ),
        ("validation", ["test/dr1/faks0/si943", "test/dr1/fdac1/si844"]),
        ("test", ["test/dr1/mdab0/sx49"]),
        (
            "complete_test",
            [
                *("test/dr1/faks0/si943", "test/dr1/fdac1/si844"),
                *("test/dr1/mdab0/sx49", "test/dr3/mdld0/sx1"),
            ],
        ),
    ],
)
def test_the_splits_are_the_usual_ones_without_the_sentences_that_all_read(
    split, expected, timit
):
    source = TimitSource(timit, split)
    assert names(source) == expected
    assert source.clips[0].speaker == expected[0].split("/")[2]
    assert source.report.seconds == pytest.approx(0.25 * len(expected))


def test_the_sentences_that_all_read_can_be_included(timit):
    found = TimitSource(timit, "train", sa_sentences=True)
    assert names(found)[0] == "train/dr1/fcjf0/sa1" and len(found) == 4


def test_sphere_files_are_read_as_they_are(timit):
    clip = TimitSource(timit)[0]
    assert clip.info.recorded_rate == RATE
    np.testing.assert_allclose(clip.waveform, tone(0.1), atol=2**-15)


def test_a_parent_folder_and_names_in_lower_case_are_accepted(timit, tmp_path):
    expected = TimitSource(timit)
    assert names(TimitSource(tmp_path)) == names(expected)
    lower = tmp_path / "lower"
    for path in timit.rglob("*.*"):
        copy = lower / str(path.relative_to(timit)).lower()
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    found = TimitSource(lower)
    assert names(found) == names(expected)
    assert found.segments == expected.segments


def test_a_converted_file_is_taken_before_the_original(write):
    folder = write("TRAIN/DR1/FCJF0/SI648", samples=tone(0.1))
    write("TRAIN/DR1/FCJF0/SI648", samples=tone(0.2), suffix=".WAV.wav")
    source = TimitSource(folder)
    assert len(source) == 1
    np.testing.assert_allclose(source[0].waveform, tone(0.2), atol=2**-15)


def test_frames_have_the_class_of_the_phone_at_their_middle(timit):
    samples = np.array([-1, 0, 999, 1000, 2499, 2500, 2600, 3999, 4000])
    for count, expected in (
        (39, [None, "sil", "sil", "sh", "sh", None, "ih", "ih", None]),
        (48, [None, "sil", "sil", "sh", "sh", None, "ix", "ix", None]),
        (61, [None, "h#", "h#", "sh", "sh", "q", "ix", "ix", None]),
    ):
        labels = TimitSource(timit).frame_labels(count)
        found = labels.at(0, samples)
        assert found.dtype == "int32" and len(labels.classes) == count
        assert [labels.classes[c] if c >= 0 else None for c in found] == expected


def test_a_transcript_has_the_phones_in_order_without_repetition(write):
    names = ("h#", "pau", "sh", "q", "sh", "ix", "kcl", "k", "ih")
    phones = [(100 * i, 100 * i + 100, name) for i, name in enumerate(names)]
    source = TimitSource(write("TRAIN/DR1/FCJF0/SI648", phones=phones))
    assert source.transcripts() == [["sil", "sh", "ih", "sil", "k", "ih"]]
    assert source.transcripts(61) == [list(names)]


def test_the_times_of_phones_follow_a_change_of_rate(timit):
    source = TimitSource(timit, sample_rate=8000)
    assert source.lengths[0] == 2000
    assert source.segments[0][1] == (500, 1250, "sh")
    slow = np.sin(0.2 * np.arange(2000)) * 0.5
    np.testing.assert_allclose(source[0].waveform[50:-50], slow[50:-50], atol=0.01)


def test_a_last_phone_that_ends_just_after_the_recording_is_cut(write):
    folder = write("TRAIN/DR1/FCJF0/SI648", phones=(*PHONES[:-1], (2600, 4100, "ix")))
    assert TimitSource(folder).segments[0][-1] == (2600, 4000, "ix")


BROKEN = {
    "no table": ({"phones": None}, "has no .PHN file"),
    "an empty table": ({"phones": "\n"}, "names no phone"),
    "two fields": ({"phones": "0 1000\n"}, 'line 1: expected "start stop phone"'),
    "a word": ({"phones": "0 1000 h#\nab 9 iy\n"}, "line 2: expected"),
    "a negative time": ({"phones": "-5 1000 h#\n"}, "line 1: expected"),
    "another phone": ({"phones": "0 1000 xyz\n"}, "'xyz' is no phone of TIMIT"),
    "an overlap": ({"phones": "0 1000 h#\n900 2000 iy\n"}, "not in order: 'iy'"),
    "no time": ({"phones": "0 0 h#\n"}, "not in order: 'h#' from 0 to 0"),
    "too late": ({"phones": "0 4200 h#\n"}, "outside the recording: 'h#'.*4000"),
    "far too much": ({"phones": "0 10 h#\n" * 9000}, "too large for a table"),
    "silence": ({"samples": np.zeros(4000)}, "silent from end to end"),
    "stereo": ({"samples": np.zeros((4000, 2))}, "NIST audio with 2 channels"),
    "no sample": ({"samples": np.zeros(0)}, "not readable|claims 0 samples"),
}


@pytest.mark.parametrize("changes, reason", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_utterance_is_skipped_with_its_reason(changes, reason, write):
    write("TRAIN/DR1/FCJF0/SX37")
    folder = write("TRAIN/DR1/FCJF0/SI648", **changes)
    with pytest.warns(UserWarning, match="Skipped 1 of 2 clips"):
        source = TimitSource(folder)
    assert names(source) == ["train/dr1/fcjf0/sx37"]
    ((name, found),) = source.report.skipped
    assert name == "train/dr1/fcjf0/si648"
    assert re.search(reason, found), found


def test_a_file_that_is_no_audio_or_cut_off_is_skipped(write):
    folder = write("TRAIN/DR1/FCJF0/SX37")
    write("TRAIN/DR1/FCJF0/SI1")
    write("TRAIN/DR1/FCJF0/SI2")
    place = folder / "TRAIN/DR1/FCJF0"
    whole = (place / "SI1.WAV").read_bytes()
    (place / "SI1.WAV").write_bytes(b"not audio at all")
    (place / "SI2.WAV").write_bytes(whole[: len(whole) // 2])
    with pytest.warns(UserWarning, match="Skipped 2 of 3"):
        source = TimitSource(folder)
    reasons = dict(source.report.skipped)
    assert "not readable as audio" in reasons["train/dr1/fcjf0/si1"]
    assert names(source) == ["train/dr1/fcjf0/sx37"]


def test_a_file_that_changes_later_is_an_error(timit, write):
    source = TimitSource(timit)
    write("TRAIN/DR1/FCJF0/SI648", samples=tone(0.1, 3000))
    with pytest.raises(OSError, match="has changed since it was checked"):
        source[0]


def test_a_folder_that_is_no_timit_is_refused(tmp_path, timit):
    with pytest.raises(ValueError, match="`split` must be .*Received: split='dev'"):
        TimitSource(timit, "dev")
    with pytest.raises(ValueError, match="which is not a folder"):
        TimitSource(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="Expected files such as TRAIN/DR1"):
        TimitSource(tmp_path / "empty")
    shutil.rmtree(timit / "TEST")
    with pytest.raises(ValueError, match="Expected utterances of the split 'test'"):
        TimitSource(timit, "test")
