"""Draw a recording and its resynthesis by a vocoder, without and with frame matching.

python3 tools/vocoder_picture.py wavenet_realtime recording.wav docs/vocoder.png
"""

import argparse
from pathlib import Path

import keras_wavenet
from keras_wavenet.data.folders.audio_file import read_audio_file, scan_audio_file
from keras_wavenet.data.resampling import resample
from keras_wavenet.visualization import style
from keras_wavenet.visualization.spectrogram import plot_spectrogram, plot_waveform


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("preset", help="a preset with features")
    parser.add_argument("recording", type=Path, help="a wav, flac, ogg or mp3 file")
    parser.add_argument("picture", type=Path, help="the png file to write")
    parser.add_argument("--speaker", help="for a preset with speakers")
    parser.add_argument("--temperature", type=float, default=1.0)
    arguments = parser.parse_args()

    model = keras_wavenet.WaveNet.from_preset(arguments.preset)
    file = scan_audio_file(arguments.recording)
    recorded = resample(read_audio_file(file), file.sample_rate, model.sample_rate)
    conditions = {"speaker": arguments.speaker} if arguments.speaker else None
    drawn = {"Recorded": recorded}
    for title, match in (("As generated", False), ("Frames matched", True)):
        (drawn[title],) = model.vocode(
            recorded,
            conditions=conditions,
            seed=0,
            temperature=arguments.temperature,
            match_frames=match,
        )
    draw(arguments.picture, model.sample_rate, drawn)


def draw(path, sample_rate, waveforms):
    """Draw the waveform and the spectrogram of each waveform, by title."""
    figure = style.new_figure(10, 3.5 * len(waveforms))
    heights = (1, 2) * len(waveforms)
    rows = figure.subplots(len(heights), 1, sharex=True, height_ratios=heights)
    for number, (title, waveform) in enumerate(waveforms.items()):
        wave, spectrum = rows[2 * number : 2 * number + 2]
        plot_waveform(wave, waveform, sample_rate, title)
        plot_spectrogram(spectrum, waveform, sample_rate)
    path.write_bytes(style.encode_png(figure))


if __name__ == "__main__":
    main()
