"""Speakers, transcripts and splits of the clips of a folder, from its layout."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

import keras_wavenet
from keras_wavenet.data import DataSpec, FolderSource, load
from keras_wavenet.data.folders.layouts import find_layout
from keras_wavenet.data.splits import make_split
from keras_wavenet.utils.pcm import encode_wav

pytestmark = pytest.mark.neutral

RATE = 16000
TONE = 0.4 * np.sin(np.arange(2000) / 9)


@pytest.fixture
def make_folder(tmp_path):
    """A folder of tones by these names, with these texts in files."""

    def make(names, texts=None):
        for name in names:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(tmp_path / name, TONE, RATE)
        for name, text in (texts or {}).items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            content = text if isinstance(text, bytes) else text.encode()
            (tmp_path / name).write_bytes(content)
        return tmp_path

    return make


def test_a_folder_without_labels_stays_without(make_folder):
    source = FolderSource(make_folder(["anna/a.wav", "ben/b.wav"]), RATE)
    assert source.report.layout == "files without labels"
    assert [clip.speaker for clip in source.clips] == [None, None]
    assert source.report.notes == ()


def test_metadata_names_speaker_label_transcript_and_split(make_folder):
    table = (
        "path,speaker,label,transcript,split,age\n"
        'a.wav,anna,calm,"Well, ""yes""",train,33\n'
        "b/c.wav,ben,,,dev,\n"
    )
    folder = make_folder(["a.wav", "b/c.wav"], {"metadata.csv": table})
    source = FolderSource(folder, RATE)
    first, second = source.clips
    assert (first.speaker, first.label, first.transcript, first.split) == (
        "anna", "calm", 'Well, "yes"', "train",
    )  # fmt: skip
    assert (second.speaker, second.label, second.transcript) == ("ben", None, None)
    assert source.report.layout == "metadata.csv" and source.report.notes == ()
    assert [clip.clip_id for clip in make_split(source, "dev").clips] == ["b/c.wav"]


def test_the_split_that_a_table_names_can_be_loaded(make_folder):
    table = "path,split\na.wav,fold 1\nb.wav,fold 2\n"
    folder = make_folder(["a.wav", "b.wav"], {"metadata.csv": table})
    source = load(folder, split="fold 2", spec=DataSpec(RATE, 0)).source
    assert [clip.clip_id for clip in source.clips] == ["b.wav"]
    with pytest.raises(ValueError, match="has the splits fold 1, fold 2. Received"):
        load(folder, split="train", spec=DataSpec(RATE, 0))


@pytest.mark.parametrize("column", ["path", "file_name", "file", " File_Name "])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_other_names_of_columns_and_a_byte_order_mark_are_understood(
    make_folder, column, mark
):
    table = f"{mark}text,{column}\r\nGrüße,sub\\ü.wav\r\n"
    folder = make_folder(["sub/ü.wav"], {"metadata.csv": table})
    (clip,) = FolderSource(folder, RATE).clips
    assert (clip.clip_id, clip.transcript) == ("sub/ü.wav", "Grüße")


def test_rows_without_files_and_files_without_rows_are_counted(make_folder):
    table = "path,split\n./a.wav,train\ngone.wav,train\nlost.wav,test\n"
    folder = make_folder(["a.wav", "b.wav", "c.wav"], {"metadata.csv": table})
    source = FolderSource(folder, RATE)
    assert len(source) == 3 and source.clips[0].split == "train"
    report = str(source.report)
    assert "of 2 of 3 rows are not there, such as gone.wav" in report
    assert "2 of 3 files have no row, and are in no split, such as b.wav" in report


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("", "header with the column path.*line 1.*Received: ''"),
        ("name,text\na.wav,x\n", "column path, file_name or file.*'name,text'"),
        ("path;text\na.wav;x\n", "separated by commas. Received: 'path;text'"),
        ("path\na.wav\n\n./a.wav\n", "each clip once.*line 4.*a.wav, as in line 2"),
        ("path\n../a.wav\n", "below the folder.*line 2. Received: '../a.wav'"),
        ("path\nb/../../a.wav\n", "below the folder of the table.*line 2"),
        ("path\n/etc/a.wav\n", "below the folder of the table.*line 2"),
        ("path\nC:\\a.wav\n", "below the folder of the table.*line 2"),
        ("path,text\n,hello\n", "the path of a clip.*line 2. Received: an empty one"),
        ("path,text\na.wav,well, yes\n", "2 cells.*line 2. Received: 3. Put quotes"),
        ('path,text\na.wav,"never\nb.wav,x\n', "line 2. Received: .*double the quotes"),
        (b"path,text\na.wav,x\nb.wav,caf\xe9\n", "UTF-8 text.*line 3.*byte 0xe9"),
        ("path\na.wav\n".encode("utf-16"), "UTF-8 text.*line 1.*Save the table"),
    ],
)
def test_a_damaged_table_is_refused_by_the_line(make_folder, table, message):
    folder = make_folder(["a.wav", "b.wav"], {"metadata.csv": table})
    with pytest.raises(ValueError, match=message):
        FolderSource(folder, RATE)


TWO = ["a.wav", "sub/b.wav"]


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ("speaker_id", "speaker"),
        ("client_id", "speaker"),
        ("transcription", "transcript"),
        ("sentence", "transcript"),
    ],
)
def test_columns_of_other_collections_are_taken(make_folder, columns, field):
    table = f"file_name,{columns}\na.wav,one\nsub/b.wav,two\n"
    source = FolderSource(make_folder(TWO, {"metadata.csv": table}), RATE)
    assert [getattr(clip, field) for clip in source.clips] == ["one", "two"]


def test_a_table_of_json_lines_is_read(make_folder):
    table = (
        '{"file_name": "a.wav", "transcription": "one\\u2028two", "speaker_id": 7}\n'
        "\n"
        '{"file_name": "sub\\\\b.wav", "transcription": null, "split": "train"}\n'
        '{"file_name": "c.wav", "extra": [1], "split": "dev"}\n'
    ).replace('"speaker_id": 7}', '"speaker_id": 7, "split": "dev"}')
    folder = make_folder([*TWO, "c.wav"], {"metadata.jsonl": table})
    source = FolderSource(folder, RATE)
    a, c, b = source.clips
    assert (a.transcript, a.speaker, a.split) == ("one\u2028two", "7", "dev")
    assert (b.transcript, b.speaker, b.split) == (None, None, "train")
    assert source.report.layout == "metadata.jsonl" and c.split == "dev"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[1]", "an object as.*line 2. Received: a list"),
        ('{"file_name": "b', "line 2. Received: Unterminated string"),
        ("[" * 9999, "metadata.jsonl, line 2"),
        ('{"speaker": "x"}', "the path of a clip.*line 2. Received: an empty one"),
    ],
)
def test_a_damaged_table_of_json_lines_is_refused_by_the_line(
    make_folder, line, message
):
    table = f'{{"file_name": "a.wav"}}\n{line}\n'
    folder = make_folder(["a.wav"], {"metadata.jsonl": table})
    with pytest.raises(ValueError, match=message):
        FolderSource(folder, RATE)


def test_folders_of_splits_may_have_a_table_each(make_folder):
    texts = {
        "train/metadata.csv": "file_name,speaker_id\na.wav,anna\n",
        "test/metadata.jsonl": '{"file_name": "a.wav", "speaker_id": "ben"}\n',
    }
    source = FolderSource(make_folder(["train/a.wav", "test/a.wav"], texts), RATE)
    found = [(clip.clip_id, clip.speaker, clip.split) for clip in source.clips]
    assert found == [
        ("test/a.wav", "ben", "test"), ("train/a.wav", "anna", "train"),
    ]  # fmt: skip
    assert source.report.layout == "train/metadata.csv, test/metadata.jsonl"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("rec/a.wav", "rec/sub/b.wav"),
        ("a", "sub/b"),
        ("a.mp3", "sub/b.FLAC"),
        ("A.WAV", "Sub/B.wav"),
        ("Data\\rec\\A.wav", "Data\\rec\\sub\\b.wav"),
    ],
    ids=["parent", "no suffix", "suffix", "case", "backslashes"],
)
def test_a_published_split_is_kept_where_its_paths_are_spelled_otherwise(
    make_folder, first, second
):
    table = f"path,split\n{first},dev\n{second},train\n"
    shown = f"{first} for a.wav".replace("\\", "/")
    source = FolderSource(make_folder(TWO, {"metadata.csv": table}), RATE)
    assert [clip.split for clip in source.clips] == ["dev", "train"]
    (note,) = source.report.notes
    assert f"2 rows spell the path of their file otherwise, such as {shown}" in note


@pytest.mark.parametrize("column", ["speaker", "split", "label"])
def test_a_table_of_other_files_is_refused(make_folder, column):
    table = f"path,{column}\nx.wav,one\ny.wav,two\n"
    message = "2 rows, none of which is of one of the 2 files, such as x.wav"
    with pytest.raises(ValueError, match=message):
        FolderSource(make_folder(TWO, {"metadata.csv": table}), RATE)


def test_a_path_that_may_be_two_files_is_neither(make_folder):
    table = "path,split\na,dev\nb.wav,train\n"
    source = FolderSource(
        make_folder(["a.flac", "a.wav", "b.wav"], {"metadata.csv": table}), RATE
    )
    assert [clip.split for clip in source.clips] == [None, None, "train"]
    assert "the files of 1 of 2 rows are not there, such as a" in str(source.report)


def test_a_row_without_a_split_is_refused_where_others_have_one(make_folder):
    table = "path,speaker,split\na.wav,anna,train\nsub/b.wav,anna, \n"
    message = "split in each row.*none for 1 of 2 clips, such as sub/b.wav"
    with pytest.raises(ValueError, match=message):
        FolderSource(make_folder(TWO, {"metadata.csv": table}), RATE)


@pytest.mark.parametrize("blank", ["nan", "None", "<NA>"])
def test_what_tools_write_in_place_of_nothing_is_blank(make_folder, blank):
    table = f"path,text,split\na.wav,nan,train\nsub/b.wav,x,{blank}\n"
    with pytest.raises(ValueError, match="none for 1 of 2 clips, such as sub/b.wav"):
        FolderSource(make_folder(TWO, {"metadata.csv": table}), RATE)
    table = f"path,text,speaker\na.wav,nan,anna\nsub/b.wav,x,{blank}\n"
    source = FolderSource(make_folder(TWO, {"metadata.csv": table}), RATE)
    assert [clip.speaker for clip in source.clips] == ["anna", None]
    assert source.clips[0].transcript == "nan"


def test_a_table_of_which_a_part_has_other_folders_is_refused(make_folder):
    table = "path,split\na.wav,dev\nrec/b.wav,train\n"
    folder = make_folder(["a.wav", "b.wav"], {"metadata.csv": table})
    with pytest.raises(ValueError, match="such as rec/b.wav, which may mean b.wav"):
        FolderSource(folder, RATE)


@pytest.mark.parametrize("field", ["split", "speaker"])
def test_several_values_in_json_are_refused(make_folder, field):
    row = f'{{"file_name": "a.wav", "{field}": ["train", "test"]}}'
    with pytest.raises(ValueError, match=f"line 1. Received: several .*'{field}'"):
        FolderSource(make_folder(TWO, {"metadata.jsonl": row}), RATE)


def test_tables_in_other_places_are_named(make_folder):
    texts = {"metadata.csv": "path\na.wav\nsub/b.wav\n"}
    texts |= {"metadata.jsonl": "{}", "sub/metadata.csv": "path,split\nb.wav,test\n"}
    report = FolderSource(make_folder(TWO, texts), RATE).report
    assert "not read: metadata.jsonl, sub/metadata.csv. Speakers" in report.notes[0]


def test_a_table_that_is_a_link_to_nothing_is_refused(make_folder, tmp_path):
    (tmp_path / "metadata.csv").symlink_to(tmp_path / "gone")
    with pytest.raises(ValueError, match="Expected a table in .*metadata.csv"):
        FolderSource(make_folder(TWO), RATE)


def test_a_split_in_two_spellings_is_refused(make_folder):
    table = "path,split\na.wav,train\nsub/b.wav,Train\n"
    with pytest.raises(ValueError, match="one spelling.*'Train' and 'train'"):
        FolderSource(make_folder(TWO, {"metadata.csv": table}), RATE)


def test_clips_of_other_splits_are_counted(make_folder):
    table = "path,split\na.wav,train\nsub/b.wav,trian\n"
    report = FolderSource(make_folder(TWO, {"metadata.csv": table}), RATE).report
    assert (
        "1 of 2 clips are in other splits than train, validation and test: trian"
        in str(report)
    )


def test_clips_without_a_speaker_are_counted(make_folder):
    table = "path,speaker\na.wav,anna\nsub/b.wav,\n"
    report = FolderSource(make_folder(TWO, {"metadata.csv": table}), RATE).report
    assert "1 of 2 clips have no speaker, such as sub/b.wav" in str(report)


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_a_separator_inside_a_text_does_not_end_the_row(make_folder, mark):
    folder = make_folder(
        TWO,
        {"metadata.csv": f"path,text,split\na.wav,one{mark}two,dev\nsub/b.wav,,x\n"},
    )
    clips = FolderSource(folder, RATE).clips
    assert [clip.transcript for clip in clips] == [f"one{mark}two", None]
    assert [clip.split for clip in clips] == ["dev", "x"]


def test_a_separator_inside_a_text_of_ljspeech_does_not_end_the_row(make_folder):
    texts = {"metadata.csv": "a|one\u2028two\r\nb|three\x85\n"}
    clips = FolderSource(make_folder(["wavs/a.wav", "wavs/b.wav"], texts), RATE).clips
    assert [clip.transcript for clip in clips] == ["one\u2028two", "three"]


def test_tables_that_are_not_read_are_named(make_folder):
    texts = {"train.tsv": "path\tspeaker\n", "Metadata.CSV": "path\n"}
    report = FolderSource(make_folder(TWO, texts), RATE).report
    assert report.layout == "files without labels"
    assert "not read: Metadata.CSV, train.tsv. Speakers, splits" in report.notes[0]


def test_a_table_is_checked_before_any_audio_is_read(make_folder):
    folder = make_folder([], {"metadata.csv": "name\n", "a.wav": "no audio"})
    with pytest.raises(ValueError, match="column path"):
        FolderSource(folder, RATE)


def test_the_shipped_speech_is_a_folder_with_a_table():
    package = Path(keras_wavenet.__file__).parent
    source = FolderSource(package / "data" / "spoken_prompts" / "audio", RATE)
    assert source.report.layout == "metadata.csv" and source.report.notes == ()
    assert len(make_split(source, "train")) == 46
    assert len(make_split(source, "validation")) == 10
    assert {clip.speaker for clip in source.clips} == {
        "en_allison", "it_carlo", "ru_maxim",
    }  # fmt: skip


def test_ljspeech_is_recognized(make_folder):
    table = (
        'LJ001-0001|He said "5 |Not "5"\n'
        "LJ001-0002|in 1455,|in fourteen fifty-five,\n"
        "LJ001-0003|only once\n"
        "LJ099-0001|gone|gone\n"
    )
    names = [f"wavs/LJ001-000{n}.wav" for n in (1, 2, 3, 4)]
    source = FolderSource(make_folder(names, {"metadata.csv": table}), RATE)
    assert source.report.layout == "LJSpeech"
    assert [clip.transcript for clip in source.clips] == [
        'Not "5"', "in fourteen fifty-five,", "only once", None,
    ]  # fmt: skip
    assert "1 of 4 rows are not there, such as wavs/LJ099-0001" in str(source.report)
    assert "1 of 4 files have no row, such as wavs/LJ001-0004.wav" in str(source.report)


def test_a_line_that_ljspeech_has_not_is_refused(make_folder):
    folder = make_folder(["wavs/a.wav"], {"metadata.csv": "a|one\ntwo\n"})
    with pytest.raises(ValueError, match="`id|text`.*line 2. Received: 'two'"):
        FolderSource(folder, RATE)


def vctk_names(top, *ends):
    return [
        f"{top}/p22{s}/p22{s}_00{n}{end}" for s in "56" for n in "12" for end in ends
    ]


def test_vctk_is_recognized_and_its_second_microphone_left_out(make_folder):
    names = vctk_names("wav48_silence_trimmed", "_mic1.flac", "_mic2.flac")
    texts = {"txt/p225/p225_001.txt": "Please call Stella.\n", "speaker-info.txt": "ID"}
    source = FolderSource(make_folder(names, texts), RATE)
    assert source.report.layout == "VCTK" and source.report.skipped == ()
    assert len(source) == 4
    assert all(clip.clip_id.endswith("_mic1.flac") for clip in source.clips)
    assert [clip.speaker for clip in source.clips] == ["p225", "p225", "p226", "p226"]
    assert source.clips[0].transcript == "Please call Stella."
    assert "VCTK: 4 files left out: the same utterance" in str(source.report)
    assert "VCTK: 3 of 4 clips have no transcript" in str(source.report)
    assert len(make_split(source, "validation", by="speaker")) == 2


def test_an_utterance_with_the_second_microphone_alone_is_taken(make_folder):
    names = vctk_names("wav48_silence_trimmed", "_mic2.flac")
    assert len(FolderSource(make_folder(names), RATE)) == 4


def test_the_older_vctk_is_recognized(make_folder):
    texts = {"txt/p226/p226_002.txt": "Ask her to bring these things."}
    source = FolderSource(make_folder(vctk_names("wav48", ".wav"), texts), RATE)
    assert source.report.layout == "VCTK"
    assert source.clips[3].speaker == "p226"
    assert source.clips[3].transcript == "Ask her to bring these things."


def test_a_part_of_vctk_is_known_by_its_microphones_only(make_folder):
    assert find_layout(make_folder([]), ["p225/p225_001_mic1.flac"]).name == "VCTK"
    layout = find_layout(make_folder([]), ["p225/p225_001.wav", "p225/p225_002.wav"])
    assert layout.name == "files without labels"


def test_both_editions_of_vctk_give_each_utterance_once(make_folder):
    names = vctk_names("wav48", ".wav") + vctk_names(
        "wav48_silence_trimmed", "_mic1.flac", "_mic2.flac"
    )
    layout = find_layout(make_folder([]), names)
    assert len(layout.labels) == 4 and len(layout.left_out) == 8
    assert all("mic1" in name for name in layout.labels)


def test_folders_that_are_named_as_splits_are_splits(make_folder):
    names = ["train/a.wav", "train/deep/b.wav", "validation/c.wav", "test/d.wav"]
    source = FolderSource(make_folder(names, {"README.md": "My voice"}), RATE)
    assert source.report.layout == "a folder for each split"
    splits = {clip.clip_id: clip.split for clip in source.clips}
    assert splits == {name: name.partition("/")[0] for name in names}
    train = make_split(source, "train")
    assert [clip.clip_id for clip in train.clips] == names[:2]


@pytest.mark.parametrize(
    "names",
    [
        ["train/a.wav", "test/b.wav", "noise/c.wav"],
        ["train/a.wav", "test/b.wav", "c.wav"],
        ["train/a.wav", "anna/b.wav"],
        ["test/a.wav", "dev/b.wav"],
    ],
)
def test_no_clip_is_lost_to_folders_that_are_splits_in_part(make_folder, names):
    source = FolderSource(make_folder(names), RATE)
    assert source.report.layout == "files without labels"
    assert [clip.split for clip in source.clips] == [None] * len(names)
    if {"train/a.wav", "test/b.wav"} < set(names):
        (note,) = source.report.notes
        assert f"1 files lie outside of them, such as {names[2]}" in note


def test_generated_audio_beside_folders_that_are_splits_changes_none(make_folder):
    names = ["train/a.wav", "test/b.wav"]
    folder = make_folder([*names, "again.wav", "copies/a.wav"])
    for name in ("again.wav", "copies/a.wav"):
        (folder / name).write_bytes(encode_wav(TONE, RATE))
    source = FolderSource(folder, RATE)
    assert [(c.clip_id, c.split) for c in source.clips] == [
        ("test/b.wav", "test"),
        ("train/a.wav", "train"),
    ]
    for name in names:
        (folder / name).write_bytes(encode_wav(TONE, RATE))
    assert [clip.split for clip in FolderSource(folder, RATE).clips] == [None] * 4


def test_a_table_says_more_than_the_names_of_folders(make_folder):
    table = "path,speaker\ntrain/a.wav,anna\ntest/b.wav,ben\n"
    folder = make_folder(["train/a.wav", "test/b.wav"], {"metadata.csv": table})
    assert find_layout(folder, ["train/a.wav", "test/b.wav"]).labels == {
        "train/a.wav": {"speaker": "anna"},
        "test/b.wav": {"speaker": "ben"},
    }
