"""Data that runs are tried on."""

import numpy as np
import pytest
import soundfile

from keras_wavenet import data

RATE = 16000


@pytest.fixture(scope="session")
def tones(tmp_path_factory):
    """Datasets of a model: short tones by one speaker, to train on and to validate."""
    folder = tmp_path_factory.mktemp("tones")
    rows = ["path,speaker,split"]
    for number in range(6):
        seconds = np.arange(2000 + 80 * number) / RATE
        tone = 0.5 * np.sin(2 * np.pi * (200 + 50 * number) * seconds)
        soundfile.write(folder / f"{number}.wav", tone, RATE)
        rows.append(f"{number}.wav,anna,{'train' if number < 4 else 'validation'}")
    (folder / "metadata.csv").write_text("\n".join(rows))

    def load(model, **options):
        options = {"batch_size": 2, "window_length": 200, **options}
        return [
            data.load(folder, split=split, spec=model, **options)
            for split in ("train", "validation")
        ]

    return load
