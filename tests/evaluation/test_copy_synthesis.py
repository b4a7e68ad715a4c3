"""Copy synthesis of clips by a model and by baselines, and bad clips."""

import numpy as np
import pytest

from keras_wavenet.data import ClipInfo, ClipSource, Reader
from keras_wavenet.evaluation import (
    BASELINES,
    METRICS,
    choose_clips,
    default_variants,
    evaluate_clips,
    evaluate_vocoder,
    samples_per_second,
    summarize,
)

RATE = 16000
GRIFFIN_LIM, MU_LAW = BASELINES


class ArrayReader(Reader):
    """Recordings in memory; one that is None can't be read."""

    def __init__(self, waveforms):
        self.waveforms = waveforms

    def read(self, recording, start, stop):
        if self.waveforms[recording] is None:
            raise OSError("the file is damaged")
        return self.waveforms[recording][start:stop]


def spoken_source(waveforms, speakers):
    """Clips in memory, by speakers."""
    clips = [
        ClipInfo(f"clip-{n}", 100 if x is None else len(x), RATE, speaker=speaker)
        for n, (x, speaker) in enumerate(zip(waveforms, speakers, strict=True))
    ]
    return ClipSource(RATE, clips, ArrayReader(waveforms))


@pytest.fixture
def vocoder(tiny_wavenet):
    """A small vocoder of two speakers, of random weights."""
    return tiny_wavenet(features="mel_16k", speakers=["anna", "ben"])


@pytest.mark.neutral
def test_every_system_has_a_row_of_all_metrics_for_every_clip(vocoder, speech):
    source = spoken_source([speech[:16000], speech[16000:32000]], ["anna", "ben"])
    rows, failures = evaluate_vocoder(vocoder, source)
    systems = [*default_variants(vocoder), GRIFFIN_LIM, MU_LAW]
    assert failures == []
    assert [(row.clip_id, row.speaker, row.system) for row in rows] == [
        *(("clip-0", "anna", system) for system in systems),
        *(("clip-1", "ben", system) for system in systems),
    ]
    for row in rows:
        assert row.seconds == 1 and row.audio is None
        assert set(row.values) | set(row.impossible) == set(METRICS)
    found = summarize(rows)
    # What is known of the baselines: mu-law is near the original, phases are not.
    assert found[MU_LAW]["stoi"].median > found[GRIFFIN_LIM]["stoi"].median > 0.9
    assert found[MU_LAW]["pesq"].median > found[GRIFFIN_LIM]["pesq"].median > 1.5
    assert found["model"]["mcd"].median > found[GRIFFIN_LIM]["mcd"].median
    assert found[MU_LAW]["voicing_error"].median < 1
    assert set(samples_per_second(rows, RATE)) == set(systems)


def test_the_audio_is_that_of_vocode_for_the_speaker_of_the_clip(vocoder, speech):
    source = spoken_source([speech[:3000]], ["ben"])
    options = {"temperature": 0.8, "seed": 5}
    variants = {"sharp": {"top_k": 3}, "plain": {}}
    ((sharp, plain),) = evaluate_clips(
        vocoder, source, [0], variants=variants, baselines=False, **options
    )

    def made(**more):
        conditions = {"speaker": "ben"}
        return vocoder.vocode(speech[:3000], conditions=conditions, **options, **more)[
            0
        ]

    assert np.array_equal(plain.audio, made())
    assert np.array_equal(sharp.audio, made(top_k=3))
    assert not np.array_equal(sharp.audio, plain.audio)


@pytest.mark.neutral
def test_one_bad_clip_is_named_and_the_others_are_measured(vocoder, speech):
    silence = np.zeros(8000, "float32")
    waveforms = [None, silence, speech[:1000], speech[:16000], speech[:16000]]
    source = spoken_source(waveforms, ["anna"] * 4 + ["eve"])
    rows, failures = evaluate_vocoder(vocoder, source)
    assert {row.clip_id for row in rows} == {"clip-1", "clip-2", "clip-3"}
    assert failures[0] == "clip-0: the file is damaged"
    assert failures[1].startswith("clip-4: ") and "eve" in failures[1]
    of_silence, of_short = (
        row for row in rows if row.system == MU_LAW and row.clip_id != "clip-3"
    )
    assert "PESQ needs speech" in of_silence.impossible["pesq"]
    assert "PESQ needs a quarter of a second" in of_short.impossible["pesq"]
    assert "mcd" in of_short.values
    assert summarize(rows)[MU_LAW]["pesq"].clips == 1


@pytest.mark.neutral
def test_a_clip_without_a_speaker_is_named(vocoder, speech):
    _, failures = evaluate_vocoder(vocoder, spoken_source([speech[:1000]], [None]))
    assert failures == ["clip-0: the model needs a speaker, and the data has none"]


@pytest.mark.neutral
def test_models_that_no_dataset_can_condition_are_refused(tiny_wavenet, speech):
    source = spoken_source([speech[:1000]], ["anna"])
    for arguments, complaint in (
        ({}, "has no `features`"),
        ({"features": "mel_16k", "global_channels": 3}, "has no `global` vectors"),
        ({"features": "mel_16k", "speakers": 2}, "2 without names"),
    ):
        with pytest.raises(ValueError, match=complaint):
            evaluate_vocoder(tiny_wavenet(**arguments), source)


@pytest.mark.neutral
def test_features_without_a_spectrum_have_no_griffin_lim(tiny_wavenet, speech):
    model = tiny_wavenet(features="log_f0_16k")
    rows, _ = evaluate_vocoder(model, spoken_source([speech[:8000]], [None]))
    assert [row.system for row in rows] == ["model", MU_LAW]


@pytest.mark.neutral
def test_clips_are_chosen_by_the_seed_each_once(speech):
    source = spoken_source([speech[:100]] * 9, [None] * 9)
    chosen = choose_clips(source, 5, seed=1)
    assert chosen == choose_clips(source, 5, seed=1) == sorted(set(chosen))
    assert len(chosen) == 5
    assert any(chosen != choose_clips(source, 5, seed) for seed in range(2, 6))
    assert choose_clips(source, 9) == choose_clips(source, None) == list(range(9))
    assert choose_clips(source, 100) == list(range(9))


@pytest.mark.neutral
def test_metrics_without_their_library_are_left_out(run_without):
    code = """
import numpy as np
import sitecustomize
from keras_wavenet import evaluation
print(evaluation.available_metrics())
sitecustomize.hidden -= {"librosa", "soxr"}
names, left_out = evaluation.available_metrics()
print(names, sorted(left_out))
print(left_out["pesq"])
x = evaluation.Recording(np.random.default_rng(0).normal(0, 0.1, 4000), 16000)
print(sorted(evaluation.measure(x, x, names)[0]))
"""
    missing = {"pesq", "pystoi", "librosa", "soxr"}
    least, *printed = run_without(missing, code, "numpy").splitlines()
    assert least.startswith("(['lsd'], {")
    assert printed[0] == "['mcd', 'lsd', 'voicing_error', 'f0_error'] ['pesq', 'stoi']"
    assert 'pip install "keras-wavenet[evaluation]"' in printed[1]
    assert "'lsd', 'mcd'" in printed[2]
