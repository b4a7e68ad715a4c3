"""Settings of features by name: what published vocoders are conditioned on.

A vocoder and the features of its frames must agree in each setting. Published settings
have their source in a comment; other comments mark choices of this package.
"""

from keras_wavenet.features.log_f0 import LogF0
from keras_wavenet.features.log_mel import LogMel

CHOICES = {
    # A choice of this package, for speech at 16 kHz: frames of 12.5 ms and windows of
    # 50 ms as in Tacotron 2; bands from 60 Hz, below the F0 of voices and above mains
    # hum, to half of the sample rate.
    "mel_16k": (
        LogMel(
            sample_rate=16000,
            hop=200,
            window=800,
            n_fft=1024,
            n_mels=80,
            fmin=60,
            fmax=8000,
        ),
    ),
    # F0 and voicing alone, every 5 ms as in the WaveNet paper's text-to-speech (arXiv
    # 1609.03499, section 3.2). The range of F0 is a choice of this package.
    "log_f0_16k": (LogF0(sample_rate=16000, hop=80, fmin=60, fmax=500),),
    # Shen et al. (arXiv 1712.05884), section 2.2: windows of 50 ms every 12.5 ms, 80
    # bands from 125 to 7600 Hz of STFT magnitudes, clipped at 0.01 before the
    # logarithm. 2048 points are those of Tacotron (arXiv 1703.10135). The paper gives
    # neither the normalization of the bands nor the centers of the windows; bands of
    # equal peak on the HTK scale are those of TensorFlow's mel filters.
    "tacotron2": (
        LogMel(
            sample_rate=24000,
            hop=300,
            window=1200,
            n_fft=2048,
            n_mels=80,
            fmin=125,
            fmax=7600,
            mel_scale="htk",
            mel_norm=None,
            floor=0.01,
            center="start",
        ),
    ),
    # NVIDIA/tacotron2 (hparams.py, layers.py, stft.py), NVIDIA/waveglow (config.json);
    # the logarithm after tacotron2_common/audio_processing.py in
    # NVIDIA/DeepLearningExamples. There a clip is padded by reflection; here by zeros.
    "nvidia_22k": (
        LogMel(
            sample_rate=22050,
            hop=256,
            window=1024,
            n_fft=1024,
            n_mels=80,
            fmin=0,
            fmax=8000,
            center="start",
        ),
    ),
    # r9y9/wavenet_vocoder: egs/mulaw256/conf/mulaw256_wavenet.json, and
    # logmelspectrogram in audio.py. Its pre-emphasis of 0.85 and its gain of 0.55 come
    # after the spectrogram (datasets/wavallin.py): they change the modelled audio, not
    # the frames; a high-pass at 70 Hz comes before it. Each band is then scaled by its
    # mean and standard deviation in the corpus, which `measured_on` does.
    "wavenet_vocoder": (
        LogMel(
            sample_rate=22050,
            hop=256,
            window=1024,
            n_fft=1024,
            n_mels=80,
            fmin=125,
            fmax=7600,
            log="log10",
            floor=1e-10,
            center="start",
        ),
    ),
    # NVIDIA/nv-wavenet (pytorch/config.json, pytorch/mel2samp_onehot.py), whose frames
    # are NVIDIA/tacotron2's; the range of the bands is the default there.
    "nv_wavenet": (
        LogMel(
            sample_rate=16000,
            hop=200,
            window=800,
            n_fft=800,
            n_mels=80,
            fmin=0,
            fmax=8000,
            center="start",
        ),
    ),
}
