"""Features under the names of who used them: what vocoders are conditioned on.

A vocoder and what makes its frames must agree in each of these figures. Published
figures stand with their source, what is our own choice says so.
"""

from keras_wavenet.features.log_f0 import LogF0
from keras_wavenet.features.log_mel import LogMel

CHOICES = {
    # Our own, for speech at 16 kHz: frames of 12.5 ms and windows of 50 ms, as Tacotron
    # 2 has them; bands from below the lowest voices, above the hum of the mains, to the
    # end of the spectrum.
    "mel_16k": (
        LogMel(
            sample_rate=16000,
            hop=200,
            window=800,
            fft=1024,
            bands=80,
            lowest=60,
            highest=8000,
        ),
    ),
    # The melody alone, every 5 ms as in the WaveNet paper's text-to-speech (arXiv
    # 1609.03499, section 3.2). The range of voices is our own choice.
    "log_f0_16k": (LogF0(sample_rate=16000, hop=80, lowest=60, highest=500),),
    # Shen et al. (arXiv 1712.05884), section 2.2: windows of 50 ms every 12.5 ms, 80
    # bands from 125 to 7600 Hz of STFT magnitudes, clipped at 0.01 before the
    # logarithm. 2048 points are those of Tacotron (arXiv 1703.10135). The paper does
    # not say how bands are normalised nor where windows are centred; bands of equal
    # peak on the HTK scale are those of TensorFlow's mel filters.
    "tacotron2": (
        LogMel(
            sample_rate=24000,
            hop=300,
            window=1200,
            fft=2048,
            bands=80,
            lowest=125,
            highest=7600,
            mel_scale="htk",
            mel_norm=None,
            floor=0.01,
            centre="start",
        ),
    ),
    # NVIDIA/tacotron2 (hparams.py, layers.py, stft.py), NVIDIA/waveglow (config.json);
    # the logarithm after tacotron2_common/audio_processing.py in
    # NVIDIA/DeepLearningExamples. The ends of a clip are mirrored there; here silence
    # is around it.
    "nvidia_22k": (
        LogMel(
            sample_rate=22050,
            hop=256,
            window=1024,
            fft=1024,
            bands=80,
            lowest=0,
            highest=8000,
            centre="start",
        ),
    ),
    # r9y9/wavenet_vocoder: egs/mulaw256/conf/mulaw256_wavenet.json, and
    # logmelspectrogram in audio.py. Its pre-emphasis of 0.85 and its gain of 0.55 come
    # after the spectrogram (datasets/wavallin.py): they change the audio that is
    # modelled, not the frames; a high-pass at 70 Hz comes before it. Each band is then
    # scaled by its mean and deviation in the corpus, which `measured_on` does.
    "wavenet_vocoder": (
        LogMel(
            sample_rate=22050,
            hop=256,
            window=1024,
            fft=1024,
            bands=80,
            lowest=125,
            highest=7600,
            log="log10",
            floor=1e-10,
            centre="start",
        ),
    ),
    # NVIDIA/nv-wavenet (pytorch/config.json, pytorch/mel2samp_onehot.py), which has
    # NVIDIA/tacotron2 make the frames; the range of the bands is the default there.
    "nv_wavenet": (
        LogMel(
            sample_rate=16000,
            hop=200,
            window=800,
            fft=800,
            bands=80,
            lowest=0,
            highest=8000,
            centre="start",
        ),
    ),
}
