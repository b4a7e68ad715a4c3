"""Draw what a vocoder makes of a recording: both spectrograms, and how alike they are.

python3 tools/vocoder_picture.py wavenet_prompts recording.wav docs/vocoder.png
"""

import argparse
from pathlib import Path

import numpy as np

import keras_wavenet
from keras_wavenet.data.folders.audio_file import read_audio_file, scan_audio_file
from keras_wavenet.data.resampling import resample
from keras_wavenet.training.monitoring import pictures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("preset", help="a preset with features")
    parser.add_argument("recording", type=Path, help="a wav, flac, ogg or mp3 file")
    parser.add_argument("picture", type=Path, help="the png file to write")
    parser.add_argument("--speaker", help="for a preset that knows speakers")
    parser.add_argument("--temperature", type=float, default=1.0)
    arguments = parser.parse_args()

    model = keras_wavenet.WaveNet.from_preset(arguments.preset)
    file = scan_audio_file(arguments.recording)
    recorded = resample(read_audio_file(file), file.sample_rate, model.sample_rate)
    conditions = {"speaker": arguments.speaker} if arguments.speaker else None
    (said,) = model.vocode(
        recorded,
        conditions=conditions,
        seed=0,
        temperature=arguments.temperature,
        progress=True,
    )
    alike = spectral_correlation(model.architecture.features, recorded, said)
    draw(arguments.picture, model.sample_rate, recorded, said, alike)
    print(f"correlation of the frames: {alike:.3f}")


def spectral_correlation(features, recorded, said):
    """Correlation of all entries of the frames of two waveforms of one length."""
    return np.corrcoef(features(recorded).ravel(), features(said).ravel())[0, 1]


def draw(path, sample_rate, recorded, said, alike):
    """Draw the waveform and the spectrogram of both."""
    figure = pictures.new_figure(10, 7)
    rows = figure.subplots(4, 1, sharex=True, height_ratios=(1, 2, 1, 2))
    titles = ("Recorded", f"Vocoded: correlation of the frames {alike:.2f}")
    for number, (waveform, title) in enumerate(
        zip((recorded, said), titles, strict=True)
    ):
        wave, spectrum = rows[2 * number : 2 * number + 2]
        pictures.draw_waveform(wave, waveform, sample_rate, title)
        pictures.draw_spectrogram(spectrum, waveform, sample_rate)
    path.write_bytes(pictures.encode_png(figure))


if __name__ == "__main__":
    main()
